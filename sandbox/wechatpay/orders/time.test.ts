import { afterEach, beforeEach, expect, test } from 'vitest';
import { directOrder, type Sandbox, startSandbox } from '../testing/sandbox.ts';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSandbox();
});
afterEach(() => sandbox.close());

const jsapi = '/v3/pay/transactions/jsapi';
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const rfc3339 = (epochMs: number) => new Date(epochMs).toISOString().replace('Z', '+00:00');

async function place(changes: Record<string, unknown> = {}) {
  const body = directOrder(sandbox, changes);
  const answer = await sandbox.direct.post(jsapi, body);
  expect(answer.status).toBe(200);
  return { body, no: String(body.out_trade_no), prepayId: answer.json.prepay_id as string };
}
const pay = (no: string) => sandbox.control('POST', `/orders/${no}/pay`, {});
async function stateOf(no: string) {
  const answer = await sandbox.direct.get(
    `/v3/pay/transactions/out-trade-no/${no}?mchid=${sandbox.direct.account.mchid}`,
  );
  return answer.json.trade_state;
}

test('a prepay_id is given again for two hours, then a new one', async () => {
  const { body, prepayId } = await place();
  await sandbox.clock.advance(2 * hourMs - minuteMs);
  expect((await sandbox.direct.post(jsapi, body)).json.prepay_id).toBe(prepayId);
  await sandbox.clock.advance(minuteMs);
  expect((await sandbox.direct.post(jsapi, body)).json.prepay_id).not.toBe(prepayId);
});

test('after time_expire nobody can pay, the order stays NOTPAY and can be closed', async () => {
  const { no, body } = await place({ time_expire: rfc3339(sandbox.clock.now() + 10 * minuteMs) });
  await sandbox.clock.advance(10 * minuteMs);
  const refused = await pay(no);
  expect([refused.status, refused.json.error]).toEqual([409, 'ORDER_EXPIRED']);
  expect(await stateOf(no)).toBe('NOTPAY');
  expect((await sandbox.direct.post(jsapi, body)).json.code).toBe('ORDER_CLOSED');
  const close = await sandbox.direct.post(`/v3/pay/transactions/out-trade-no/${no}/close`, {
    mchid: body.mchid,
  });
  expect(close.status).toBe(204);
});

test('a time_expire sooner than a minute ahead is moved to a minute', async () => {
  const { no } = await place({ time_expire: rfc3339(sandbox.clock.now() - dayMs) });
  await sandbox.clock.advance(minuteMs - 2_000);
  expect((await pay(no)).status).toBe(200);
  const late = await place({ time_expire: rfc3339(sandbox.clock.now() + 1_000) });
  await sandbox.clock.advance(minuteMs);
  expect((await pay(late.no)).json.error).toBe('ORDER_EXPIRED');
});

test('a time_expire beyond 90 days is moved to 90 days', async () => {
  const { no } = await place({ time_expire: rfc3339(sandbox.clock.now() + 200 * dayMs) });
  await sandbox.clock.advance(90 * dayMs);
  expect((await pay(no)).json.error).toBe('ORDER_CLOSED');
});

test('without time_expire an order can be paid for 7 days, then WeChat Pay closes it and says so', async () => {
  const { no } = await place();
  const changes: unknown[] = [];
  sandbox.bus.subscribe(
    (event) => event.type === 'order' && changes.push((event.data as { change: string }).change),
  );
  await sandbox.clock.advance(7 * dayMs - minuteMs);
  expect(await stateOf(no)).toBe('NOTPAY');
  await sandbox.clock.advance(minuteMs);
  expect(changes).toEqual(['expired', 'closed']);
  expect(await stateOf(no)).toBe('CLOSED');
});

test('an order of time long past can still be told apart when it was paid', async () => {
  const { no } = await place();
  await pay(no);
  await sandbox.clock.advance(400 * dayMs);
  expect(await stateOf(no)).toBe('SUCCESS');
});
