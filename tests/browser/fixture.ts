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
  pages: readonly PageName[];
}

type PageName = 'phone' | 'inspector';

/**
 * Defines tests on a running system, which starts over before each of them; files that ask for the same share it.
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
    });
    beforeEach(async () => {
      if (fixture) await startOver(fixture.system);
    });
    afterAll(async () => {
      if (!isShared(options)) await fixture?.system.close();
    });
    define(() => {
      if (!fixture) throw new Error('The system did not start.');
      return fixture;
    });
  });
}

async function start({ pages, ...options }: FixtureOptions): Promise<BrowserFixture> {
  const served = staticPages(await foldersOf(pages));
  const startAnother = (more: Partial<SystemOptions>) =>
    startWatchedSystem({ keyMode: 'public-key', ...options, root, port: 0, pages: served, ...more });
  const [system, browser] = await Promise.all([
    isShared(options) ? sharedSystem(options, served) : startAnother({}),
    sharedBrowser(),
  ]);
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

type Pages = NonNullable<SystemOptions['pages']>;
type SharedOptions = Omit<FixtureOptions, 'pages'>;

/** Systems of this process, which files that ask for the same use one after the other. They end with the process. */
const systems = new Map<string, { system: Promise<System>; pages: Pages }>();

/** One that changes its configuration is of its own kind. */
function isShared({ adjustValues }: SharedOptions): boolean {
  return adjustValues === undefined;
}

function sharedSystem(options: SharedOptions, pages: Pages): Promise<System> {
  const { keyMode = 'public-key', providerKind } = options;
  const name = `${keyMode} ${providerKind}`;
  const known = systems.get(name);
  if (known) {
    known.pages = pages;
    return known.system;
  }
  const system = startWatchedSystem({
    ...options,
    keyMode,
    root,
    port: 0,
    pages: (request) => shared.pages(request),
  });
  const shared = { system, pages };
  systems.set(name, shared);
  return system;
}

let browserOfProcess: Promise<Browser> | undefined;

/** It ends with the process. */
export function sharedBrowser(): Promise<Browser> {
  browserOfProcess ??= launchBrowser();
  return browserOfProcess;
}

/** Without the snapshots of other tests. Instances that wait live on: cold starts would take most of the time. */
async function startOver({ url }: System): Promise<void> {
  const ask = async (method: string, path: string, body?: string) => {
    const response = await fetch(`${url}/_system/${path}`, { method, ...(body && { body }) });
    expect(response.status).toBe(200);
    return response.json();
  };
  await ask('POST', 'reset', '{"stop":"busy"}');
  const { snapshots } = (await ask('GET', 'snapshots')) as { snapshots: { name: string }[] };
  for (const { name } of snapshots) await ask('DELETE', `snapshots/${encodeURIComponent(name)}`);
}

async function foldersOf(pages: readonly PageName[]): Promise<Record<string, string>> {
  const builders = { phone: buildPhone, inspector: buildInspector };
  const served = pages.map(async (name) => {
    const folder = join(inject('pagesFolder'), name);
    await builtOnce(folder, builders[name]);
    return [`/${name}/`, folder];
  });
  return Object.fromEntries(await Promise.all(served));
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
