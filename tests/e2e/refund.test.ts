/** Refunds on the deployed bundles: by operators, by buyers, for the shop's own account and for a provider's. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { operatorOpenid } from '../../sandbox/system/environment.ts';
import { requestToken, until } from '../../scripts/demo/client.ts';
import type { RefundOrderAnswers, RequestRefundAnswer } from '../../shared/contract/index.ts';
import { order, payer, type Running, recorded, run, stranger } from './support.ts';

let running: Running;
beforeAll(async () => {
  running = await run({ providerKind: 'ecommerce' });
});
afterAll(() => running?.system.close());

async function paid(productId = 'cup-celadon'): Promise<string> {
  const { paymentNo } = await order(running.client, productId);
  await pay(paymentNo);
  return paymentNo;
}

/** Found by a callback or by a query, whichever comes first. */
async function pay(paymentNo: string): Promise<void> {
  const { client } = running;
  await client.pay(paymentNo, payer);
  await until(`${paymentNo} to be paid`, async () => {
    const { state } = await client.orderState(paymentNo, payer);
    return state === 'SUCCESS' ? true : undefined;
  });
}

const refund = (outTradeNo: string, more: object = {}, openid: string = operatorOpenid) =>
  running.client.call<RefundOrderAnswers['refund']>(
    'refundOrder',
    { action: 'refund', outTradeNo, requestToken: requestToken(), ...more },
    openid,
  );

/** Lets the simulator end its refunds, and our timer query them. */
async function ended(outTradeNo: string, count: number): Promise<void> {
  const { client } = running;
  await until(`${count} refunds of ${outTradeNo}`, async () => {
    await client.post('/_sandbox/clock', { advanceMs: 60_000 });
    await client.post('/_cloud/timers/reconcile', {});
    const refunds = await client.documents<{ outTradeNo: string; state: string }>('refunds');
    const mine = refunds.filter((each) => each.outTradeNo === outTradeNo && each.state === 'SUCCESS');
    return mine.length === count ? true : undefined;
  });
}

const movements = async (outTradeNo: string) => {
  const entries = await running.client.documents<{ outTradeNo: string; amountFen: number }>('ledger');
  return entries.filter((entry) => entry.outTradeNo === outTradeNo).map(({ amountFen }) => amountFen);
};

it('gives a buyer the money back at once before the delivery, and delivers nothing', async () => {
  const { client } = running;
  // Not queried, since a query would deliver it.
  const { paymentNo: no } = await order(client, 'tea-longjing');
  await client.pay(no, payer);
  await recorded(client, no, 'SUCCESS');
  const answer = await client.call<RequestRefundAnswer>(
    'requestRefund',
    { action: 'ask', outTradeNo: no },
    payer,
  );
  expect(answer).toMatchObject({ ok: true, data: { request: { state: 'ACCEPTED' }, canAsk: false } });
  await ended(no, 1);
  const view = await client.orderState(no, payer);
  expect(view).toMatchObject({ state: 'REFUND' });
  const deliveries = await client.documents<{ _id: string; refundedAtMs?: number }>('deliveries');
  const delivered = deliveries.filter(({ _id, refundedAtMs }) => _id === no && refundedAtMs === undefined);
  expect(delivered).toEqual([]);
});

it('gives money back in two parts, and the order holds nothing at the end', async () => {
  const no = await paid();
  expect(await refund(no, { amountFen: 900, reason: '少发一件' })).toMatchObject({
    ok: true,
    data: { refund: { state: 'PROCESSING', amountFen: 900 }, refundableFen: 12_000 },
  });
  expect(await refund(no, { amountFen: 12_001 })).toMatchObject({
    ok: false,
    error: { code: 'REFUND_EXCEEDS' },
  });
  await ended(no, 1);
  expect(await refund(no)).toMatchObject({ ok: true, data: { refundableFen: 0 } });
  await ended(no, 2);
  expect((await movements(no)).reduce((sum, fen) => sum + fen, 0)).toBe(0);
  const { balanced } = await running.client.get<{ balanced: boolean }>('/_sandbox/ledger');
  expect(balanced).toBe(true);
});

it("refunds a seller's order through the function that holds the provider's key", async () => {
  const { client } = running;
  const request = { requestToken: requestToken(), items: [{ productId: 'bread-rye', quantity: 1 }] };
  const { paymentNo } = await client.must<{ paymentNo: string }>('createPartnerOrder', request, payer);
  await pay(paymentNo);
  expect(await refund(paymentNo, { amountFen: 600 })).toMatchObject({
    ok: true,
    data: { refund: { amountFen: 600, state: 'PROCESSING' } },
  });
  await ended(paymentNo, 1);
  expect(await movements(paymentNo)).toEqual([2600, -600]);
});

it('learns how a refund ended by the callback alone, with no help of the timer', async () => {
  const { client } = running;
  const no = await paid();
  const made = await refund(no, { amountFen: 100 });
  if (!made.ok) throw new Error(made.error.messageEn);
  const { outRefundNo } = made.data.refund;
  await client.post(`/_sandbox/refunds/${outRefundNo}/settle`, { result: 'SUCCESS' });
  await until('the callback', async () => {
    const refunds = await client.documents<{ _id: string; state: string }>('refunds');
    return refunds.find(({ _id, state }) => _id === outRefundNo && state === 'SUCCESS');
  });
  expect(await movements(no)).toContain(-100);
});

it('is for operators only, and for buyers of their own orders only', async () => {
  const { client } = running;
  const no = await paid();
  expect(await refund(no, {}, payer)).toMatchObject({ ok: false, error: { code: 'NOT_ALLOWED' } });
  const asked = await client.call('requestRefund', { action: 'ask', outTradeNo: no }, stranger);
  expect(asked).toMatchObject({ ok: false, error: { code: 'ORDER_NOT_FOUND' } });
  expect(await movements(no)).toEqual([12_900]);
});
