import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { SandboxEvent } from '../../bus.ts';
import { signText } from '../testing/client.ts';
import { combinedOrder, directOrder, partnerOrder, type Sandbox, startSandbox } from '../testing/sandbox.ts';
import { examples } from './examples.ts';

/** Control calls that read no body, or one that is no object of fields: what is signed, a whole snapshot. */
const withoutFields: ReadonlySet<string> = new Set([
  'POST /_sandbox/sign',
  'POST /_sandbox/reset',
  'POST /_sandbox/snapshot',
  'POST /_sandbox/restore',
  'POST /_sandbox/transactions/{transaction_id}/unfreeze',
  'POST /_sandbox/applications/{id}/sign',
  'POST /_sandbox/applications/{id}/cancel',
]);

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

describe('a web page from elsewhere', () => {
  test.each([
    ['its origin', { origin: 'https://evil.example' }],
    ['an opaque origin', { origin: 'null' }],
    ['a look-alike origin', { origin: 'http://127.0.0.1.evil.example' }],
    ['a rebound name', { host: 'evil.example:8700' }],
    ['the browser’s word for it', { 'sec-fetch-site': 'cross-site' }],
  ])('cannot reach the control API, shown by %s', async (_name, headers) => {
    const answer = await sandbox.control('POST', '/reset', undefined, headers);
    expect([answer.status, answer.json.error]).toEqual([403, 'CROSS_SITE']);
  });
  test.each([
    {},
    { origin: 'http://127.0.0.1:8420', host: '127.0.0.1:8420' },
    { origin: 'http://localhost:3000', host: 'localhost:8700' },
    { host: '[::1]:8700' },
  ])('cannot, while a page of this machine can: %j', async (headers) => {
    expect((await sandbox.control('GET', '/clock', undefined, headers)).status).toBe(200);
  });
});

describe('calls', () => {
  test('the list names every API and call', async () => {
    const { apis, control } = (await sandbox.control('GET', '')).json;
    expect(apis).toContainEqual({
      name: 'JSAPI下单',
      method: 'POST',
      path: '/v3/pay/transactions/jsapi',
      fidelity: 'behaviour',
    });
    expect(control).toContain('POST /_sandbox/orders/{out_trade_no}/pay');
  });
  test('unknown calls, orders and bodies that are not JSON are refused', async () => {
    expect((await sandbox.control('GET', '/nothing')).status).toBe(404);
    expect((await sandbox.control('PUT', '/clock')).status).toBe(405);
    expect((await sandbox.control('GET', '/orders/NOSUCH')).status).toBe(404);
    const request = new Request('http://127.0.0.1/_sandbox/clock', { method: 'POST', body: '{' });
    expect((await sandbox.fetch(request)).status).toBe(400);
  });
  test('the clock only moves forward, by an amount or to a moment', async () => {
    const before = (await sandbox.control('GET', '/clock')).json.nowMs;
    const after = (await sandbox.control('POST', '/clock', { advanceMs: 60_000 })).json.nowMs;
    expect(after - before).toBeGreaterThanOrEqual(60_000);
    const now = new Date(after + 60_000).toISOString();
    expect((await sandbox.control('POST', '/clock', { now })).json.nowMs).toBeGreaterThanOrEqual(
      after + 60_000,
    );
    for (const body of [{ now: before }, { advanceMs: -1 }, {}, { advanceMs: 1, now: after }, { now: 'x' }]) {
      expect((await sandbox.control('POST', '/clock', body)).status).toBe(400);
    }
  });
  test('each call that takes fields has an example, and a wrong body is answered with it', async () => {
    const { control } = (await sandbox.control('GET', '')).json as { control: string[] };
    const changing = control.filter((call) => !call.startsWith('GET '));
    expect(changing.filter((call) => !(call in examples) && !withoutFields.has(call))).toEqual([]);
    expect(Object.keys(examples).filter((call) => !changing.includes(call))).toEqual([]);
    // Those of WeChat's own clients answer as these do; the rest first looks for what the path names.
    const ofClients = ['/cashier', '/app-cashier', '/transfers/open'];
    const own = changing
      .filter((call) => call in examples && !call.includes('{'))
      .map((call) => call.replace('/_sandbox', '').split(' ') as [string, string])
      .filter(([, path]) => !ofClients.includes(path));
    expect(own.length).toBeGreaterThan(10);
    for (const [method, path] of own) {
      const { status, json } = await sandbox.control(method, path, 'no object');
      const example = JSON.stringify(examples[`${method} /_sandbox${path}`]);
      expect([path, status]).toEqual([path, 400]);
      expect(json.message).toContain(`Given: "no object". This works: ${example}`);
    }
  });
  test.each([
    'POST /clock',
    'POST /notifications/settings',
    'POST /keys',
    'PUT /faults',
    'POST /shipping',
    'POST /payment-codes',
    'POST /applications/permissions',
    'POST /merchants/{mchid}/balance',
    'POST /sub-merchants/{sub_mchid}',
  ])('the example of %s works', async (call) => {
    const [method, path] = call.split(' ') as [string, string];
    const target = path.replace('{mchid}', '1900000001').replace('{sub_mchid}', '1900000111');
    const own = await startSandbox();
    const answer = await own.control(method, target, examples[`${method} /_sandbox${path}`]);
    await own.close();
    expect(answer.status, answer.text).toBe(200);
  });
  test('exchanges are given newest first, by order number', async () => {
    const body = directOrder(sandbox);
    await sandbox.direct.post('/v3/pay/transactions/jsapi', body);
    await sandbox.direct.get('/v3/certificates');
    const { exchanges } = (await sandbox.control('GET', `/exchanges?outTradeNo=${body.out_trade_no}`)).json;
    expect(exchanges).toHaveLength(1);
    expect(exchanges[0]).toMatchObject({
      api: 'JSAPI下单',
      outTradeNo: body.out_trade_no,
      verdict: 'passed',
      request: { method: 'POST', body: JSON.stringify(body) },
      answer: { status: 200 },
    });
    const newest = (await sandbox.control('GET', '/exchanges?limit=1')).json.exchanges;
    expect(newest.map(({ api }: { api: string }) => api)).toEqual(['下载平台证书']);
  });
  test('the ledger is given in pages, the newest entries first, with what they all add up to', async () => {
    for (let paid = 0; paid < 2; paid++) {
      const body = directOrder(sandbox);
      await sandbox.direct.post('/v3/pay/transactions/jsapi', body);
      await sandbox.control('POST', `/orders/${body.out_trade_no}/pay`, {});
    }
    const whole = (await sandbox.control('GET', '/ledger')).json;
    const newest = (await sandbox.control('GET', '/ledger?limit=1')).json;
    expect(newest).toEqual({
      ...whole,
      entries: whole.entries.slice(-1),
      total: whole.entries.length,
      before: whole.entries.length - 1,
    });
    const older = (await sandbox.control('GET', `/ledger?limit=2000&before=${newest.before}`)).json;
    expect([...older.entries, ...newest.entries]).toEqual(whole.entries);
    expect((await sandbox.control('GET', '/ledger?limit=2001')).status).toBe(400);
  });
  test('paying with another openid than the order’s is refused', async () => {
    const body = directOrder(sandbox);
    await sandbox.direct.post('/v3/pay/transactions/jsapi', body);
    const answer = await sandbox.control('POST', `/orders/${body.out_trade_no}/pay`, { openid: 'oOther' });
    expect([answer.status, answer.json.error]).toEqual([409, 'OPENID_MISMATCH']);
    expect((await sandbox.control('POST', `/orders/${body.out_trade_no}/pay`, { result: 'X' })).status).toBe(
      400,
    );
  });
});

