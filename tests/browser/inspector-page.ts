/** The inspector as its reader uses it, by the texts of the page. */
import type { Browser, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { newContext } from './browser.ts';
import type { BrowserFixture } from './fixture.ts';

export interface OpenInspector {
  readonly inspector: InspectorPage;
  /** Everything the page complained about so far: uncaught errors, console errors and warnings. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

export interface InspectorOptions {
  language?: 'zh' | 'en';
  theme?: 'light' | 'dark';
  width?: number;
  /** As in the address: a tab, and the selection in it. */
  hash?: string;
}

/** Opens the inspector in a browser context of its own. @param url of the system, without trailing slash */
export async function openInspector(
  browser: Browser,
  url: string,
  { language = 'en', theme = 'light', width = 1280, hash = 'timeline' }: InspectorOptions = {},
): Promise<OpenInspector> {
  const context = await newContext(browser, {
    viewport: { width, height: 900 },
    locale: language === 'zh' ? 'zh-CN' : 'en-GB',
    colorScheme: theme,
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  await page.goto(`${url}/#${hash}`);
  await page.getByRole('tablist').waitFor();
  return { inspector: new InspectorPage(page), complaints, close: () => context.close() };
}

/** Opens it for as long as `run` takes; a page that complains fails the test. */
export async function withInspector(
  { browser, system }: BrowserFixture,
  options: InspectorOptions,
  run: (inspector: InspectorPage) => Promise<void>,
): Promise<void> {
  const { inspector, complaints, close } = await openInspector(browser, system.url, options);
  try {
    await run(inspector);
    // Where the phone is not part of the system, its frame is empty.
    expect(complaints.filter((text) => !text.includes('404'))).toEqual([]);
  } finally {
    await close();
  }
}

export class InspectorPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async open(tab: string): Promise<void> {
    await this.page.getByRole('tab', { name: tab, exact: true }).click();
    await this.page.getByRole('tab', { name: tab, exact: true, selected: true }).waitFor();
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', { name, exact: typeof name === 'string' });
  }

  /** The sheet below a button of the top bar; open already, it stays so. */
  async openSheet(name: string): Promise<Locator> {
    const sheet = this.page
      .locator('details.popover')
      .filter({ has: this.page.getByLabel(new RegExp(`^${name}( \\d+)?$`)) });
    if ((await sheet.getAttribute('open')) === null) await sheet.locator('summary').click();
    return sheet.locator('.popover-sheet');
  }

  /** Rows of the list at the left of a tab. */
  rows(text?: string): Locator {
    const rows = this.page.locator('.list-row');
    return text === undefined ? rows : rows.filter({ hasText: text });
  }

  /** What is chosen, at the right. */
  get detail(): Locator {
    return this.page.locator('.split-detail');
  }

  async choose(text: string): Promise<void> {
    await this.rows(text).first().click();
  }

  /** Titles of the timeline's steps, each with two spaces for each that caused it. */
  async steps(): Promise<string[]> {
    return this.page.locator('.story').evaluate((story) =>
      [...story.querySelectorAll('.phase')].flatMap((phase) => [
        `[${phase.querySelector('h3')?.textContent}]`,
        ...[...phase.querySelectorAll('.step')].map((step) => {
          let depth = 0;
          for (let up = step.parentElement?.closest('.step'); up; up = up.parentElement?.closest('.step'))
            depth++;
          return `${'  '.repeat(depth)}${step.querySelector('.step-title')?.textContent}`;
        }),
      ]),
    );
  }

  /** The milestones reached, in words. */
  milestones(): Promise<string[]> {
    return this.page.locator('.milestones .done .milestone-label').allTextContents();
  }

  /** Opens the first step with this title. @returns its details */
  async openStep(title: string | RegExp): Promise<Locator> {
    const head = this.page.locator('.step-head').filter({ hasText: title }).first();
    await head.click();
    return this.page.locator(`[id="${await head.getAttribute('aria-controls')}"]`);
  }

  /** Waits for a toast with this text. */
  async toast(text: string | RegExp): Promise<void> {
    await this.page.locator('.toast').filter({ hasText: text }).waitFor();
  }

  /** Presses a copy button. @returns what is then on the clipboard */
  async copied(button: Locator): Promise<string> {
    const { page } = this;
    const read = () => page.evaluate<string>('navigator.clipboard.readText()');
    await page.evaluate("navigator.clipboard.writeText('')");
    await button.click();
    await this.toast(/Copied|已复制/);
    await this.eventually(read).not.toBe('');
    return read();
  }

  /** How the page lists the deliveries of the callback that is shown: kind and answer. */
  async deliveries(): Promise<string[]> {
    const rows = await this.page.locator('.attempts tbody tr').all();
    return Promise.all(
      rows.map(async (row) => {
        const [, kind, answer] = await row.locator('td').allTextContents();
        return `${kind?.trim()}: ${answer?.trim().split(/\s/)[0]}`;
      }),
    );
  }

  /** Waits until `read` returns the expected value. */
  eventually<T>(read: () => Promise<T>) {
    return expect.poll(read, { interval: 100 });
  }
}
