import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { chinaDay, startAtNoon } from '../testing/bills.ts';
import { dayMs, moneyTools, openedCallback, outcome } from '../testing/money.ts';
import {
  combinedOrder,
  type Receiver,
  type Sandbox,
  startReceiver,
  startSandbox,
} from '../testing/sandbox.ts';

let sandbox: Sandbox;
let receiver: Receiver;
let status = 204;
const { addFen, advance, balance, expectSoundLedger, paidOrder, pay } = moneyTools(() => sandbox);
beforeAll(async () => {
  receiver = await startReceiver(() => status);
});
beforeEach(async () => {
  status = 204;
  receiver.callbacks.length = 0;
  sandbox = await startSandbox({ keyMode: 'public-key' });
});
afterEach(async () => {
  await expectSoundLedger();
  await sandbox.close();
});
afterAll(() => receiver.close());

const platform = () => sandbox.ecommerce.account.mchid;
const sub = () => sandbox.credentials.ecommerce.subMerchants[0]!.subMchid;
const settle = (no: string, body: object) => sandbox.control('POST', `/withdrawals/${no}/settle`, body);

describe('balances', () => {
  test('show what is available and what is frozen, now and at the end of a day', async () => {
    const day = await startAtNoon(sandbox);
    const body = combinedOrder(sandbox);
    await sandbox.ecommerce.post('/v3/combine-transactions/jsapi', body);
    await pay(body.combine_out_trade_no);
    const shared = body.sub_orders[1]!.sub_mchid;
    const path = `/v3/ecommerce/fund/balance/${shared}`;
    expect((await sandbox.ecommerce.get(path)).json).toEqual({
      sub_mchid: shared,
      account_type: 'BASIC',
      available_amount: 0,
      pending_amount: 199,
    });
    await advance(dayMs);
    await addFen(String(shared), 1_000);
    const end = `/v3/ecommerce/fund/enddaybalance/${shared}?date=${day}`;
    expect((await sandbox.ecommerce.get(end)).json).toMatchObject({
      available_amount: 0,
      pending_amount: 199,
    });
    expect((await sandbox.ecommerce.get(path)).json.available_amount).toBe(1_000);
    const today = chinaDay(sandbox.clock.now());
    const early = await sandbox.ecommerce.get(`/v3/ecommerce/fund/enddaybalance/${shared}?date=${today}`);
    expect(outcome(early)).toEqual([400, 'PARAM_ERROR']);
  });

  test('of one’s own accounts: only the basic one ever has anything', async () => {
    await paidOrder(1_000);
    const read = async (type: string) => (await sandbox.direct.get(`/v3/merchant/fund/balance/${type}`)).json;
    expect(await read('BASIC')).toEqual({ available_amount: 994, pending_amount: 0 });
    expect(await read('OPERATION')).toEqual({ available_amount: 0, pending_amount: 0 });
    expect((await read('OTHER')).code).toBe('PARAM_ERROR');
  });

  test('of another provider’s sub-merchant are refused', async () => {
    const answer = await sandbox.ecommerce.get('/v3/ecommerce/fund/balance/1900000111');
    expect(outcome(answer)).toEqual([403, 'NO_AUTH']);
  });
});