describe('the cashier', () => {
  const open = (payment: object) => sandbox.control('POST', '/cashier', payment);
  async function prepaid() {
    const body = directOrder(sandbox);
    const { json } = await sandbox.direct.post('/v3/pay/transactions/jsapi', body);
    return { body, prepayId: json.prepay_id as string, payment: sandbox.direct.payment(json.prepay_id) };
  }

  test('opens for parameters that are signed right, and shows the order', async () => {
    const { body, payment } = await prepaid();
    const opened = await open(payment);
    expect(opened.json.order).toMatchObject({
      outTradeNo: body.out_trade_no,
      totalFen: 100,
      state: 'NOTPAY',
    });
  });
  test('opens for partner and combined payments, with the key of whoever placed them', async () => {
    const partner = await sandbox.partner.post('/v3/pay/partner/transactions/jsapi', partnerOrder(sandbox));
    expect((await open(sandbox.partner.payment(partner.json.prepay_id))).status).toBe(200);
    const combined = await sandbox.ecommerce.post('/v3/combine-transactions/jsapi', combinedOrder(sandbox));
    expect((await open(sandbox.ecommerce.payment(combined.json.prepay_id))).status).toBe(200);
    const foreign = await open(sandbox.direct.payment(combined.json.prepay_id));
    expect(foreign.json.signature).toMatchObject({ cause: 'other-key', signedWith: 'merchant 1900000001' });
    const { explanation, explanationZh } = await sandbox.lastExchange();
    expect([explanation, explanationZh]).toEqual([foreign.json.en, foreign.json.zh]);
    expect(explanationZh).toContain('以外的商户 1900000001 的私钥');
  });
  test('wants the sub-merchant’s appid when the payer is a sub_openid', async () => {
    const { subMchid, appids } = sandbox.credentials.partner.subMerchants[0]!;
    const order = partnerOrder(sandbox, {
      sub_mchid: subMchid,
      sub_appid: appids[0],
      payer: { sub_openid: 'o' },
    });
    const { prepay_id } = (await sandbox.partner.post('/v3/pay/partner/transactions/jsapi', order)).json;
    expect((await open(sandbox.partner.payment(prepay_id, appids[0]))).status).toBe(200);
    expect((await open(sandbox.partner.payment(prepay_id))).json.signature.cause).toBe('other-appid');
  });
  test.each<[string, object, string]>([
    [
      'timeStamp as a number',
      { timeStamp: 1700000000 },
      'parameter.timeStamp should be String instead of Number',
    ],
    ['no nonceStr', { nonceStr: '' }, 'parameter.nonceStr is missing'],
    ['package without prefix', { package: 'wx123' }, 'package must be prepay_id='],
    ['signType MD5', { signType: 'MD5' }, 'signType must be RSA'],
  ])('refuses %s', async (_name, changes, message) => {
    const { payment } = await prepaid();
    const refused = await open({ ...payment, ...changes });
    expect([refused.status, refused.json.error]).toEqual([400, 'BAD_PARAMETER']);
    expect(refused.json.message).toContain(message);
  });
  test('refuses a prepay_id that was never issued, or that is two hours old', async () => {
    const unknown = await open(sandbox.direct.payment('wx20260101000000unknown'));
    expect(unknown.json.error).toBe('PREPAY_UNKNOWN');
    const { payment } = await prepaid();
    await sandbox.control('POST', '/clock', { advanceMs: 2 * 3_600_000 });
    expect((await open(payment)).json.error).toBe('PREPAY_EXPIRED');
  });
  test('refuses what is paid', async () => {
    const { body, payment } = await prepaid();
    await sandbox.control('POST', `/orders/${body.out_trade_no}/pay`, {});
    expect((await open(payment)).json.error).toBe('ORDERPAID');
  });
  test.each<[string, (lines: string[]) => string]>([
    ['missing-trailing-newline', (lines) => lines.join('\n')],
    ['package-without-prefix', (lines) => `${lines.join('\n').replace('prepay_id=', '')}\n`],
    ['timestamp-unit', ([appid, at, ...rest]) => `${[appid, `${at}000`, ...rest].join('\n')}\n`],
    ['order-of-lines', ([appid, at, nonce, pack]) => `${[appid, nonce, at, pack].join('\n')}\n`],
    ['unknown-message', () => 'something else'],
  ])('says what was signed instead: %s', async (cause, build) => {
    const { payment } = await prepaid();
    const { appid, privateKeyPem } = sandbox.direct.account;
    const text = build([appid, payment.timeStamp, payment.nonceStr, payment.package]);
    const refused = await open({ ...payment, paySign: signText(privateKeyPem, text) });
    expect(refused.json.error).toBe('SIGN_ERROR');
    expect(refused.json.signature.cause).toBe(cause);
    expect(refused.json.signature.expectedMessage).toContain(payment.package);
  });
});

