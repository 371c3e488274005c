import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { dayMs, minuteMs, moneyTools, openedCallback, outcome } from '../testing/money.ts';
import { directOrder, type Receiver, type Sandbox, startReceiver, startSandbox } from '../testing/sandbox.ts';

const domestic = '/v3/refund/domestic/refunds';

let sandbox: Sandbox;
let receiver: Receiver;
beforeAll(async () => {
  sandbox = await startSandbox({ keyMode: 'public-key' });
  receiver = await startReceiver();
});
beforeEach(() => {
  receiver.callbacks.length = 0;
});
const { addFen, advance, balance, paidOrder, takeFen, expectSoundLedger } = moneyTools(() => sandbox);
afterEach(expectSoundLedger);
afterAll(async () => {
  await sandbox.close();
  await receiver.close();
});

const request = (outTradeNo: string, refund: number, total = 100, changes: object = {}) => ({
  out_trade_no: outTradeNo,
  out_refund_no: `R${sandbox.no()}`,
  amount: { refund, total, currency: 'CNY' },
  ...changes,
});

const queried = async (no: string) => (await sandbox.direct.get(`${domestic}/${no}`)).json;

async function refundOf(outTradeNo: string, fen: number, total = 100, changes: object = {}) {
  const body = request(outTradeNo, fen, total, changes);
  return { no: body.out_refund_no, body, answer: await sandbox.direct.post(domestic, body) };
}

async function tradeState(no: string): Promise<string> {
  const { mchid } = sandbox.direct.account;
  return (await sandbox.direct.get(`/v3/pay/transactions/out-trade-no/${no}?mchid=${mchid}`)).json
    .trade_state;
}

describe('a refund of a direct order', () => {
  test('is accepted, ends by itself within 5 minutes, and calls back', async () => {
    const order = await paidOrder();
    const { no, answer } = await refundOf(order, 100, 100, { notify_url: receiver.url, reason: '不要了' });
    expect(outcome(answer)).toEqual([200, 'PROCESSING']);
    expect(answer.json).toMatchObject({
      out_refund_no: no,
      out_trade_no: order,
      channel: 'ORIGINAL',
      user_received_account: '支付用户零钱',
      amount: { total: 100, refund: 100, payer_refund: 100, refund_fee: 1, currency: 'CNY', from: [] },
    });
    expect(answer.json).not.toHaveProperty('success_time');
    expect(await tradeState(order)).toBe('REFUND');
    await advance(5 * minuteMs);
    const { notification, resource } = await openedCallback(receiver, sandbox.direct);
    expect(notification).toMatchObject({ event_type: 'REFUND.SUCCESS', summary: '退款成功' });
    expect(notification.resource.original_type).toBe('refund');
    const after = await queried(no);
    expect(after.status).toBe('SUCCESS');
    expect(resource).toEqual({
      mchid: sandbox.direct.account.mchid,
      out_trade_no: order,
      transaction_id: answer.json.transaction_id,
      out_refund_no: no,
      refund_id: answer.json.refund_id,
      refund_status: 'SUCCESS',
      success_time: after.success_time,
      amount: { total: 100, refund: 100, payer_total: 100, payer_refund: 100 },
      user_received_account: '支付用户零钱',
    });
    const exchange = await sandbox.lastExchange();
    expect(exchange).toMatchObject({ api: '查询单笔退款', outTradeNo: order });
  });

  test('returns the money to the payer, and the fee to the merchant, to the fen', async () => {
    const { mchid } = sandbox.direct.account;
    const before = (await balance(mchid)).availableFen;
    const order = await paidOrder(333);
    expect((await balance(mchid)).availableFen).toBe(before + 333 - 2);
    for (const fen of [111, 111, 111]) {
      expect(outcome((await refundOf(order, fen, 333)).answer)).toEqual([200, 'PROCESSING']);
      await advance(5 * minuteMs);
    }
    expect((await balance(mchid)).availableFen).toBe(before);
  });

  test('is the same refund when it is asked for again with the same parameters', async () => {
    const order = await paidOrder();
    const { body, answer } = await refundOf(order, 30);
    expect((await sandbox.direct.post(domestic, body)).json).toEqual(answer.json);
    const { json } = await sandbox.control('GET', `/orders/${order}`);
    expect(json.order.refunds).toHaveLength(1);
    expect(json.order.orders[0].money).toMatchObject({ refundedFen: 30, refunds: 1 });
  });

  test('is found by transaction_id too, but not when the numbers are of two orders', async () => {
    const [one, two] = [await paidOrder(), await paidOrder()];
    const { json } = await sandbox.control('GET', `/orders/${one}`);
    const transactionId = json.order.orders[0].transactionId;
    const alone = request(one, 10, 100, { transaction_id: transactionId, out_trade_no: undefined });
    expect(outcome(await sandbox.direct.post(domestic, alone))).toEqual([200, 'PROCESSING']);
    const both = await refundOf(two, 10, 100, { transaction_id: transactionId });
    expect(outcome(both.answer)).toEqual([404, 'RESOURCE_NOT_EXISTS']);
  });
});

