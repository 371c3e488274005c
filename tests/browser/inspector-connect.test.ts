/** The page that lets a program in any language speak with the sandbox. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { newContext } from './browser.ts';
import { describeInBrowser, keepScreenshot } from './fixture.ts';
import { withInspector } from './inspector-page.ts';

describeInBrowser('connecting a program', { pages: ['inspector'] }, (fixture) => {
  test('what is copied runs as pasted, and its first request is explained', async () => {
    await withInspector(fixture(), { hash: 'connect' }, async (inspector) => {
      const { page } = inspector;
      await page.getByText('Waiting for the first request of your program').waitFor();
      await keepScreenshot(page, 'inspector-connect');
      const setup = await inspector.copied(page.getByRole('button', { name: 'Copy all as shell commands' }));
      await page.getByRole('button', { name: 'curl', exact: true }).click();
      const program = await inspector.copied(page.getByRole('button', { name: 'Copy order.sh' }));

      const folder = mkdtempSync(join(tmpdir(), 'pasted-'));
      // The first call, which places the order, is enough.
      writeFileSync(join(folder, 'order.sh'), program.replace(/^until [\s\S]*$/m, ''));
      // The system that it calls runs in this process.
      const { stdout } = await promisify(execFile)('bash', ['-c', `${setup}\nbash order.sh`], {
        cwd: folder,
      });
      rmSync(folder, { recursive: true });
      expect(stdout).toMatch(/^order S\w+ wx\w+\n$/);

      await page.getByText('Signature verified').waitFor();
      await page.getByText('POST /v3/pay/transactions/jsapi').first().waitFor();
      await keepScreenshot(page, 'inspector-connect-first-request');
    });
  });

  test('is what the page of the simulator alone begins with', async () => {
    const { browser, system } = fixture();
    const context = await newContext(browser, { locale: 'en-GB' });
    const page = await context.newPage();
    await page.route(`${system.url}/`, async (route) => {
      const response = await route.fetch();
      const body = (await response.text()).replace('<html ', '<html data-standalone ');
      await route.fulfill({ response, body });
    });
    await page.goto(system.url);
    await page.getByRole('tab', { name: 'Connect', selected: true }).waitFor();
    await page.getByText('Waiting for the first request of your program').waitFor();
    await page.getByRole('tab', { name: 'Timeline' }).click();
    await page.getByText('Place an order with your program').waitFor();
    await context.close();
  });

  test('a first request that is refused says why', async () => {
    const { system } = fixture();
    await withInspector(fixture(), { hash: 'connect', language: 'zh', theme: 'dark' }, async ({ page }) => {
      await page.getByText('正在等待你的程序的第一个请求').waitFor();
      const authorization =
        'WECHATPAY2-SHA256-RSA2048 mchid="1900000001",nonce_str="a",signature="AAAA",timestamp="1",serial_no="0"';
      const refused = await fetch(`${system.url}/v3/certificates`, {
        headers: { authorization, accept: 'application/json', 'user-agent': 'test' },
      });
      expect(refused.status).toBe(401);
      await page.getByText('被拒绝', { exact: true }).waitFor();
      await page.getByText('HTTP 401').waitFor();
      await keepScreenshot(page, 'inspector-connect-refused');
    });
  });
});
