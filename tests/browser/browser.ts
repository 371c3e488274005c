/** The machine's own Chromium: the shell without a window where there is one, since a page there costs a sixth. */
import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium } from 'playwright-core';

const candidates = [
  process.env.CHROMIUM,
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

function browserPath(): string | undefined {
  return candidates.find((path) => path !== undefined && existsSync(path));
}

/** Without a browser a test is reported as not run; under CI it runs and fails without one. */
export const canRun = browserPath() !== undefined || Boolean(process.env.CI);

/** @throws Error that says how to name a browser when none is found. */
export function launchBrowser(): Promise<Browser> {
  const executablePath = browserPath();
  if (!executablePath) throw new Error('No Chromium found. Install one, or name it in CHROMIUM_PATH.');
  return chromium.launch({
    executablePath,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** What a page does comes within that, however busy the machine is. */
const patienceMs = 90_000;

/** A context of its own, with touch and without motion: what is measured on a page does not move meanwhile. */
export async function newContext(browser: Browser, options: BrowserContextOptions): Promise<BrowserContext> {
  const context = await browser.newContext({ hasTouch: true, reducedMotion: 'reduce', ...options });
  context.setDefaultTimeout(patienceMs);
  return context;
}
