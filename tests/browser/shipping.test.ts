/** From the operator's parcel to the buyer's confirmation and the settlement, on the deployed bundles and in the phone. */
import { expect, test } from 'vitest';
import { operatorOpenid } from '../../sandbox/system/environment.ts';
import { users } from '../../sandbox/system/shop.ts';
import { requestToken, until } from '../../scripts/demo/client.ts';
import type { ShipOrderAnswer } from '../../shared/contract/index.ts';
import { describeInBrowser } from './fixture.ts';
import { openPage, topPage } from './phone-page.ts';

const lin = users[0]!.openid;

interface StoredOrder {
  readonly _id: string;
  readonly shippedAtMs?: number;
  readonly receivedAtMs?: number;
  readonly settledAtMs?: number;
}

describeInBrowser('shipping', { pages: ['phone'] }, (fixture) => {
  const stored = async (outTradeNo: string) => {
    const orders = await fixture().client.documents<StoredOrder>('orders');
    return orders.find(({ _id }) => _id === outTradeNo)!;
  };
  const paidOrder = async (productId: string, amountFen?: number) => {
    const { client } = fixture();
    const item = { productId, quantity: 1, ...(amountFen !== undefined && { amountFen }) };
    const { paymentNo } = await client.createOrder({ requestToken: requestToken(), items: [item] }, lin);
    await client.pay(paymentNo, lin);
    await until('the payment', async () => {
      const { state } = await client.orderState(paymentNo, lin);
      return state === 'SUCCESS' ? true : undefined;
    });
    return paymentNo;
  };
  /** Runs the timer, which finds what is due. */
  const timerUntil = (what: string, done: () => Promise<boolean>) =>
    until(what, async () => {
      await fixture().client.post('/_cloud/timers/reconcile', {});
      return (await done()) ? true : undefined;
    });

  test('goes from the operator to the buyer, who confirms receipt, and then the shop has its money', async () => {
    const { client } = fixture();
    const no = await paidOrder('cup-celadon');
    const parcels = [{ company: 'ZTO', trackingNo: '75611788998298', itemDesc: '青瓷主人杯' }];
    const event = { action: 'ship', outTradeNo: no, logistics: 'express', parcels };
    const refused = await client.call<ShipOrderAnswer>('shipOrder', event, lin);
    expect(refused).toMatchObject({ ok: false, error: { code: 'NOT_ALLOWED' } });
    const shipped = await client.call<ShipOrderAnswer>('shipOrder', event, operatorOpenid);
    expect(shipped).toMatchObject({ ok: true, data: { shipment: { state: 'SHIPPED' } } });
    await client.must('shipOrder', { action: 'setMessagePath', path: 'pages/order/index' }, operatorOpenid);
    const { messagePaths } = await client.get<{ messagePaths: { path: string }[] }>('/_sandbox/shipping');
    await fixture().withPhone(lin, async ({ page }) => {
      // As WeChat's message about the shipment opens it.
      await openPage(page, `/${messagePaths[0]!.path}?merchant_trade_no=${no}`);
      await topPage(page).getByText('75611788998298').waitFor();
      await topPage(page).getByText('确认收货', { exact: true }).tap();
      await page.locator('.paysheet').getByRole('button', { name: '确认收货', exact: true }).tap();
      await topPage(page).getByText('已确认收货').waitFor();
    });
    expect((await stored(no)).receivedAtMs).toBeGreaterThan(0);
    await client.post('/_sandbox/clock', { advanceMs: 7 * 3_600_000 });
    await timerUntil('the settlement', async () => (await stored(no)).settledAtMs !== undefined);
  });

  test('is announced to a payer who agreed on the phone, for each consent once', async () => {
    const templateId = 'T'.repeat(43);
    await fixture().withPhone(lin, async ({ page }) => {
      for (const [choice, answer] of [
        ['拒绝', 'reject'],
        ['允许', 'accept'],
      ] as const) {
        const asked = page.evaluate(`wx.requestSubscribeMessage({ tmplIds: ['${templateId}'] })`);
        await page.locator('.paysheet').getByRole('button', { name: choice }).tap();
        expect(await asked).toMatchObject({ [templateId]: answer });
      }
    });
    const none = { openid: lin, choices: {} };
    const { subscriptions } = await fixture().client.post<{ subscriptions: object[] }>(
      '/_sandbox/subscriptions',
      none,
    );
    expect(subscriptions).toEqual([{ openid: lin, templateId, left: 1 }]);
  });

  test('of virtual goods needs no operator', async () => {
    const no = await paidOrder('tip', 500);
    await timerUntil('the shipment', async () => (await stored(no)).shippedAtMs !== undefined);
    const { orders } = await fixture().client.get<{ orders: { merchant_trade_no: string }[] }>(
      '/_sandbox/shipping',
    );
    expect(orders).toMatchObject([{ merchant_trade_no: no, shipping: { logistics_type: 3 } }]);
  });
});
