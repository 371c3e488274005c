/** Whatever the control API refuses, it says why in Chinese and English. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { directOrder, type Sandbox, startSandbox } from '../testing/sandbox.ts';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSandbox();
});
afterEach(() => sandbox.close());

const chinese = /[一-龥]/;

/** A value of no field that any call takes. */
const wrong = Object.fromEntries(
  [
    ...[
      'result',
      'openid',
      'tamper',
      'times',
      'hold',
      'probe',
      'duplicates',
      'order',
      'mode',
      'rotate',
      'frozen',
    ],
    ...[
      'advanceMs',
      'on',
      'percent',
      'addFen',
      'agrees',
      'choices',
      'maxRatio',
      'returnConsent',
      'failReason',
    ],
    ...[
      'outTradeNo',
      'problemType',
      'detail',
      'action',
      'eventType',
      'subMchid',
      'managed',
      'micro',
      'decision',
    ],
    ...['codeUrl', 'password', 'appid', 'mchId', 'timeStamp', 'reasons'],
  ].map((name) => [name, { no: 'value' }]),
);

interface Refusal {
  readonly error: string;
  readonly message: string;
  readonly en: string;
  readonly zh: string;
}

function expectBoth({ error, message, en, zh }: Refusal, call: string): void {
  expect(message, call).toBe(`${en} ${zh}`);
  expect(en, call).toMatch(/^["A-Za-z]/);
  // What the caller gave, and WeChat's own word for an English sentence, may stand in it; it begins in English.
  expect(en.slice(0, 12), call).not.toMatch(chinese);
  expect(zh, call).toMatch(chinese);
  expect(error, call).toMatch(/^[A-Z_]+$/);
}

describe('a refused control call says why in both languages', () => {
  test.each<[string, unknown]>([
    ['wrong fields', wrong],
    ['no fields', {}],
    ['a text', 'no object'],
  ])('with %s', async (_name, body) => {
    const { control } = (await sandbox.control('GET', '')).json as { control: string[] };
    const calls = control
      .filter((call) => call.includes(' /_sandbox/') && !/events|snapshot|reset/.test(call))
      .map((call) => call.replaceAll(/\{\w+\}/g, 'NOWHERE').split(' /_sandbox') as ['GET', string]);
    let refused = 0;
    for (const [method, path] of calls) {
      const response = await sandbox.fetch(
        new Request(`http://127.0.0.1/_sandbox${path}`, {
          method,
          headers: { host: '127.0.0.1' },
          ...(method !== 'GET' && { body: JSON.stringify(body) }),
        }),
      );
      if (response.status < 400) continue;
      refused++;
      expectBoth((await response.json()) as Refusal, `${method} ${path}`);
    }
    expect(refused).toBeGreaterThan(30);
  });

  test.each<[string, string, RequestInit, number]>([
    ['an unknown call', '/_sandbox/nowhere', {}, 404],
    ['another method', '/_sandbox/clock', { method: 'PUT', body: '{}' }, 405],
    ['a body that is not JSON', '/_sandbox/clock', { method: 'POST', body: '{' }, 400],
    ['a page from elsewhere', '/_sandbox/clock', { headers: { origin: 'https://evil.example' } }, 403],
    ['another host', '/_sandbox/clock', { headers: { host: 'evil.example' } }, 403],
    ['a number that is none', '/_sandbox/orders?limit=x', {}, 400],
    ['a snapshot that is none', '/_sandbox/restore', { method: 'POST', body: '{}' }, 400],
    ['a snapshot that is cut off', '/_sandbox/restore', { method: 'POST', body: '{"format":' }, 400],
  ])('as %s', async (_name, path, init, status) => {
    const response = await sandbox.fetch(new Request(`http://127.0.0.1${path}`, init));
    expect(response.status).toBe(status);
    expectBoth((await response.json()) as Refusal, path);
  });

  test('as a payment that is not possible', async () => {
    const place = async () => {
      const body = directOrder(sandbox);
      expect((await sandbox.direct.post('/v3/pay/transactions/jsapi', body)).status).toBe(200);
      return `/orders/${body.out_trade_no}/pay`;
    };
    const paid = await place();
    const other = await sandbox.control('POST', paid, { openid: 'oSomebodyElse' });
    expect(other.json.error).toBe('OPENID_MISMATCH');
    expectBoth(other.json as Refusal, paid);
    await sandbox.control('POST', paid, {});
    const twice = await sandbox.control('POST', paid, {});
    expect(twice.json).toEqual({
      error: 'ORDERPAID',
      message: 'The order is already paid. 该订单已支付',
      en: 'The order is already paid.',
      zh: '该订单已支付',
    });
    const late = await place();
    await sandbox.control('POST', '/clock', { advanceMs: 8 * 86_400_000 });
    const refused = await sandbox.control('POST', late, {});
    expect(refused.status).toBe(409);
    expectBoth(refused.json as Refusal, late);
  });
});
