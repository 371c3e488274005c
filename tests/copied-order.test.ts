/** A test that is copied in the inspector of a standalone sandbox runs as pasted, against that sandbox. */
import { transform } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SandboxBus } from '../sandbox/bus.ts';
import { SandboxClock } from '../sandbox/clock.ts';
import type { SandboxEvent } from '../sandbox/inspector/model/events.ts';
import { Feed } from '../sandbox/inspector/model/feed.ts';
import { orderTest } from '../sandbox/inspector/model/order-test.ts';
import { type RunningServer, serve } from '../sandbox/server.ts';
import { createSimulator, type Simulator } from '../sandbox/wechatpay/index.ts';
import { type Account, TestClient } from '../sandbox/wechatpay/testing/client.ts';

let clock: SandboxClock;
let bus: SandboxBus;
let simulator: Simulator;
let server: RunningServer;
beforeAll(async () => {
  clock = new SandboxClock();
  bus = new SandboxBus(() => clock.now());
  simulator = await createSimulator({ seed: 'copies', clock, bus, baseUrl: () => server.url });
  server = await serve((request) => simulator.fetch(request), { port: 0 });
});
afterAll(async () => {
  await server.close();
  await simulator.close();
  clock.stop();
});

const notifyUrl = 'http://127.0.0.1:9/notify';
const payer = { openid: 'oPayer' };

async function control(path: string, body: object): Promise<{ authCode: string }> {
  const response = await fetch(`${server.url}/_sandbox/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(200);
  return (await response.json()) as { authCode: string };
}

async function place(account: Account, target: string, body: object): Promise<number> {
  return (await new TestClient(account, (request) => fetch(request), server.url).post(target, body)).status;
}

/** The title of the copied test, and its text. */
function copied(paymentNo: string): string {
  const feed = new Feed();
  for (const event of bus.history()) feed.receive(event as SandboxEvent);
  return orderTest(feed.story(paymentNo)!, feed.traces, { origin: server.url })!;
}

/** Runs it as vitest would, and fails as it does. @returns its title */
async function run(text: string): Promise<string> {
  const [first, ...rest] = text.split('\n');
  expect(first).toBe("import { expect, test } from 'vitest';");
  const { code } = await transform(rest.join('\n'), { loader: 'ts' });
  const tests: [title: string, body: () => Promise<void>][] = [];
  new Function('expect', 'test', code)(expect, (title: string, body: () => Promise<void>) =>
    tests.push([title, body]),
  );
  expect(tests).toHaveLength(1);
  const [[title, body]] = tests as [[string, () => Promise<void>]];
  await body();
  return title;
}

const direct = () => simulator.credentials().direct;
const ecommerce = () => simulator.credentials().ecommerce;
const ofDirect = (no: string, further: object = {}) => ({
  appid: direct().appid,
  mchid: direct().mchid,
  description: 'x',
  out_trade_no: no,
  notify_url: notifyUrl,
  amount: { total: 5 },
  ...further,
});
const scene = { scene_info: { payer_client_ip: '127.0.0.1', h5_info: { type: 'Wap' } } };

test.each([
  ['native', {}],
  ['h5', scene],
  ['app', {}],
  ['jsapi', { payer }],
])('an order by %s, paid', async (way, further) => {
  const no = `COPIED${way}`;
  expect(await place(direct(), `/v3/pay/transactions/${way}`, ofDirect(no, further))).toBe(200);
  await control(`orders/${no}/pay`, {});
  const text = copied(no);
  expect(text).not.toContain(no);
  expect(await run(text)).toBe('an order of x is placed, paid and called back');
});

test('an order of a provider, unpaid', async () => {
  const { appid, mchid, subMerchants } = simulator.credentials().partner;
  const order = {
    sp_appid: appid,
    sp_mchid: mchid,
    sub_mchid: subMerchants[0]!.subMchid,
    description: 'x',
    out_trade_no: 'COPIEDPARTNER',
    notify_url: notifyUrl,
    amount: { total: 5 },
    payer: { sp_openid: 'oPayer' },
  };
  const { partner } = simulator.credentials();
  expect(await place(partner, '/v3/pay/partner/transactions/jsapi', order)).toBe(200);
  expect(await run(copied('COPIEDPARTNER'))).toBe('an order of x is placed');
});

test.each([
  ['jsapi', { combine_payer_info: payer }],
  ['native', {}],
])('a combined payment by %s, paid', async (way, further) => {
  const { appid, mchid, subMerchants } = ecommerce();
  const no = `COMBINED${way}`;
  const body = {
    combine_appid: appid,
    combine_mchid: mchid,
    combine_out_trade_no: no,
    time_expire: new Date(clock.now() + 3_600_000).toISOString().replace('.000Z', 'Z'),
    notify_url: notifyUrl,
    sub_orders: subMerchants.map(({ subMchid }, index) => ({
      mchid,
      sub_mchid: subMchid,
      attach: 'a',
      description: 'x',
      out_trade_no: `${no}S${index}`,
      amount: { total_amount: 100, currency: 'CNY' },
    })),
    ...further,
  };
  expect(await place(ecommerce(), `/v3/combine-transactions/${way}`, body)).toBe(200);
  await control(`orders/${no}/pay`, {});
  const text = copied(no);
  expect(text).not.toContain(no);
  expect(await run(text)).toMatch(/is placed, paid and called back$/);
});

const till = { scene_info: { store_info: { id: '0001' } } };
const byCode = (no: string, authCode: string) => {
  const { notify_url: _none, ...order } = ofDirect(no, { payer: { auth_code: authCode } });
  return { ...order, ...till };
};

test('an order by payment code, paid at once', async () => {
  const { authCode } = await control('payment-codes', {});
  expect(await place(direct(), '/v3/pay/transactions/codepay', byCode('TILL0001', authCode))).toBe(200);
  const text = copied('TILL0001');
  expect(text).not.toContain(authCode);
  expect(await run(text)).toBe('an order of x is paid by code at once');
});

test('an order by payment code, for which the payer entered a password', async () => {
  const { authCode } = await control('payment-codes', { password: true });
  expect(await place(direct(), '/v3/pay/transactions/codepay', byCode('TILL0002', authCode))).toBe(400);
  await control('orders/TILL0002/pay', {});
  expect(await run(copied('TILL0002'))).toBe('an order of x is paid by code after a password');
});
