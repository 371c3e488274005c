/** Refunds that WeChat Pay does not make although the shares for them were returned. */
import { afterEach, expect, it } from 'vitest';
import type { AnomalyRecord } from '../../shared/payments/orders/anomalies.ts';
import { refundOrder } from '../../shared/payments/refunds/refund-order.ts';
import { wakeSharing } from '../../shared/payments/sharing/open.ts';
import { madeUpCallbacks } from '../../shared/payments/testing/watched-money.ts';
import {
  act,
  addReceivers,
  balance,
  closeShop,
  later,
  open,
  pass,
  receiver,
  refundOf,
  refundsIn,
  rule,
  sharingOf,
  shop,
} from './sharing-shop.ts';

afterEach(closeShop);

const anomalies = () => shop.documents.all<AnomalyRecord>('anomalies');
const returned = async (no: string) => (await sharingOf(no)).returns.map(({ amountFen }) => amountFen);
const share = { type: 'MERCHANT_ID', part: { permille: 100 }, description: '佣金' } as const;

async function sharedOrder(changes = {}) {
  await open('partner');
  await addReceivers();
  await rule({ receivers: [{ ...share, account: receiver().mchid }], freeAfterDays: 5 });
  const { _id } = await shop.paidOrder(1000, { profitSharing: true, ...changes });
  await pass(3);
  return _id;
}

it('a refund that WeChat Pay refuses leaves an anomaly with the sum that the seller now has', async () => {
  // WeChat Pay has 1000 fen as the total, so it refuses every refund of this order.
  madeUpCallbacks();
  const no = await sharedOrder({ amountFen: 2000 });
  await expect(refundOf(no, 'a', { amountFen: 500 })).rejects.toMatchObject({ code: 'WECHATPAY_REFUSED' });
  expect(await refundsIn(no)).toEqual(['REFUSED']);
  expect(await returned(no)).toEqual([50]);
  expect(anomalies()).toMatchObject([
    { kind: 'SHARES_RETURNED_WITHOUT_REFUND', outTradeNo: no, received: { amountFen: 50 } },
  ]);
});

it('a refund that WeChat Pay closes does too, once, and the next refund uses what was returned', async () => {
  const no = await sharedOrder();
  const { refund } = await refundOf(no, 'a', { amountFen: 500 });
  await shop.sandbox.control('POST', `/refunds/${refund.outRefundNo}/settle`, { result: 'CLOSED' });
  await later(10);
  expect(await refundsIn(no)).toEqual(['CLOSED']);
  expect(anomalies()).toMatchObject([
    { kind: 'SHARES_RETURNED_WITHOUT_REFUND', received: { amountFen: 50 } },
  ]);

  const preview = { action: 'preview', outTradeNo: no, amountFen: 700 } as const;
  expect(await refundOrder(shop.ports, undefined, preview)).toMatchObject({
    returns: [{ mchid: receiver().mchid, amountFen: 20 }],
  });
  await refundOf(no, 'b', { amountFen: 700 });
  await later(10);
  expect(await refundsIn(no)).toContain('SUCCESS');
  expect(await returned(no)).toEqual([50, 20]);
  expect((await balance(receiver().mchid)).availableFen).toBe(30);
  expect(await shop.ledgerFen(no)).toBe(1000 - 100 + 70 - 700);
});

it('an order of which everything was to be refunded, and was not, is shared after all', async () => {
  await open('partner');
  await addReceivers();
  await rule();
  const { _id: no } = await shop.paidOrder(1000, { profitSharing: true });
  const { refund } = await refundOf(no, 'a');
  await pass(1);
  await shop.sandbox.control('POST', `/refunds/${refund.outRefundNo}/settle`, { result: 'CLOSED' });
  await later(60);
  expect(await refundsIn(no)).toEqual(['CLOSED']);
  expect(await sharingOf(no)).toMatchObject({ state: 'FREED' });
  expect((await balance(receiver().mchid)).availableFen).toBe(200);
  expect(await shop.ledgerFen(no)).toBe(800);
});

it('a full refund is not kept back by a share that was made by hand before the rules were due', async () => {
  await open('partner');
  await addReceivers();
  await rule({ after: 'SHIPPING' });
  const { _id: no } = await shop.paidOrder(1000, { profitSharing: true });
  await pass(2);
  const { mchid } = receiver();
  await act({
    ...{ action: 'share', outTradeNo: no, requestToken: 'a'.padStart(16, '0') },
    receivers: [{ type: 'MERCHANT_ID', account: mchid, amountFen: 100, description: '补分' }],
  });
  await pass(2);
  await shop.documents.update('orders', no, {}, { shippedAtMs: shop.ports.clock.nowMs() });
  await wakeSharing(shop.ports, no);
  await refundOf(no, 'a');
  await later(60);
  expect(await refundsIn(no)).toEqual(['SUCCESS']);
  expect((await balance(mchid)).availableFen).toBe(0);
  expect(await shop.ledgerFen(no)).toBe(0);
});

it('what was returned without a refund is used once', async () => {
  const no = await sharedOrder();
  const { refund } = await refundOf(no, 'a', { amountFen: 500 });
  await shop.sandbox.control('POST', `/refunds/${refund.outRefundNo}/settle`, { result: 'CLOSED' });
  await later(2);
  await refundOf(no, 'b', { amountFen: 300 });
  await later(10);
  expect(await returned(no)).toEqual([50]);
  await refundOf(no, 'c', { amountFen: 300 });
  await later(10);
  expect(await returned(no)).toEqual([50, 10]);
  expect((await refundsIn(no)).toSorted()).toEqual(['CLOSED', 'SUCCESS', 'SUCCESS']);
  expect((await balance(receiver().mchid)).availableFen).toBe(40);
});

it('a refused refund without returned shares is no anomaly', async () => {
  await open('partner');
  await addReceivers();
  await rule();
  madeUpCallbacks();
  const { _id } = await shop.paidOrder(1000, { profitSharing: true, amountFen: 2000 });
  await expect(refundOf(_id, 'a', { amountFen: 500 })).rejects.toMatchObject({ code: 'WECHATPAY_REFUSED' });
  expect(anomalies()).toEqual([]);
});
