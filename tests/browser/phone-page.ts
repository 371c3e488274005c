/** The phone as its user sees it. */
import type { Browser, Locator, Page } from 'playwright-core';
import { newContext } from './browser.ts';

export interface OpenPhone {
  readonly page: Page;
  /** Everything the page complained about so far: uncaught errors, console errors and warnings. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

/**
 * Opens the phone as one user, in a browser context of its own.
 * @param url of the system, without trailing slash.
 */
export async function openPhone(
  browser: Browser,
  url: string,
  options: { readonly openid: string; readonly language?: 'zh_CN' | 'en' },
): Promise<OpenPhone> {
  const context = await newContext(browser, { viewport: { width: 390, height: 844 } });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  const query = new URLSearchParams({ user: options.openid, lang: options.language ?? 'zh_CN' });
  await page.goto(`${url}/phone/?${query}`);
  await page.locator('.page-frame').first().waitFor();
  return { page, complaints, close: () => context.close() };
}

/** The page on top of the stack: pages below stay in the document, hidden. */
export function topPage(page: Page): Locator {
  return page.locator('.page-frame:not([hidden])');
}

/** As a page that calls wx.navigateTo. */
export async function openPage(page: Page, url: string): Promise<void> {
  await page.evaluate((to) => {
    (globalThis as { wx?: { navigateTo(options: object): void } }).wx?.navigateTo({ url: to });
  }, url);
}

/** The tab with this text. */
export function tab(page: Page, text: string): Locator {
  return page.locator('.tabs .tab').filter({ hasText: text });
}

/** In the pay sheet that wx.requestPayment opened: pays, or cancels. */
export async function answerPaySheet(page: Page, choice: '支付' | '取消'): Promise<void> {
  await page.locator('.paysheet').getByRole('button', { name: choice, exact: true }).last().tap();
}

/** In the pay sheet: how the payment ends. */
export async function planPayment(page: Page, outcome: 'enough' | 'balance' | 'bank'): Promise<void> {
  await page.locator('.paysheet select').selectOption(outcome);
}

/**
 * Chinese that can be seen or is read out: in texts of visible elements and in labels. So is ’, for which the phone has a
 * Chinese letter with a gap after it.
 * @param given texts that people wrote in Chinese, such as the names of their companies: shown as they are
 */
export async function chineseIn(page: Page, given: string): Promise<string[]> {
  const found = await page.evaluate<string[]>(`(() => {
    const texts = [];
    for (const element of document.querySelectorAll('body *')) {
      if (['SCRIPT', 'STYLE'].includes(element.tagName) || element.offsetParent === null) continue;
      const own = [...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.textContent);
      texts.push(...own, element.getAttribute('aria-label') ?? '', element.getAttribute('placeholder') ?? '');
    }
    return texts.map((text) => text.trim()).filter((text) => /[\\u4e00-\\u9fff’]/.test(text));
  })()`);
  const isGiven = (text: string) =>
    (text.match(/[\u4e00-\u9fff’]+/g) ?? []).every((run) => given.includes(run));
  return [...new Set(found)].filter((text) => !isGiven(text));
}
