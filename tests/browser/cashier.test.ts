/** The payer's page of the standalone sandbox, in a browser: where `h5_url` leads, and the phone that scans a `code_url`. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/package/index.ts';
import { TestClient } from '../../sandbox/wechatpay/testing/client.ts';
import { barriersOn } from './barriers.ts';
import { canRun, newContext } from './browser.ts';
import { sharedBrowser } from './fixture.ts';

describe.runIf(canRun)('the cashier', () => {
  let sandbox: Sandbox;
  let page: Page;
  beforeAll(async () => {
    sandbox = await startSandbox({ seed: 'cashier' });
    const context = await newContext(await sharedBrowser(), {
      locale: 'en-US',
      viewport: { width: 390, height: 700 },
    });
    page = await context.newPage();
  });
  afterAll(async () => {
    await page?.context().close();
    await sandbox?.close();
  });

  async function place(way: 'h5' | 'native', outTradeNo: string): Promise<Record<string, string>> {
    const { direct } = sandbox.credentials;
    const client = new TestClient(direct, (request) => fetch(request), sandbox.url);
    const { status, json } = await client.post(`/v3/pay/transactions/${way}`, {
      appid: direct.appid,
      mchid: direct.mchid,
      description: '一杯茶',
      out_trade_no: outTradeNo,
      notify_url: 'https://shop.example/notify',
      amount: { total: 1_250 },
      ...(way === 'h5' && { scene_info: { payer_client_ip: '127.0.0.1', h5_info: { type: 'Wap' } } }),
    });
    expect(status).toBe(200);
    return json;
  }
  const stateOf = async (outTradeNo: string) => (await sandbox.orders.get(outTradeNo)).state;

  test('takes the payment of the order that h5_url names, and leads back to the shop', async () => {
    const { h5_url } = await place('h5', 'CASHIER1');
    const back = `${sandbox.url}/_sandbox/clock`;
    await page.goto(`${h5_url}&redirect_url=${encodeURIComponent(back)}`);
    await page.getByText('¥12.50').waitFor();
    expect(await page.getByText('一杯茶').count()).toBe(1);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await barriersOn(page), colorScheme).toEqual([]);
    }
    await page.getByRole('button', { name: 'Pay', exact: true }).click();
    await page.waitForURL(back);
    expect(await stateOf('CASHIER1')).toBe('SUCCESS');
  });

  test('leaves an order open that its payer cancels', async () => {
    const { h5_url } = await place('h5', 'CASHIER2');
    await page.goto(h5_url!);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('Cancelled').waitFor();
    expect(await stateOf('CASHIER2')).toBe('NOTPAY');
  });

  test('says why an order can no longer be paid', async () => {
    const { h5_url } = await place('h5', 'CASHIER3');
    await sandbox.orders.pay('CASHIER3');
    await page.goto(h5_url!);
    await expect.poll(() => page.getByRole('status').getAttribute('class')).toBe('bad');
    expect(await page.getByRole('button').count()).toBe(0);
  });

  test('scans a code_url, and shows the order before it pays', async () => {
    const { code_url } = await place('native', 'CASHIER4');
    await page.goto(`${sandbox.url}/_sandbox/cashier`);
    await page.getByLabel('code_url').fill(code_url!);
    await page.getByRole('button', { name: 'Scan' }).click();
    const scanned = page.locator('section', { has: page.getByLabel('code_url') });
    await scanned.getByText('CASHIER4').waitFor();
    await scanned.getByRole('button', { name: 'Pay', exact: true }).click();
    await page.getByText('Paid', { exact: true }).waitFor();
    expect(await stateOf('CASHIER4')).toBe('SUCCESS');
  });
});
