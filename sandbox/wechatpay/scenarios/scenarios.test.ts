import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { directOrder, type Receiver, type Sandbox, startReceiver, startSandbox } from '../testing/sandbox.ts';
import { scenarioOf, scenarios } from './scenarios.ts';

let sandbox: Sandbox;
let receiver: Receiver;
beforeEach(async () => {
  sandbox = await startSandbox({ scenarios: true });
  receiver = await startReceiver();
});
afterEach(async () => {
  await sandbox.close();
  await receiver.close();
});

async function place(changes: Record<string, unknown>): Promise<string> {
  const body = directOrder(sandbox, { notify_url: receiver.url, ...changes });
  expect((await sandbox.direct.post('/v3/pay/transactions/jsapi', body)).status).toBe(200);
  return String(body.out_trade_no);
}

async function stateOf(no: string): Promise<string> {
  return (await sandbox.control('GET', `/orders/${no}`)).json.order.state;
}

/** Uses the control API, which waits for deliveries in flight. */
const pass = (advanceMs: number) => sandbox.control('POST', '/clock', { advanceMs });

async function refund(no: string, changes: Record<string, unknown> = {}) {
  const body = {
    out_trade_no: no,
    out_refund_no: `R${no}`,
    notify_url: receiver.url,
    amount: { refund: 100, total: 100, currency: 'CNY' },
    ...changes,
  };
  return sandbox.direct.post('/v3/refund/domestic/refunds', body);
}

const eventOf = (callback: { body: string }) => JSON.parse(callback.body).event_type as string;

describe('what a program can set decides what happens', () => {
  test.each([
    ['the last digits of the amount', { amount: { total: 1_7701 } }, 'NOTPAY'],
    ['a marker in attach', { attach: 'x sandbox:no-balance' }, 'PAYERROR'],
    ['a marker in the description', { description: 'Tea sandbox:pay' }, 'SUCCESS'],
    ['the end of the openid', { payer: { openid: 'oPayer_no-balance' } }, 'PAYERROR'],
    ['nothing of it', {}, 'NOTPAY'],
  ])('%s', async (_name, changes, state) => {
    const no = await place(changes);
    expect(await stateOf(no)).toBe('NOTPAY');
    await pass(1_000);
    expect(await stateOf(no)).toBe(state);
  });

  test('a marker wins over an openid, and that over an amount', () => {
    const named = (chosen: Partial<Parameters<typeof scenarioOf>[0]>) =>
      scenarioOf({ texts: [], openids: [], amountFen: 7700, ...chosen })?.name;
    expect(named({ texts: ['sandbox:cancel'], openids: ['o_pay'] })).toBe('cancel');
    expect(named({ openids: ['o_no-balance'] })).toBe('no-balance');
    expect(named({ openids: ['oNobody'] })).toBe('pay');
    expect(named({ amountFen: 77 })).toBeUndefined();
  });

  test('a payer who has cancelled can still pay, and nothing happens twice', async () => {
    const no = await place({ attach: 'sandbox:cancel' });
    await pass(1_000);
    await sandbox.control('POST', `/orders/${no}/pay`, {});
    await pass(3_600_000);
    expect(receiver.callbacks).toHaveLength(1);
  });

  test('without the option nothing of it has an effect', async () => {
    const plain = await startSandbox();
    const body = directOrder(plain, { attach: 'sandbox:pay', amount: { total: 7700 } });
    await plain.direct.post('/v3/pay/transactions/jsapi', body);
    await plain.clock.advance(60_000);
    expect((await plain.control('GET', `/orders/${body.out_trade_no}`)).json.order.state).toBe('NOTPAY');
    await plain.close();
  });
});

