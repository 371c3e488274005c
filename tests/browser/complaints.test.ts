/** A complaint from the payer's bills to the refund, on the operators' pages. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { users } from '../../sandbox/system/shop.ts';
import { requestToken, until } from '../../scripts/demo/client.ts';
import { type BrowserFixture, describeInBrowser, keepScreenshot } from './fixture.ts';
import { tab, topPage } from './phone-page.ts';

const [lin, , zhou] = users.map(({ openid }) => openid) as [string, string, string];

describeInBrowser('a complaint', { pages: ['phone'] }, (fixture) => {
  const at = (page: Page, text: string) => topPage(page).getByText(text, { exact: true });

  test('is made in the bills, answered by an operator, and ends with the refund', async () => {
    await paidOrder(fixture());
    await fixture().withPhone(lin, async ({ page }) => {
      await page.locator('.status-user').tap();
      await page.getByText('微信支付账单 · 投诉商家').tap();
      await page.getByRole('button', { name: /¥68.00 西湖龙井/ }).tap();
      await page.getByText('投诉商家：申请退款').tap();
      await page.getByText('投诉已提交').waitFor();
      await page.locator('.action-cancel').tap();
      await page.locator('.status-user').tap();
      await page.getByText('微信支付账单 · 投诉商家').tap();
      await page.getByRole('button', { name: /¥68.00 西湖龙井/ }).tap();
      await page.getByText('申请平台协助').tap();
      await page.getByText('已提交', { exact: true }).waitFor();
    });
    await fixture().system.host.fireTimer('reconcile');
    await fixture().withPhone(zhou, async ({ page }) => {
      await manage(page, '投诉');
      await at(page, '待回复').waitFor();
      await keepScreenshot(page, 'complaints');
      await at(page, '申请退款').first().tap();
      await at(page, '13800138000').waitFor();
      await at(page, '微信支付客服已介入（平台协助）').waitFor();
      await at(page, '商家响应不及时：已经提交投诉，商家一直没有解决').waitFor();
      await topPage(page).locator('textarea').fill('马上为您处理');
      await at(page, '回复').tap();
      await at(page, '商家回复').waitFor();
      await keepScreenshot(page, 'complaint');
      await at(page, '同意退款').tap();
      await page.locator('.modal-confirm').tap();
      await at(page, '商家同意退款').waitFor();
      await at(page, '退款单号').waitFor();
    });
    await fixture().client.post('/_sandbox/clock', { advanceMs: 5 * 60_000 });
    const state = await until('the refund to end the complaint', async () => {
      const { complaints } = await fixture().client.get<{ complaints: { state: string }[] }>(
        '/_sandbox/complaints',
      );
      return complaints[0]?.state === 'PROCESSED' ? complaints[0].state : undefined;
    });
    expect(state).toBe('PROCESSED');
  });

  test('is for operators only, as is the platform’s money, which they see', async () => {
    const calls: readonly [string, object][] = [
      ['handleComplaints', { action: 'list' }],
      ['sellerFunds', { action: 'overview' }],
    ];
    for (const [name, data] of calls) {
      expect(await fixture().client.call(name, data, lin)).toMatchObject({ error: { code: 'NOT_ALLOWED' } });
    }
    await fixture().withPhone(zhou, async ({ page }) => {
      await manage(page, '平台资金');
      await at(page, '可提现余额').waitFor();
      await keepScreenshot(page, 'funds');
    });
  });

  async function manage(page: Page, entry: string): Promise<void> {
    await tab(page, '我的').tap();
    await at(page, '店铺管理').tap();
    await at(page, entry).tap();
  }
});

async function paidOrder({ client }: BrowserFixture): Promise<void> {
  const items = [{ productId: 'tea-longjing', quantity: 1 }];
  const { paymentNo } = await client.createOrder({ requestToken: requestToken(), items }, lin);
  await client.pay(paymentNo, lin);
  await until(`${paymentNo} to be paid`, async () =>
    (await client.orderState(paymentNo, lin)).state === 'SUCCESS' ? true : undefined,
  );
}
