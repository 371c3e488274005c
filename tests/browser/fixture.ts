/** What every browser test runs on: a system with its pages, a Chromium, and the sandbox's control API. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, vi } from 'vitest';
import { buildInspector } from '../../sandbox/inspector/build.ts';
import { buildPhone } from '../../sandbox/phone/build.ts';
import { staticPages } from '../../sandbox/system/pages.ts';
import type { System, SystemOptions } from '../../sandbox/system/system.ts';
import { DemoClient } from '../../scripts/demo/client.ts';
import { startWatchedSystem } from '../watched-system.ts';
import { canRun, launchBrowser } from './browser.ts';
import { type OpenPhone, openPhone } from './phone-page.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));

export interface BrowserFixture {
  readonly system: System;
  readonly browser: Browser;
  readonly client: DemoClient;
  /** Another system with the same pages, for tests that stop one. */
  startAnother(options: Partial<SystemOptions>): Promise<System>;
  /** Opens the phone as this user for as long as `run` takes; a page that complains fails the test. */
  withPhone(
    openid: string,
    run: (phone: OpenPhone) => Promise<void>,
    language?: 'zh_CN' | 'en',
  ): Promise<void>;
}

interface FixtureOptions extends Pick<SystemOptions, 'adjustValues' | 'keyMode' | 'providerKind'> {
  pages: readonly ('phone' | 'inspector')[];
}

/**
 * Defines tests on one system of their own, which starts over before each of them.
 * Without a browser they are reported as not run.
 */
export function describeInBrowser(
  name: string,
  options: FixtureOptions,
  define: (fixture: () => BrowserFixture) => void,
): void {
  describe.runIf(canRun)(name, () => {
    let fixture: BrowserFixture | undefined;
    beforeAll(async () => {
      fixture = await start(options);
    }, 120_000);
    beforeEach(() => fixture?.client.post('/_system/reset', {}));
    afterAll(async () => {
      await fixture?.browser.close();
      await fixture?.system.close();
    });
    define(() => {
      if (!fixture) throw new Error('The system did not start.');
      return fixture;
    });
  });
}

async function start({ pages, keyMode = 'public-key', ...options }: FixtureOptions): Promise<BrowserFixture> {
  const folder = inject('pagesFolder');
  const folders = { phone: join(folder, 'phone'), inspector: join(folder, 'inspector') };
  if (pages.includes('phone')) await builtOnce(folders.phone, buildPhone);
  if (pages.includes('inspector')) await builtOnce(folders.inspector, buildInspector);
  const served = pages.map((name) => [`/${name}/`, folders[name]]);
  const startAnother = (more: Partial<SystemOptions>) =>
    startWatchedSystem({
      ...options,
      keyMode,
      root,
      port: 0,
      pages: staticPages(Object.fromEntries(served)),
      ...more,
    });
  const [system, browser] = await Promise.all([startAnother({}), launchBrowser()]);
  const withPhone: BrowserFixture['withPhone'] = async (openid, run, language = 'zh_CN') => {
    const phone = await openPhone(browser, system.url, { openid, language });
    try {
      await run(phone);
      expect(phone.complaints).toEqual([]);
    } finally {
      await phone.close();
    }
  };
  return { system, browser, client: new DemoClient(system.url), startAnother, withPhone };
}

/** The first caller builds it; another file that needs it at the same time waits. */
async function builtOnce(folder: string, build: (folder: string) => Promise<unknown>): Promise<void> {
  const outcome = `${folder}.outcome`;
  const isFirst = mkdirSync(`${folder}.claimed`, { recursive: true }) !== undefined;
  if (isFirst) {
    const problem = await build(folder).then(() => '', String);
    writeFileSync(`${outcome}.new`, problem);
    renameSync(`${outcome}.new`, outcome);
  }
  await vi.waitUntil(() => existsSync(outcome), { timeout: 100_000 });
  const problem = readFileSync(outcome, 'utf8');
  if (problem !== '') throw new Error(`The page could not be built: ${problem}`);
}

/** For people: `.screenshots/NAME.png`. No test looks at it. */
export async function keepScreenshot(page: Page, name: string): Promise<void> {
  const folder = join(root, '.screenshots');
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
