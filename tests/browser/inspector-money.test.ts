/** Where money is, as the inspector shows it: an order's after a share and a refund, and a transfer's to a person. */
import { expect, test } from 'vitest';
import { operatorOpenid } from '../../sandbox/system/environment.ts';
import { users } from '../../sandbox/system/shop.ts';
import { requestToken, until } from '../../scripts/demo/client.ts';
import type { CreateOrderAnswer, SharingView } from '../../shared/contract/index.ts';
import { barriersOn } from './barriers.ts';
import { type BrowserFixture, describeInBrowser, keepScreenshot } from './fixture.ts';
import { withInspector } from './inspector-page.ts';

const payer = users[0]!.openid;
const minuteMs = 60_000;

/** An order of a seller, of which the platform has 15 %, and of which half was refunded. */
async function sharedAndRefunded({ client, system }: BrowserFixture) {
  const { ecommerce } = await client.get<{ ecommerce: { mchid: string } }>('/_sandbox/credentials');
  const products = await client.documents<{ _id: string; sellerId?: string }>('products');
  const product = products.find(({ sellerId }) => sellerId)!;
  const receiver = { type: 'MERCHANT_ID', account: ecommerce.mchid, description: '平台服务费' };
  const rule = { action: 'setRule', sellerId: product.sellerId, productId: null, after: 'PAYMENT', days: 0 };
  const receivers = [{ ...receiver, part: { permille: 150 } }];
  await client.must(
    'shareProfit',
    { ...rule, receivers, freeAfterDays: 5, onFailure: 'HOLD' },
    operatorOpenid,
  );
  const items = [{ productId: product._id, quantity: 2 }];
  const placed = { requestToken: requestToken(), items };
  const { paymentNo, orders } = await client.must<CreateOrderAnswer>('createPartnerOrder', placed, payer);
  const { outTradeNo, amountFen } = orders[0]!;
  await client.pay(paymentNo, payer);
  const pass = async <T>(what: string, done: () => Promise<T | undefined>) =>
    until(what, async () => {
      await client.post('/_sandbox/clock', { advanceMs: minuteMs });
      await system.host.fireTimer('reconcile');
      return done();
    });
  await pass('the share', async () => {
    const found = await client.documents<{ _id: string; state: SharingView['state'] }>('sharings');
    return found.find(({ _id, state }) => _id === outTradeNo && state === 'SHARED');
  });
  const refund = { action: 'refund', outTradeNo, requestToken: requestToken(), amountFen: amountFen / 2 };
  await client.must('refundOrder', refund, operatorOpenid);
  await pass('the refund', async () => {
    const [found] = await client.documents<{ state: string }>('refunds');
    return found?.state === 'SUCCESS' ? found : undefined;
  });
  const { orders: money } = await client.get<{ orders: { parts: { kind: string; amountFen: number }[] }[] }>(
    `/_sandbox/orders/${paymentNo}/money`,
  );
  return { paymentNo, amountFen, platform: ecommerce.mchid, parts: money[0]!.parts };
}

describeInBrowser('the inspector', { pages: ['inspector'] }, (fixture) => {
  test.each([
    ['zh', 'light', 1440],
    ['en', 'dark', 390],
  ] as const)(
    'shows who has the money of an order and its complaint, in %s, %s and %i px wide',
    async (...look) => {
      const [language, theme, width] = look;
      const { paymentNo, amountFen, platform, parts } = await sharedAndRefunded(fixture());
      const { client } = fixture();
      await client.post('/_sandbox/complaints', { outTradeNo: paymentNo, openid: payer });
      await withInspector(
        fixture(),
        { hash: `timeline/${paymentNo}`, language, theme, width },
        async (page) => {
          const money = page.detail.locator('.money');
          await money.locator('.money-parts li').first().waitFor();
          const shown = await money.locator('.money-parts li').allTextContents();
          const yuan = (fen: number) => `¥${(fen / 100).toFixed(2)}`;
          expect(shown.map((text) => text.split(' ').at(-1))).toEqual(
            parts.map((each) => yuan(each.amountFen)),
          );
          expect(parts.reduce((sum, each) => sum + each.amountFen, 0)).toBe(amountFen);
          expect(shown).toContain(
            `${language === 'zh' ? '分给' : 'shared with'} ${platform} ${yuan(Math.round(amountFen * 0.075))}`,
          );
          await page.detail
            .getByText(language === 'zh' ? '付款人发起投诉' : 'The payer complained')
            .first()
            .waitFor();
          expect(await barriersOn(page.page, { exclude: 'iframe' })).toEqual([]);
          await keepScreenshot(page.page, `inspector-money-${language}-${theme}-${width}`);
        },
      );
    },
  );

  test('shows a transfer to a person, and makes it fail', async () => {
    const { client, system } = fixture();
    const { mchid } = system.simulator.credentials().direct;
    await client.post(`/_sandbox/merchants/${mchid}/balance`, { addFen: 100_000 });
    const { transfer } = await client.must<{ transfer: { outBillNo: string } }>(
      'transferMoney',
      {
        action: 'transfer',
        requestToken: requestToken(),
        openid: payer,
        sceneId: '1005',
        amountFen: 730,
        remark: '四月佣金',
        reports: { 岗位类型: '推广员', 报酬说明: '四月佣金' },
        withoutConfirmation: false,
      },
      operatorOpenid,
    );
    await withInspector(fixture(), { language: 'zh', width: 1440 }, async (page) => {
      await page.choose('商家转账 · 四月佣金');
      const head = page.detail.locator('.order-head');
      await head.getByText('待收款人确认', { exact: true }).waitFor();
      await head.getByText(transfer.outBillNo).waitFor();
      await keepScreenshot(page.page, 'inspector-transfer-waiting');
      await page.button('让转账失败').click();
      await head.getByText('转账失败', { exact: true }).waitFor();
      await head.getByText('PAYEE_ACCOUNT_ABNORMAL').waitFor();
      await page.button('让转账失败').waitFor({ state: 'detached' });
      await page.detail.getByRole('heading', { name: '回调' }).waitFor();
      const steps = await page.steps();
      expect(steps.slice(0, 2)).toEqual(['[商家转账]', '商家转账']);
      expect(steps).toContain('转账失败，已退回');
      expect(await barriersOn(page.page, { exclude: 'iframe' })).toEqual([]);
      await keepScreenshot(page.page, 'inspector-transfer-failed');
    });
  });
});