describe('events', () => {
  async function open(from: Sandbox, headers: Record<string, string>) {
    const abort = new AbortController();
    const request = new Request('http://127.0.0.1/_sandbox/events', { headers, signal: abort.signal });
    const response = await from.fetch(request);
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    return {
      /** The first `count` events; then it leaves. */
      async read(count: number): Promise<SandboxEvent[]> {
        let text = '';
        const events = () =>
          [...text.matchAll(/^data: (.*)$/gm)].map((match) => JSON.parse(match[1]!) as SandboxEvent);
        while (events().length < count) text += (await reader.read()).value ?? '';
        abort.abort();
        await reader.cancel().catch(() => undefined);
        return events();
      },
    };
  }

  async function read(
    from: Sandbox,
    headers: Record<string, string>,
    count: number,
  ): Promise<SandboxEvent[]> {
    return (await open(from, headers)).read(count);
  }

  let quiet: Sandbox;
  beforeEach(async () => {
    quiet = await startSandbox();
  });
  afterEach(() => quiet.close());

  test('a reader that was away resumes behind Last-Event-ID', async () => {
    await quiet.control('PUT', '/faults', []);
    const body = directOrder(quiet);
    await quiet.direct.post('/v3/pay/transactions/jsapi', body);
    const events = await read(quiet, { 'last-event-id': '2' }, 2);
    expect(events.map(({ id, type, outTradeNo }) => [id, type, outTradeNo])).toEqual([
      [3, 'order', body.out_trade_no],
      [4, 'exchange', body.out_trade_no],
    ]);
  });

  test('a reader that comes from an earlier run begins anew', async () => {
    await quiet.control('PUT', '/faults', []);
    const events = await read(quiet, { 'last-event-id': '01234567-99' }, 2);
    expect(events.map(({ id, type }) => [id, type])).toEqual([
      [1, 'reset'],
      [2, 'faults'],
    ]);
  });

  test('a new reader begins with what comes next', async () => {
    await quiet.control('POST', '/keys', {});
    const reader = await open(quiet, {});
    await quiet.control('PUT', '/faults', []);
    expect((await reader.read(1)).map(({ type }) => type)).toEqual(['faults']);
  });
});

test('a refusal says which field, what was given, and an example that works', async () => {
  const refused = await sandbox.control('POST', '/clock', { advanceMs: 'soon' });
  expect(refused.status).toBe(400);
  expect(refused.json.en).toBe(
    '"advanceMs" must be a whole number from 0 to 315360000000. Given: {"advanceMs":"soon"}. This works: {"advanceMs":15000}',
  );
  const works = JSON.parse(refused.json.en.split('This works: ')[1]);
  expect((await sandbox.control('POST', '/clock', works)).status).toBe(200);
});
