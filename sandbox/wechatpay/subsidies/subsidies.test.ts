import { afterEach, beforeEach, expect, test } from 'vitest';
import { dayMs, minuteMs, moneyTools, outcome } from '../testing/money.ts';
import { combinedOrder, type Sandbox, startSandbox } from '../testing/sandbox.ts';

let sandbox: Sandbox;
let order: { subMchid: string; transactionId: string; outTradeNo: string; amountFen: number };
const { addFen, advance, balance, expectSoundLedger, pay } = moneyTools(() => sandbox);
const platform = () => sandbox.ecommerce.account.mchid;
beforeEach(async () => {
  sandbox = await startSandbox({ keyMode: 'public-key' });
  await addFen(platform(), 10_000);
  const body = combinedOrder(sandbox);
  await sandbox.ecommerce.post('/v3/combine-transactions/jsapi', body);
  await pay(body.combine_out_trade_no);
  const { json } = await sandbox.control('GET', `/orders/${body.combine_out_trade_no}`);
  order = json.order.orders.find((one: { profitSharing: boolean }) => one.profitSharing);
  await advance(minuteMs);
});
afterEach(async () => {
  await expectSoundLedger();
  await sandbox.close();
});

const call = (what: string, changes: object = {}) =>
  sandbox.ecommerce.post(`/v3/ecommerce/subsidies/${what}`, {
    sub_mchid: order.subMchid,
    transaction_id: order.transactionId,
    description: '满减补差',
    ...changes,
  });

async function refund(fen: number): Promise<string> {
  const answer = await sandbox.ecommerce.post('/v3/ecommerce/refunds/apply', {
    sub_mchid: order.subMchid,
    sp_appid: sandbox.ecommerce.account.appid,
    transaction_id: order.transactionId,
    out_refund_no: `R${sandbox.no()}`,
    amount: { refund: fen, total: order.amountFen, currency: 'CNY' },
  });
  expect(answer.status).toBe(200);
  await advance(5 * minuteMs);
  return answer.json.refund_id;
}

test('a subsidy adds the platform’s money to what is frozen; the same again is the same', async () => {
  const made = await call('create', { amount: 300 });
  expect(made.json).toMatchObject({ result: 'SUCCESS', amount: 300, sub_mchid: order.subMchid });
  expect((await call('create', { amount: 300 })).json).toEqual(made.json);
  expect((await balance(platform())).availableFen).toBe(9_700);
  expect((await balance(order.subMchid)).frozenFen).toBe(199 + 300);
});

test('another amount is charged as well, and reversed on the next day', async () => {
  await call('create', { amount: 300 });
  expect((await call('create', { amount: 301 })).json.result).toBe('SUCCESS');
  expect((await balance(platform())).availableFen).toBe(9_399);
  await advance(dayMs);
  expect((await balance(platform())).availableFen).toBe(9_700);
});

test('is refused after sharing, to an order that is not for sharing, beyond 5,000 yuan or the balance', async () => {
  expect(outcome(await call('create', { amount: 500_001 }))).toEqual([400, 'PARAM_ERROR']);
  expect(outcome(await call('create', { amount: 10_001 }))).toEqual([403, 'NOT_ENOUGH']);
  await sandbox.ecommerce.post('/v3/ecommerce/profitsharing/orders', {
    sub_mchid: order.subMchid,
    transaction_id: order.transactionId,
    out_order_no: 'S1',
    receivers: [{ type: 'MERCHANT_ID', receiver_account: platform(), amount: 10, description: '服务费' }],
    finish: false,
  });
  expect(outcome(await call('create', { amount: 1 }))).toEqual([400, 'INVALID_REQUEST']);
});

test('comes back with a refund, once for each, and never more than it was', async () => {
  await call('create', { amount: 300 });
  const refundId = await refund(100);
  const back = (changes: object) => call('return', { out_order_no: 'B1', refund_id: refundId, ...changes });
  expect(outcome(await back({ amount: 301 }))).toEqual([400, 'INVALID_REQUEST']);
  expect(outcome(await back({ amount: 1, refund_id: '5030' }))).toEqual([400, 'INVALID_REQUEST']);
  const done = await back({ amount: 150 });
  expect(done.json).toMatchObject({ result: 'SUCCESS', amount: 150, refund_id: refundId });
  expect((await back({ amount: 150 })).json).toEqual(done.json);
  expect(outcome(await back({ amount: 151 }))).toEqual([400, 'INVALID_REQUEST']);
  expect((await balance(platform())).availableFen).toBe(9_850);
});

test('can be cancelled for an order that was refunded and not subsidised; then none can come', async () => {
  expect(outcome(await call('cancel'))).toEqual([400, 'INVALID_REQUEST']);
  await refund(100);
  expect((await call('cancel')).json).toMatchObject({ result: 'SUCCESS' });
  expect(outcome(await call('create', { amount: 1 }))).toEqual([400, 'INVALID_REQUEST']);
});

test('after a refund the platform may take a fee from the sub-merchant', async () => {
  await addFen(order.subMchid, 50);
  const refundId = await refund(100);
  const path = '/v3/ecommerce/profitsharing/after-sales-orders';
  const body = {
    sub_mchid: order.subMchid,
    transaction_id: order.transactionId,
    amount: 40,
    type: 'SERVICE_FEE_INCOME',
    scene: 'RETURN_GOODS',
    refund_id: refundId,
  };
  expect(outcome(await sandbox.ecommerce.post(path, { ...body, amount: 101 }))).toEqual([
    400,
    'INVALID_REQUEST',
  ]);
  expect((await sandbox.ecommerce.post(path, body)).json).toMatchObject({ amount: 40 });
  const query = `${path}?sub_mchid=${order.subMchid}&transaction_id=${order.transactionId}`;
  expect((await sandbox.ecommerce.get(query)).json.result).toBe('PROCESSING');
  await advance(minuteMs);
  expect((await sandbox.ecommerce.get(query)).json.result).toBe('SUCCESS');
  expect((await balance(platform())).availableFen).toBe(10_040);
});
