import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isSignedBy } from '../testing/client.ts';
import { directOrder, partnerOrder, type Sandbox, startSandbox } from '../testing/sandbox.ts';
import { rateLimits } from './rate-limits.ts';

const startMs = Date.UTC(2027, 0, 4, 2, 0, 0, 400);
let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSandbox({ keyMode: 'public-key' }, () => startMs);
});
afterEach(() => sandbox.close());

const set = (body: object) => sandbox.control('PUT', '/rate-limits', body);
const jsapi = '/v3/pay/transactions/jsapi';
const place = () => sandbox.direct.post(jsapi, directOrder(sandbox));
const statuses = async (count: number, request: () => Promise<{ status: number }> = place) => {
  const found: number[] = [];
  for (let index = 0; index < count; index++) found.push((await request()).status);
  return found;
};
const refusedOf = async (route: string, of = 'caller') => {
  const { limits } = (await sandbox.control('GET', '/rate-limits')).json;
  return limits.find(
    (each: { routes: string[]; of: string }) => each.routes.includes(route) && each.of === of,
  ).refused;
};

describe('published request rates', () => {
  test('are of APIs that the sandbox has', async () => {
    const { apis } = (await sandbox.control('GET', '')).json;
    const known = new Set(
      apis.map(({ method, path }: { method: string; path: string }) =>
        `${method} ${path}`.replaceAll(/\{\w+\}/g, '{}'),
      ),
    );
    expect(rateLimits.flatMap(({ routes }) => routes).filter((route) => !known.has(route))).toEqual([]);
  });

  test('do not apply until they are switched on, and no more once they are switched off', async () => {
    expect((await sandbox.control('GET', '/rate-limits')).json.on).toBe(false);
    await set({ on: true, percent: 0.2 });
    expect(await statuses(2)).toEqual([200, 429]);
    await set({ on: false });
    expect(await statuses(3)).toEqual([200, 200, 200]);
  });

  test('are refused with 429 FREQUENCY_LIMITED, signed, without effect, until the next second', async () => {
    await set({ on: true, percent: 0.5 });
    expect(await statuses(3)).toEqual([200, 200, 200]);
    const order = directOrder(sandbox);
    const answer = await sandbox.direct.post(jsapi, order);
    expect([answer.status, answer.json.code]).toEqual([429, 'FREQUENCY_LIMITED']);
    expect(isSignedBy(sandbox.direct.account.publicKeyPem, answer.headers, answer.text)).toBe(true);
    expect((await sandbox.control('GET', `/orders/${order.out_trade_no}`)).status).toBe(404);
    expect(await sandbox.lastExchange()).toMatchObject({
      verdict: 'refused',
      code: 'FREQUENCY_LIMITED',
      explanation: expect.stringContaining('more than 3 requests in 1 s of the merchant that signs'),
    });
    expect(await refusedOf(`POST ${jsapi}`)).toBe(1);
    await sandbox.clock.advance(600);
    expect((await sandbox.direct.post(jsapi, order)).status).toBe(200);
  });

  test('are counted for each merchant that signs', async () => {
    await set({ on: true, percent: 0.2 });
    const partner = () => sandbox.partner.post('/v3/pay/partner/transactions/jsapi', partnerOrder(sandbox));
    expect(await statuses(2)).toEqual([200, 429]);
    expect(await statuses(2, partner)).toEqual([200, 429]);
  });

  test('of sharing are also counted for each merchant that was paid', async () => {
    await set({ on: true, percent: 10 });
    const { subMerchants } = sandbox.credentials.partner;
    const share = (index: number) => () =>
      sandbox.partner.post('/v3/profitsharing/orders', {
        sub_mchid: subMerchants[index]!.subMchid,
        transaction_id: '42000',
        out_order_no: sandbox.no(),
        receivers: [],
        unfreeze_unsplit: false,
      });
    expect(await statuses(4, share(0))).toEqual([400, 400, 400, 429]);
    expect(await statuses(4, share(1))).toEqual([400, 400, 400, 429]);
    expect(await refusedOf('POST /v3/profitsharing/orders', 'payee')).toBe(2);
  });

  test('what is not a setting is refused', async () => {
    for (const body of [{}, { on: 1 }, { on: true, percent: 0 }, { on: true, percent: 101 }])
      expect((await set(body)).status).toBe(400);
    await set({ on: true });
    await sandbox.control('POST', '/reset');
    expect((await sandbox.control('GET', '/rate-limits')).json.on).toBe(false);
  });
});