describe('a withdrawal', () => {
  const path = '/v3/ecommerce/fund/withdraw';
  const request = (changes: object = {}) => ({
    sub_mchid: sub(),
    out_request_no: `W${sandbox.no()}`,
    amount: 1_000,
    remark: '提现',
    ...changes,
  });
  const query = async (no: string) =>
    (await sandbox.ecommerce.get(`${path}/out-request-no/${no}?sub_mchid=${sub()}`)).json;

  beforeEach(() => addFen(sub(), 5_000));

  test('of a sub-merchant is accepted, arrives on the next day, and calls back', async () => {
    const body = request({ notify_url: receiver.url });
    const accepted = await sandbox.ecommerce.post(path, body);
    expect(accepted.json).toEqual({
      sub_mchid: sub(),
      withdraw_id: expect.any(String),
      out_request_no: body.out_request_no,
      account_type: 'BASIC',
    });
    expect((await query(body.out_request_no)).status).toBe('CREATE_SUCCESS');
    expect((await balance(sub())).availableFen).toBe(4_000);
    await advance(dayMs);
    const { notification, resource } = await openedCallback(receiver, sandbox.ecommerce);
    expect(notification.event_type).toBe('MCHWITHDRAW.CHANGE');
    expect(resource).toEqual(await query(body.out_request_no));
    expect(resource).toMatchObject({ status: 'SUCCESS', sp_mchid: platform(), amount: 1_000 });
    const byId = await sandbox.ecommerce.get(`${path}/${accepted.json.withdraw_id}?sub_mchid=${sub()}`);
    expect(byId.json).toEqual(resource);
  });

  test('may fail, or bounce after it had succeeded: the money is back either time', async () => {
    const [failed, bounced] = [request(), request()];
    await sandbox.ecommerce.post(path, failed);
    await sandbox.ecommerce.post(path, bounced);
    await settle(failed.out_request_no, { result: 'FAIL', reason: '账户已注销' });
    expect(await query(failed.out_request_no)).toMatchObject({ status: 'FAIL', reason: '账户已注销' });
    expect((await settle(bounced.out_request_no, { result: 'REFUND' })).json.error).toBe('WRONG_STATE');
    await settle(bounced.out_request_no, { result: 'SUCCESS' });
    expect((await balance(sub())).availableFen).toBe(4_000);
    await settle(bounced.out_request_no, { result: 'REFUND' });
    expect((await query(bounced.out_request_no)).status).toBe('REFUND');
    expect((await balance(sub())).availableFen).toBe(5_000);
  });

  test('with the same number is the same for 6 days, and another one after that', async () => {
    const body = request();
    const first = await sandbox.ecommerce.post(path, body);
    expect((await sandbox.ecommerce.post(path, body)).json).toEqual(first.json);
    const other = await sandbox.ecommerce.post(path, { ...body, amount: 999 });
    expect(outcome(other)).toEqual([400, 'INVALID_REQUEST']);
    await advance(6 * dayMs + 1_000);
    const again = await sandbox.ecommerce.post(path, body);
    expect(again.json.withdraw_id).not.toBe(first.json.withdraw_id);
    expect((await balance(sub())).availableFen).toBe(3_000);
  });

  test('of one’s own balance is made by providers', async () => {
    await addFen(platform(), 2_000);
    const body = { out_request_no: 'OWN1', amount: 2_000, account_type: 'BASIC' };
    const own = '/v3/merchant/fund/withdraw';
    expect((await sandbox.ecommerce.post(own, body)).status).toBe(200);
    await settle('OWN1', { result: 'SUCCESS' });
    expect((await sandbox.ecommerce.get(`${own}/out-request-no/OWN1`)).json).toMatchObject({
      status: 'SUCCESS',
      reason: '',
    });
    expect(outcome(await sandbox.direct.post(own, body))).toEqual([403, 'NO_AUTH']);
  });

  test.each<[string, object, number, string]>([
    ['more than there is', { amount: 5_001 }, 403, 'NOT_ENOUGH'],
    ['from an account that has nothing', { account_type: 'FEES' }, 403, 'NOT_ENOUGH'],
    ['of another provider’s sub-merchant', { sub_mchid: '1900000111' }, 403, 'NO_AUTH'],
    ['of nothing', { amount: 0 }, 400, 'PARAM_ERROR'],
    ['with a number that has other characters', { out_request_no: 'W_1' }, 400, 'PARAM_ERROR'],
  ])('%s is refused', async (_name, changes, expected, code) => {
    expect(outcome(await sandbox.ecommerce.post(path, request(changes)))).toEqual([expected, code]);
    expect((await balance(sub())).availableFen).toBe(5_000);
  });

  test('that is not acknowledged is called back 67 times more, on a schedule of its own', async () => {
    status = 500;
    const body = request({ notify_url: receiver.url });
    await sandbox.ecommerce.post(path, body);
    await settle(body.out_request_no, { result: 'SUCCESS' });
    await advance(2 * dayMs);
    const [notification] = (await sandbox.control('GET', '/notifications')).json.notifications;
    expect(notification).toMatchObject({ state: 'exhausted', scheduled: 68 });
  });
});
