/** The deployed bundles under each context that the platform is known to give, and each that it might. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requestToken } from '../../scripts/demo/client.ts';
import { callbackOf } from './callbacks.ts';
import { requests, servers, silent, timers, users } from './platform-shapes.ts';
import { order, type Running, recorded, run } from './support.ts';

let running: Running;
beforeAll(async () => {
  running = await run({}, { madeUpCallbacks: true });
});
afterAll(() => running?.system.close());

const cart = () => ({ requestToken: requestToken(), items: [{ productId: 'sticker', quantity: 1 }] });
const timerEvent = { Type: 'Timer', TriggerName: 'everyMinute', Time: '2026-01-01T00:00:00Z', Message: '' };
const invoke = (...args: Parameters<Running['system']['host']['invoke']>) =>
  running.system.host.invoke(...args);

describe('a user', () => {
  it.each(users)('is served by createOrder: %s', async (_, identity) => {
    const { result } = await invoke('createOrder', cart(), identity);
    expect(result).toMatchObject({ ok: true });
  });

  it.each(users)('is refused by reconcile and partnerOrders: %s', async (_, identity) => {
    for (const name of ['reconcile', 'partnerOrders']) {
      const { result } = await invoke(name, timerEvent, identity);
      expect(result).toMatchObject({ ok: false, error: { code: 'SOURCE_NOT_ALLOWED' } });
    }
  });
});

it.each(timers)('a timer runs reconcile: %s', async (_, identity) => {
  expect((await invoke('reconcile', timerEvent, identity)).result).toMatchObject({ ok: true });
});

it.each(servers)('a function is served by partnerOrders: %s', async (_, identity) => {
  const { result } = await invoke('partnerOrders', { action: 'reconcile' }, identity);
  expect(result).toMatchObject({ ok: true });
});

describe('a callback', () => {
  const event = (outTradeNo: string) => {
    const { direct } = running.system.simulator.credentials();
    const { headers, body } = callbackOf(running, {
      id: requestToken(),
      apiV3Key: direct.apiV3Key,
      resource: {
        appid: direct.appid,
        mchid: direct.mchid,
        out_trade_no: outTradeNo,
        transaction_id: `4200${outTradeNo.slice(0, 20)}`,
        trade_type: 'JSAPI',
        trade_state: 'SUCCESS',
        success_time: new Date(running.system.clock.now()).toISOString(),
        payer: { openid: 'oSandboxUser0000000000000001' },
        amount: { total: 1, payer_total: 1, currency: 'CNY', payer_currency: 'CNY' },
      },
    });
    return { httpMethod: 'POST', path: '/pay-notify/direct', headers, body };
  };

  it.each(requests)('is recorded whatever HTTP access says of itself: %s', async (_, identity) => {
    const { paymentNo } = await order(running.client);
    const genuine = event(paymentNo);
    const forged = { ...genuine, body: genuine.body.replace('SUCCESS', 'SUCCES') };
    expect((await invoke('payNotify', forged, identity)).result).toMatchObject({ statusCode: 401 });
    expect((await invoke('payNotify', genuine, identity)).result).toMatchObject({ statusCode: 204 });
    await recorded(running.client, paymentNo, 'SUCCESS');
  });

  it.each([
    ['a user', users[0]![1]],
    ['a timer', timers[0]![1]],
    ['a function', servers[0]![1]],
  ])('is verified, not refused, when %s brings it', async (_, identity) => {
    const { paymentNo } = await order(running.client);
    expect((await invoke('payNotify', { ...event(paymentNo), headers: {} }, identity)).result).toMatchObject({
      statusCode: 401,
    });
    expect((await invoke('payNotify', event(paymentNo), identity)).result).toMatchObject({ statusCode: 204 });
  });
});

describe('a context that says nothing', () => {
  it.each(silent)('opens nothing that process.env claims: %s', async (_, identity) => {
    for (const name of ['createOrder', 'reconcile', 'partnerOrders', 'fulfilOrder']) {
      const outcome = await invoke(name, { ...cart(), ...timerEvent }, identity);
      const code = expect.stringMatching(/^(NO_IDENTITY|SOURCE_NOT_ALLOWED)$/);
      expect(outcome.result).toMatchObject({ ok: false, error: { code } });
    }
  });

  it.each(silent)('is logged with the names of what there was instead: %s', async (_, identity) => {
    const { logs } = await invoke('createOrder', cart(), identity);
    const line = JSON.parse(logs.find((each) => each.includes('"invocation"'))!);
    const stale = Object.keys(identity.platform?.stale ?? {});
    expect(line).toMatchObject({
      level: 'warn',
      code: 'NO_IDENTITY',
      platform: { context: 'none', event: 'other', processEnv: expect.arrayContaining(stale) },
    });
    expect(logs.join('\n')).not.toContain('oSandboxUser');
  });
});
