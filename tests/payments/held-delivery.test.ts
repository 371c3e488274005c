/** A refund before the delivery: the order is held, and a person decides. */
import { afterEach, expect, it } from 'vitest';
import { fulfilDue } from '../../shared/payments/fulfilment/outbox.ts';
import { workOnDueRefunds } from '../../shared/payments/refunds/find.ts';
import { refundOrder } from '../../shared/payments/refunds/refund-order.ts';
import { expectSameMoney } from './expect-same-money.ts';
import { type RefundShop, refundShop } from './refund-shop.ts';

let shop: RefundShop;
afterEach(async () => {
  if (!shop) return;
  await expectSameMoney(shop);
  await shop.close();
});

async function paidAndDue(): Promise<string> {
  shop = await refundShop();
  return (await shop.paidOrder(1000, { fulfilment: 'PENDING', fulfilAfterMs: 0 }))._id;
}
const refund = (outTradeNo: string, name: string, amountFen: number) =>
  refundOrder(shop.ports, 'oOp', {
    action: 'refund',
    outTradeNo,
    requestToken: name.padStart(16, '0'),
    amountFen,
  });
const deliverRest = (outTradeNo: string) =>
  refundOrder(shop.ports, 'oOp', { action: 'deliverRest', outTradeNo });

/** Runs the timer's deliveries. @returns the calls of the fulfilment function */
async function deliver(): Promise<Record<string, unknown>[]> {
  const calls: Record<string, unknown>[] = [];
  const call = async (_: string, data: Record<string, unknown>) => {
    calls.push(data);
    return { done: true };
  };
  await fulfilDue({ ...shop.ports, functions: { call }, fulfilmentFunction: 'fulfilOrder' }, () => true);
  return calls;
}

it('an order of which a part went back is held until an operator lets the rest be delivered', async () => {
  const outTradeNo = await paidAndDue();
  await refund(outTradeNo, 'a', 300);
  expect(await deliver()).toEqual([]);
  expect(shop.order(outTradeNo)).toMatchObject({ state: 'REFUND', fulfilment: 'HELD' });
  expect(shop.documents.all('anomalies')).toMatchObject([{ kind: 'REFUNDED_BEFORE_FULFILMENT' }]);
  expect(await deliverRest(outTradeNo)).toEqual({ refundedFen: 300, refundableFen: 700 });
  expect(await deliverRest(outTradeNo)).toEqual({ refundedFen: 300, refundableFen: 700 });
  expect(await deliver()).toMatchObject([{ outTradeNo, amountFen: 1000, refundedFen: 300 }]);
  expect(shop.order(outTradeNo)).toMatchObject({ fulfilment: 'DONE' });
  expect(await deliver()).toEqual([]);
});

it('a refund after that decision holds it again', async () => {
  const outTradeNo = await paidAndDue();
  await refund(outTradeNo, 'a', 300);
  await deliver();
  await deliverRest(outTradeNo);
  await shop.sandbox.clock.advance(60_000);
  await refund(outTradeNo, 'b', 100);
  expect(await deliver()).toEqual([]);
  expect(shop.order(outTradeNo)).toMatchObject({ fulfilment: 'HELD' });
  await deliverRest(outTradeNo);
  expect(await deliver()).toMatchObject([{ refundedFen: 400 }]);
});

it('nothing is delivered of an order that was given back whole, or is not held', async () => {
  const outTradeNo = await paidAndDue();
  await expect(deliverRest(outTradeNo)).rejects.toMatchObject({ code: 'REFUND_STATE' });
  await refund(outTradeNo, 'a', 1000);
  await deliver();
  await expect(deliverRest(outTradeNo)).rejects.toMatchObject({ code: 'REFUND_STATE' });
});

it('one that was refunded elsewhere by an unknown sum waits for the bill that says it', async () => {
  const outTradeNo = await paidAndDue();
  shop.documents.put('orders', { ...shop.order(outTradeNo), state: 'REFUND', fulfilment: 'HELD' } as never);
  await expect(deliverRest(outTradeNo)).rejects.toMatchObject({ code: 'REFUND_STATE' });
});

it('a full refund that WeChat Pay closes leaves an order that a person looks at, and can let be delivered', async () => {
  const outTradeNo = await paidAndDue();
  await refund(outTradeNo, 'a', 1000);
  const outRefundNo = shop.documents.all('refunds')[0]!._id;
  expect(shop.order(outTradeNo)).toMatchObject({ state: 'REFUND', fulfilment: 'HELD' });
  await shop.sandbox.control('POST', `/refunds/${outRefundNo}/settle`, { result: 'CLOSED' });
  await shop.sandbox.clock.advance(120_000);
  await workOnDueRefunds(shop.ports, () => true);
  expect(await deliver()).toEqual([]);
  expect(shop.order(outTradeNo)).toMatchObject({ state: 'REFUND', fulfilment: 'HELD', refunds: [] });
  expect(shop.documents.all('anomalies')).toMatchObject([{ kind: 'REFUNDED_BEFORE_FULFILMENT' }]);
  expect(await deliverRest(outTradeNo)).toEqual({ refundedFen: 0, refundableFen: 1000 });
  expect(await deliver()).toMatchObject([{ outTradeNo, amountFen: 1000, refundedFen: 0 }]);
  expect(shop.order(outTradeNo)).toMatchObject({ fulfilment: 'DONE' });
});