describe('is refused', () => {
  test('the same number with another amount', async () => {
    const { body } = await refundOf(await paidOrder(), 30);
    const answer = await sandbox.direct.post(domestic, {
      ...body,
      amount: { refund: 31, total: 100, currency: 'CNY' },
    });
    expect(outcome(answer)).toEqual([400, 'INVALID_REQUEST']);
    expect(answer.json.message).toBe('订单金额或退款金额与之前请求不一致，请核实后再试');
  });

  test('the same number for another order', async () => {
    const { body } = await refundOf(await paidOrder(), 30);
    const answer = await sandbox.direct.post(domestic, { ...body, out_trade_no: await paidOrder() });
    expect(outcome(answer)).toEqual([400, 'INVALID_REQUEST']);
    expect((await sandbox.lastExchange()).explanation).toContain('out_trade_no');
  });

  test('a second refund of an order within a minute; a minute later it is accepted', async () => {
    const order = await paidOrder();
    await refundOf(order, 10);
    const early = await refundOf(order, 10);
    expect(outcome(early.answer)).toEqual([429, 'FREQUENCY_LIMITED']);
    expect((await sandbox.lastExchange()).explanation).toMatch(/retry in \d+ s/);
    await advance(minuteMs);
    expect(outcome(await sandbox.direct.post(domestic, early.body))).toEqual([200, 'PROCESSING']);
  });

  test('more than is left, and anything after everything', async () => {
    const order = await paidOrder();
    await refundOf(order, 60);
    await advance(minuteMs);
    const more = await refundOf(order, 41);
    expect(more.answer.json).toMatchObject({ code: 'INVALID_REQUEST', message: '累计退款金额大于支付金额' });
    expect(outcome((await refundOf(order, 40)).answer)).toEqual([200, 'PROCESSING']);
    await advance(minuteMs);
    expect((await refundOf(order, 1)).answer.json.message).toBe('订单已全额退款');
  });

  test('the 51st refund of an order', async () => {
    const order = await paidOrder();
    for (let count = 0; count < 50; count++) {
      expect(outcome((await refundOf(order, 1)).answer)).toEqual([200, 'PROCESSING']);
      await advance(minuteMs);
    }
    expect((await refundOf(order, 1)).answer.json).toMatchObject({
      code: 'INVALID_REQUEST',
      message: '部分退款次数超过最大限制',
    });
  });

  test('an order that was paid more than 365 days ago', async () => {
    const other = await startSandbox({ seed: 'a year' });
    const body = directOrder(other);
    await other.direct.post('/v3/pay/transactions/jsapi', body);
    await other.control('POST', `/orders/${body.out_trade_no}/pay`, {});
    const refund = (no: string) => ({
      out_trade_no: body.out_trade_no,
      out_refund_no: no,
      amount: { refund: 1, total: 100, currency: 'CNY' },
    });
    await other.control('POST', '/clock', { advanceMs: 365 * dayMs - minuteMs });
    expect(outcome(await other.direct.post(domestic, refund('IN-TIME')))).toEqual([200, 'PROCESSING']);
    await other.control('POST', '/clock', { advanceMs: 2 * minuteMs });
    expect(outcome(await other.direct.post(domestic, refund('LATE')))).toEqual([400, 'INVALID_REQUEST']);
    await other.close();
  });

  test('an unpaid order', async () => {
    const body = directOrder(sandbox);
    await sandbox.direct.post('/v3/pay/transactions/jsapi', body);
    const { answer } = await refundOf(String(body.out_trade_no), 1);
    expect(answer.json).toMatchObject({ code: 'INVALID_REQUEST', message: '订单未支付' });
  });

  test('an unknown order, and that of another merchant', async () => {
    const order = await paidOrder();
    expect(outcome((await refundOf('NOSUCHORDER', 1)).answer)).toEqual([404, 'RESOURCE_NOT_EXISTS']);
    const body = { ...request(order, 1), sub_mchid: sandbox.credentials.partner.subMerchants[0]!.subMchid };
    expect(outcome(await sandbox.partner.post(domestic, body))).toEqual([404, 'RESOURCE_NOT_EXISTS']);
    expect(await tradeState(order)).toBe('SUCCESS');
  });

  test('a platform, which has refund APIs of its own', async () => {
    const answer = await sandbox.ecommerce.post(domestic, request('ANY-ORDER', 1));
    expect(outcome(answer)).toEqual([403, 'NO_AUTH']);
  });

  const good = { refund: 1, total: 100, currency: 'CNY' };
  test.each<[string, object, string]>([
    ['another total than the order has', { amount: { ...good, total: 101 } }, 'INVALID_REQUEST'],
    ['a refund of nothing', { amount: { ...good, refund: 0 } }, 'PARAM_ERROR'],
    ['an amount in yuan', { amount: { ...good, refund: 0.01 } }, 'PARAM_ERROR'],
    ['no currency', { amount: { refund: 1, total: 100 } }, 'PARAM_ERROR'],
    ['no order at all', { out_trade_no: undefined }, 'PARAM_ERROR'],
    ['a number of 65 characters', { out_refund_no: 'R'.repeat(65) }, 'PARAM_ERROR'],
    ['a number with a space', { out_refund_no: 'R 1' }, 'PARAM_ERROR'],
    ['a reason of 81 characters', { reason: 'a'.repeat(81) }, 'PARAM_ERROR'],
    ['a reason of 81 bytes', { reason: '因'.repeat(27) }, 'PARAM_ERROR'],
    ['a notify_url with a query', { notify_url: 'https://example.com/a?b=1' }, 'PARAM_ERROR'],
    ['a sub_mchid of a direct merchant', { sub_mchid: '1900000111' }, 'PARAM_ERROR'],
    [
      'sources that do not add up',
      { amount: { ...good, from: [{ account: 'AVAILABLE', amount: 2 }] } },
      'PARAM_ERROR',
    ],
    ['an unknown field', { refund_desc: 'x' }, 'PARAM_ERROR'],
  ])('%s', async (_name, changes, code) => {
    const { answer } = await refundOf(await paidOrder(), 1, 100, changes);
    expect(answer.status).toBe(400);
    expect(answer.json.code).toBe(code);
  });
});