describe('callbacks', () => {
  test('late: ten minutes after the payment', async () => {
    const no = await place({ attach: 'sandbox:late-callback' });
    await pass(1_000);
    expect(await stateOf(no)).toBe('SUCCESS');
    await pass(9 * 60_000);
    expect(receiver.callbacks).toHaveLength(0);
    await pass(60_000);
    expect(receiver.callbacks).toHaveLength(1);
  });

  test('lost: never, and the log says why', async () => {
    const no = await place({ attach: 'sandbox:lost-callback' });
    await pass(2 * 86_400_000);
    expect(receiver.callbacks).toHaveLength(0);
    const { notifications } = (await sandbox.control('GET', `/notifications?outTradeNo=${no}`)).json;
    expect(notifications).toMatchObject([{ state: 'exhausted', reason: expect.stringContaining('lost') }]);
  });

  test('twice: the same again after it was acknowledged', async () => {
    await place({ attach: 'sandbox:double-callback' });
    await pass(1_000);
    await expect.poll(() => receiver.callbacks.length).toBe(2);
    const [first, second] = receiver.callbacks.map(({ body }) => JSON.parse(body).id);
    expect(second).toBe(first);
  });

  test("out of order: the payment's comes after its refund's", async () => {
    const no = await place({ attach: 'sandbox:late-after-refund' });
    await pass(1_000);
    expect((await refund(no)).status).toBe(200);
    await pass(2 * 60_000);
    await expect.poll(() => receiver.callbacks.length).toBe(2);
    expect(receiver.callbacks.map(eventOf)).toEqual(['REFUND.SUCCESS', 'TRANSACTION.SUCCESS']);
  });
});

describe('refunds', () => {
  test.each([
    ['abnormal by its order', { attach: 'sandbox:refund-abnormal' }, {}, 'ABNORMAL'],
    ['closed by its own reason', { attach: 'sandbox:pay' }, { reason: 'sandbox:refund-closed' }, 'CLOSED'],
    ['as usual otherwise', { attach: 'sandbox:pay' }, {}, 'SUCCESS'],
  ])('end %s', async (_name, changes, request, status) => {
    const no = await place(changes);
    await pass(1_000);
    expect((await refund(no, request)).status).toBe(200);
    await pass(2 * 60_000);
    const found = await sandbox.direct.get(`/v3/refund/domestic/refunds/R${no}`);
    expect(found.json.status).toBe(status);
  });
});

test('shares fail where the order says so', async () => {
  const { appid } = sandbox.direct.account;
  const no = await place({ attach: 'sandbox:share-fails', settle_info: { profit_sharing: true } });
  await pass(61_000);
  const receiverOf = { type: 'PERSONAL_OPENID', account: 'oStaff' };
  await sandbox.direct.post('/v3/profitsharing/receivers/add', {
    appid,
    ...receiverOf,
    relation_type: 'STAFF',
  });
  const { order } = (await sandbox.control('GET', `/orders/${no}`)).json;
  const shared = await sandbox.direct.post('/v3/profitsharing/orders', {
    appid,
    transaction_id: order.orders[0].transactionId,
    out_order_no: `S${no}`,
    receivers: [{ ...receiverOf, amount: 10, description: 'share' }],
    unfreeze_unsplit: false,
  });
  expect(shared.status).toBe(200);
  await pass(5_000);
  const found = await sandbox.direct.get(
    `/v3/profitsharing/orders/S${no}?transaction_id=${order.orders[0].transactionId}`,
  );
  expect(found.json.receivers[0]).toMatchObject({
    result: 'CLOSED',
    fail_reason: 'RECEIVER_REAL_NAME_NOT_VERIFIED',
  });
});

test.each([
  ['scenarios.md', 'en'],
  ['scenarios.zh-CN.md', 'zh'],
] as const)('docs/%s has a row for each', async (file, language) => {
  const text = readFileSync(join(import.meta.dirname, '../../../docs', file), 'utf8');
  const rows = scenarios.map(
    ({ name, ending, meaning }) =>
      `| …${ending} | \`sandbox:${name}\` | \`…_${name}\` | ${meaning[language]} |`,
  );
  expect(rows.filter((row) => !text.includes(row))).toEqual([]);
});

test('a program gets the same list', async () => {
  const { json } = await sandbox.control('GET', '/scenarios');
  expect([json.inForce, json.scenarios.length]).toEqual([true, scenarios.length]);
});
