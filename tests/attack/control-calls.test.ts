/**
 * Every control call of the sandbox with hostile bodies, ids and queries: refused by a message, never a fault, and the
 * sandbox goes on. Who may call them at all is the business of the guard: control.test.ts.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { examples } from '../../sandbox/wechatpay/control/examples.ts';
import { directOrder, type Sandbox, startSandbox } from '../../sandbox/wechatpay/testing/sandbox.ts';
import { deepest, hostileValues, replacementsIn } from './hostile.ts';

let sandbox: Sandbox;
let calls: readonly (readonly [method: string, path: string])[];
/** Things that are there, by the name of the parameter: what is behind the first check is reached too. */
let ids: Readonly<Record<string, string>>;

beforeAll(async () => {
  sandbox = await startSandbox({ transportTime: 'virtual', keyMode: 'public-key' });
  const order = directOrder(sandbox, { amount: { total: 100 } });
  const outTradeNo = String(order.out_trade_no);
  await sandbox.direct.post('/v3/pay/transactions/jsapi', order);
  await sandbox.control('POST', `/orders/${outTradeNo}/pay`, {});
  const refund = {
    out_trade_no: outTradeNo,
    out_refund_no: 'R1',
    amount: { refund: 1, total: 100, currency: 'CNY' },
  };
  await sandbox.direct.post('/v3/refund/domestic/refunds', refund);
  const { notifications } = (await sandbox.control('GET', '/notifications')).json;
  const { direct, ecommerce } = sandbox.credentials;
  ids = {
    ...{ out_trade_no: outTradeNo, out_refund_no: 'R1', mchid: direct.mchid, account: direct.mchid },
    ...{ id: notifications[0].id, sub_mchid: ecommerce.subMerchants[0]!.subMchid },
  };
  const { control } = (await sandbox.control('GET', '')).json;
  calls = (control as string[]).map((call) => call.split(' ').slice(0, 2) as [string, string]);
});
afterAll(() => sandbox?.close());

/** Those that take longest to write are no other for the checks. */
const values = hostileValues.filter(([name]) => ![deepest, '90 KB', '1,000 items'].includes(name));
const texts = [
  '..',
  '../orders',
  '%2e%2e%2f',
  'a/../../b',
  '__proto__',
  'constructor',
  '\u0000',
  '%zz',
  'a\nb',
  '😀',
];

/** As they stand in an address: escapes that are no text, and dots in another guise. */
const rawParts = ['%zz', '%', '%ff', '%c0%ae%c0%ae', '%2e%2e%2f'];

const filled = (path: string, fill: (name: string) => string) =>
  path.replace('/_sandbox', '').replace(/\{(\w+)\}/g, (_, name: string) => fill(name));
const pathOf = (path: string, fill: (name: string) => string) =>
  filled(path, (name) => encodeURIComponent(fill(name)));

async function problemsOf(method: string, path: string, body?: unknown): Promise<string[]> {
  const { status, text } = await answerOf(method, path, body);
  const what = `${method} ${path} ${JSON.stringify(body)?.slice(0, 120)}`;
  return [
    ...(status >= 500 ? [`${what} answers ${status} ${text.slice(0, 200)}`] : []),
    ...(/node_modules|\.ts:\d|at \w+ \(/.test(text) ? [`${what} says where the code is`] : []),
  ];
}

async function answerOf(method: string, path: string, body?: unknown) {
  const sent = new Request(`http://127.0.0.1:8700/_sandbox${path}`, {
    method,
    ...(body !== undefined && method !== 'GET' && { body: JSON.stringify(body) }),
  });
  const answer = await sandbox.fetch(sent);
  // A stream of events never ends.
  const isStream = answer.headers.get('content-type')?.startsWith('text/event-stream');
  if (isStream) await answer.body?.cancel();
  return { status: answer.status, text: isStream ? '' : await answer.text() };
}

describe('a control call', () => {
  it('has an example for each body, so that each part of it is attacked', () => {
    expect(calls.length).toBeGreaterThan(50);
    expect(Object.keys(examples).length).toBeGreaterThan(25);
  });

  it('with a hostile body never fails inside, and never says where the code is', async () => {
    const problems: string[] = [];
    for (const [method, path] of calls) {
      const example = examples[`${method} ${path}`] ?? {};
      const target = pathOf(path, (name) => ids[name] ?? 'unknown');
      for (const [, value] of values) {
        for (const { event } of replacementsIn(example, value)) {
          if (method !== 'GET') problems.push(...(await problemsOf(method, target, event)));
        }
      }
    }
    expect([...new Set(problems)]).toEqual([]);
  });

  it('with a hostile id or query never fails inside, and never says where the code is', async () => {
    const problems: string[] = [];
    for (const [method, path] of calls) {
      for (const text of texts) {
        const hostile = encodeURIComponent(text);
        const example = examples[`${method} ${path}`] ?? {};
        problems.push(
          ...(await problemsOf(
            method,
            pathOf(path, () => text),
            example,
          )),
          ...(await problemsOf(
            method,
            `${pathOf(path, (name) => ids[name] ?? 'unknown')}?limit=${hostile}&outTradeNo=${hostile}&since=${hostile}&cursor=${hostile}`,
            example,
          )),
        );
      }
    }
    for (const [method, path] of calls) {
      const example = examples[`${method} ${path}`] ?? {};
      const good = pathOf(path, (name) => ids[name] ?? 'unknown');
      for (const raw of rawParts) {
        problems.push(...(await problemsOf(method, `${good}?limit=${raw}&outTradeNo=${raw}`, example)));
        if (path.includes('{'))
          problems.push(
            ...(await problemsOf(
              method,
              filled(path, () => raw),
              example,
            )),
          );
      }
    }
    expect([...new Set(problems)]).toEqual([]);
  });

  it('with 10,000 levels, or a body that is no JSON, leaves the sandbox as it was', async () => {
    for (const body of [`${'['.repeat(10_000)}${']'.repeat(10_000)}`, '{', '"', '\u0000']) {
      for (const [method, path] of calls) {
        if (method === 'GET') continue;
        const target = pathOf(path, (name) => ids[name] ?? 'unknown');
        const answer = await sandbox.fetch(
          new Request(`http://127.0.0.1:8700/_sandbox${target}`, { method, body }),
        );
        expect([method, path, answer.status < 500]).toEqual([method, path, true]);
      }
    }
    expect(Object(Object.prototype).polluted).toBeUndefined();
    expect((await sandbox.control('POST', '/reset', {})).status).toBe(200);
    const placed = await sandbox.direct.post('/v3/pay/transactions/jsapi', directOrder(sandbox));
    expect(placed.status).toBe(200);
  });
});