describe('when the balance is too small', () => {
  test('NOT_ENOUGH is answered, and the same number succeeds after a top-up', async () => {
    const { mchid } = sandbox.direct.account;
    const order = await paidOrder(1_000);
    const { availableFen } = await balance(mchid);
    await takeFen(mchid, availableFen);
    const { body, answer } = await refundOf(order, 1_000, 1_000);
    expect(answer.json).toMatchObject({ code: 'NOT_ENOUGH', message: '基本账户余额不足，请充值后重新发起' });
    expect(answer.status).toBe(403);
    expect(await tradeState(order)).toBe('SUCCESS');
    // The fee of 6 fen comes back with the refund.
    await addFen(mchid, 993);
    expect(outcome(await sandbox.direct.post(domestic, body))).toEqual([403, 'NOT_ENOUGH']);
    await addFen(mchid, 1);
    expect(outcome(await sandbox.direct.post(domestic, body))).toEqual([200, 'PROCESSING']);
    expect((await balance(mchid)).availableFen).toBe(0);
  });

  test('no more can be paid out than there is, and only one of add and take is given', async () => {
    const { mchid } = sandbox.direct.account;
    const { availableFen } = await balance(mchid);
    const path = `/merchants/${mchid}/balance`;
    expect((await sandbox.control('POST', path, { takeFen: availableFen + 1 })).status).toBe(409);
    for (const body of [{}, { addFen: 1, takeFen: 1 }, { addFen: 0 }, { addFen: 'x' }]) {
      expect((await sandbox.control('POST', path, body)).status).toBe(400);
    }
    expect((await sandbox.control('GET', '/merchants/1/balance')).status).toBe(404);
  });
});
