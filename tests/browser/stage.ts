/** What every browser test file stands on: one system with its pages, one Chromium, and the demo's hands. */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe } from 'vitest';
import { buildInspector } from '../../sandbox/inspector/build.ts';
import { buildPhone } from '../../sandbox/phone/build.ts';
import { staticPages } from '../../sandbox/system/pages.ts';
import { type System, type SystemOptions, startSystem } from '../../sandbox/system/system.ts';
import { buildFunctions } from '../../scripts/build/functions.ts';
import { DemoClient } from '../../scripts/demo/client.ts';
import { canRun, launchBrowser } from './support.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Stage {
  readonly system: System;
  readonly browser: Browser;
  readonly client: DemoClient;
}

interface StageOptions extends Pick<SystemOptions, 'adjustValues'> {
  pages: readonly ('phone' | 'inspector')[];
}

/** Defines tests on one system of their own; without a browser they are reported as not run. */
export function describeInBrowser(
  name: string,
  options: StageOptions,
  define: (stage: () => Stage) => void,
): void {
  describe.runIf(canRun)(name, () => {
    let stage: Stage | undefined;
    const folder = mkdtempSync(join(tmpdir(), 'pages-'));
    beforeAll(async () => {
      stage = await build(folder, options);
    }, 120_000);
    afterAll(async () => {
      await stage?.browser.close();
      await stage?.system.close();
      rmSync(folder, { recursive: true, force: true });
    });
    define(() => {
      if (!stage) throw new Error('The system did not start.');
      return stage;
    });
  });
}

let functions: Promise<unknown> | undefined;

async function build(folder: string, { pages, ...options }: StageOptions): Promise<Stage> {
  const [phone, inspector] = [join(folder, 'phone'), join(folder, 'inspector')];
  functions ??= buildFunctions({ root });
  await Promise.all([
    functions,
    ...(pages.includes('phone') ? [buildPhone(phone)] : []),
    ...(pages.includes('inspector') ? [buildInspector(inspector)] : []),
  ]);
  const system = await startSystem({
    ...options,
    root,
    port: 0,
    pages: staticPages({ '/inspector/': inspector, '/phone/': phone }),
  });
  const browser = await launchBrowser();
  return { system, browser, client: new DemoClient(system.url) };
}

/** For people: `.screenshots/NAME.png`. No test looks at it. */
export async function keepScreenshot(page: Page, name: string): Promise<void> {
  const folder = join(root, '.screenshots');
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
