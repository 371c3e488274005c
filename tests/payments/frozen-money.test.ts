/**
 * A shop whose mini-program gets its money only after the goods were received, as WeChat decides for some of them:
 * from the payment to the bill of the day on which the order was settled.
 */
import { afterEach, expect, it } from 'vitest';
import type { RefundOrderAnswers } from '../../shared/contract/index.ts';
import { queueYesterday } from '../../shared/payments/bills/days.ts';
import { workOnDueDays } from '../../shared/payments/bills/reconcile-day.ts';
import { workOnDueRefunds } from '../../shared/payments/refunds/find.ts';
import { refundOrder } from '../../shared/payments/refunds/refund-order.ts';
import { refreshShipment } from '../../shared/payments/shipping/receipt.ts';
import { shipOrder } from '../../shared/payments/shipping/ship-order.ts';
import { workOnDueShipments } from '../../shared/payments/shipping/work.ts';
import { expectSameMoney } from './expect-same-money.ts';
import { type ShippingShop, shippingShop } from './shipping-shop.ts';

const minuteMs = 60_000;
const dayMs = 24 * 3600_000;
const chinaOffsetMs = 8 * 3600_000;

let shop: ShippingShop;
afterEach(() => shop?.close());

async function frozenShop(): Promise<void> {
  shop = await shippingShop();
  await shop.sandbox.control('POST', '/shipping', { freezes: true });
  // Noon of tomorrow in China, so that nothing falls on another day.
  const now = shop.sandbox.clock.now() + chinaOffsetMs;
  await shop.sandbox.clock.advance(dayMs - (now % dayMs) + dayMs / 2);
}

async function pass(minutes: number, stepMinutes = 1): Promise<void> {
  for (let passed = 0; passed < minutes; passed += stepMinutes) {
    await shop.sandbox.clock.advance(stepMinutes * minuteMs);
    await workOnDueRefunds(shop.ports, () => true);
    await workOnDueShipments(shop.shipping, () => true);
  }
}

/** Fen at WeChat Pay: available and frozen. */
async function balance(): Promise<[number, number]> {
  const { json } = await shop.sandbox.control('GET', `/merchants/${shop.account.mchid}/balance`);
  return [json.availableFen, json.frozenFen];
}

const ship = (outTradeNo: string) =>
  shipOrder(shop.shipping, 'oOperator', {
    action: 'ship',
    outTradeNo,
    logistics: 'express',
    parcels: [{ company: 'ZTO', trackingNo: 'A1', itemDesc: '龙井' }],
  });
const receive = async (outTradeNo: string) => {
  const body = { merchant_id: shop.account.mchid, merchant_trade_no: outTradeNo, openid: 'oPayer' };
  expect((await shop.sandbox.control('POST', '/receipts/confirm', body)).status).toBe(200);
  await refreshShipment(shop.shipping, outTradeNo);
};
const refund = async (outTradeNo: string, amountFen: number) => {
  const request = {
    action: 'refund',
    outTradeNo,
    requestToken: `r${amountFen}`.padStart(16, '0'),
    amountFen,
  };
  return ((await refundOrder(shop.ports, 'oOperator', request)) as RefundOrderAnswers['refund']).refund;
};

async function reconcile() {
  await queueYesterday(shop.ports, shop.account);
  const [day] = await workOnDueDays(shop.ports, [shop.account.kind], () => true);
  return day;
}

it('gets its money when the order was shipped, received and settled, and its bills agree on every day', async () => {
  await frozenShop();
  const { _id: outTradeNo } = await shop.paidOrder(1000);
  expect(await balance()).toEqual([0, 994]);
  expect(await refund(outTradeNo, 300)).toMatchObject({ state: 'PROCESSING' });
  await pass(5);
  expect(await balance()).toEqual([0, 695]);
  expect(await shop.ledgerFen(outTradeNo)).toBe(700);

  expect((await ship(outTradeNo)).shipment).toMatchObject({ state: 'SHIPPED' });
  expect(await balance()).toEqual([0, 695]);
  await receive(outTradeNo);
  expect(shop.order(outTradeNo)).toMatchObject({ shipping: { state: 'RECEIVED' } });
  expect(await balance()).toEqual([0, 695]);
  await pass(7 * 60, 60);
  expect(await balance()).toEqual([695, 0]);
  expect(shop.order(outTradeNo)).toMatchObject({ shipping: { state: 'SETTLED' } });
  const { receivedAtMs, settledAtMs } = shop.order(outTradeNo);
  expect(settledAtMs).toBeGreaterThan(receivedAtMs!);

  await shop.sandbox.clock.advance(17 * 3600_000);
  expect(await reconcile()).toMatchObject({
    state: 'DONE',
    differences: 0,
    sums: { rows: 2, paidFen: 1000, refundedFen: 300 },
  });
  // The fees, which only bills say: 6 of the payment, and 1 that came back with the refund.
  expect(await shop.ledgerFen(outTradeNo)).toBe(695);
  await expectSameMoney(shop);
});

it('gives all of it back from what is frozen, though nothing was shipped', async () => {
  await frozenShop();
  const { _id: outTradeNo } = await shop.paidOrder(1000);
  expect(await refund(outTradeNo, 1000)).toMatchObject({ state: 'PROCESSING' });
  await pass(5);
  expect(await balance()).toEqual([0, 0]);
  await expect(ship(outTradeNo)).rejects.toMatchObject({ code: 'SHIPMENT_STATE' });
  await shop.sandbox.clock.advance(24 * 3600_000);
  expect(await reconcile()).toMatchObject({ state: 'DONE', differences: 0 });
  expect(await shop.ledgerFen(outTradeNo)).toBe(0);
  await expectSameMoney(shop);
});

it('keeps the money frozen while the buyer neither confirms nor the time is up', async () => {
  await frozenShop();
  const { _id: outTradeNo } = await shop.paidOrder(1000);
  await pass(3 * 24 * 60, 24 * 60);
  expect(await balance()).toEqual([0, 994]);
  await ship(outTradeNo);
  await pass(9 * 24 * 60, 24 * 60);
  expect(await balance()).toEqual([0, 994]);
  await pass(2 * 24 * 60, 6 * 60);
  expect(await balance()).toEqual([994, 0]);
  expect(shop.order(outTradeNo)).toMatchObject({ shipping: { state: 'SETTLED' } });
});
