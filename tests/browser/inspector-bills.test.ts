/** Refunds and bills in the inspector: the reader chooses how a refund ends, and a day shows its differences. */
import { expect, test } from 'vitest';
import { operatorOpenid } from '../../sandbox/system/environment.ts';
import { users } from '../../sandbox/system/shop.ts';
import { requestToken, until } from '../../scripts/demo/client.ts';
import { barriersOn } from './barriers.ts';
import { type BrowserFixture, describeInBrowser, keepScreenshot } from './fixture.ts';
import { withInspector } from './inspector-page.ts';

const payer = users[0]!.openid;

async function paidOrder({ client }: BrowserFixture): Promise<string> {
  const items = [{ productId: 'cup-celadon', quantity: 1 }];
  const { paymentNo } = await client.createOrder({ requestToken: requestToken(), items }, payer);
  await client.pay(paymentNo, payer);
  await until(
    'the payment',
    async () => (await client.orderState(paymentNo, payer)).state === 'SUCCESS' || undefined,
  );
  return paymentNo;
}

const states = async ({ client }: BrowserFixture) =>
  (await client.documents<{ state: string }>('refunds')).map(({ state }) => state);

describeInBrowser('the inspector', { pages: ['inspector'] }, (fixture) => {
  test.each([
    ['Abnormal', 'ABNORMAL'],
    ['Closed', 'CLOSED'],
    ['Arrives', 'SUCCESS'],
  ])('ends a refund as %s from the order', async (button, state) => {
    const outTradeNo = await paidOrder(fixture());
    const refund = { action: 'refund', outTradeNo, requestToken: requestToken(), amountFen: 900 };
    await fixture().client.must('refundOrder', refund, operatorOpenid);
    await withInspector(fixture(), { hash: `timeline/${outTradeNo}` }, async (inspector) => {
      await inspector.button(button).click();
      await inspector.eventually(() => states(fixture())).toEqual([state]);
      await inspector.eventually(() => inspector.button(button).count()).toBe(0);
    });
  });

  test.each([
    ['zh', 'light', 1440],
    ['en', 'dark', 390],
  ] as const)('shows a day and its difference, in %s, %s and %i px wide', async (language, theme, width) => {
    const outTradeNo = await paidOrder(fixture());
    const { client } = fixture();
    const { direct } = await client.get<{ direct: { mchid: string } }>('/_sandbox/credentials');
    const route = '/v3/bill/tradebill';
    await client.put('/_sandbox/faults', [
      { route, mchid: direct.mchid, kind: 'bill-missing-line', times: 1 },
    ]);
    await withInspector(fixture(), { hash: 'bills', language, theme, width }, async (inspector) => {
      const go = language === 'zh' ? '前进到明天 10:05 并对账' : 'Go to 10:05 tomorrow and reconcile';
      await inspector.button(go).first().click();
      await inspector.rows(direct.mchid).first().waitFor();
      await inspector.rows(direct.mchid).first().click();
      await inspector.detail.locator('.differences tbody tr').waitFor();
      const text = (await inspector.detail.textContent()) ?? '';
      expect(text).toContain(
        language === 'zh' ? '本地有，账单没有 · 付款' : 'Here, not in the bill · payment',
      );
      expect(text).toContain(language === 'zh' ? '手续费' : 'fees');
      expect(await barriersOn(inspector.page, { exclude: 'iframe' })).toEqual([]);
      await keepScreenshot(inspector.page, `inspector-bills-${language}-${theme}-${width}`);
      await inspector.button(language === 'zh' ? '查看订单' : 'Show the order').click();
      await inspector.detail.getByText(outTradeNo).first().waitFor();
    });
  });

  test('does not say that a day agrees before its differences are read', async () => {
    await paidOrder(fixture());
    await withInspector(fixture(), { hash: 'bills' }, async (inspector) => {
      const read = '**/_cloud/database/bill_differences?*';
      await inspector.page.route(read, () => undefined);
      await inspector.page.reload();
      await inspector.button('Go to 10:05 tomorrow and reconcile').first().click();
      await inspector.page.getByText('Reading the bills').waitFor();
      expect(await inspector.page.getByText('agree in both directions').count()).toBe(0);
      // What was held goes on then.
      await inspector.page.unroute(read);
      await inspector.page.getByText('agree in both directions').waitFor();
    });
  });
});
