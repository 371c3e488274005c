import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCommand } from '../package/cli/index.ts';
import { captureFormat, readCapture } from './capture.ts';
import { CaptureProblem } from './problem.ts';
import { redact } from './redact.ts';

const exchange = (request: object, response: object = { status: 200 }) => ({
  request: { method: 'GET', target: '/v3/certificates', ...request },
  response,
});
const capture = (...exchanges: object[]) => JSON.stringify({ format: captureFormat, exchanges });

function problemOf(text: string): CaptureProblem | undefined {
  try {
    redact(readCapture(text));
  } catch (error) {
    if (error instanceof CaptureProblem) return error;
    throw error;
  }
  return undefined;
}

const har = (url: string) =>
  JSON.stringify({
    log: {
      entries: [
        {
          request: {
            method: 'POST',
            url,
            headers: [{ name: 'Authorization', value: 'x' }],
            postData: { text: '{"mchid":"1900000001"}' },
          },
          response: {
            status: 200,
            headers: [{ name: 'Content-Type', value: 'application/json; charset=utf-8' }],
            content: { text: 'eyJwcmVwYXlfaWQiOiJ3eDEyMzQ1Njc4In0=', encoding: 'base64' },
          },
        },
      ],
    },
  });

describe('a poisoned capture gives a typed error', () => {
  const deep = `${'['.repeat(200)}${']'.repeat(200)}`;
  test.each([
    ['no JSON', 'x', 'NOT_JSON', ''],
    ['no object', '[]', 'WRONG_FORMAT', ''],
    ['another format', '{"format":"x","exchanges":[]}', 'WRONG_FORMAT', '/format'],
    ['too large a file', ' '.repeat(21 * 1024 * 1024), 'TOO_LARGE', ''],
    [
      'too many exchanges',
      capture(...Array.from({ length: 5_001 }, () => exchange({}))),
      'TOO_LARGE',
      '/exchanges',
    ],
    [
      'too long a text',
      capture(exchange({ body: 'x'.repeat(1024 * 1024 + 1) })),
      'TOO_LARGE',
      '/exchanges/0/request/body',
    ],
    ['too deep a body', `{"format":"${captureFormat}","exchanges":[${deep}]}`, 'TOO_DEEP', ''],
    ['a deep body inside a text', capture(exchange({ body: deep })), 'TOO_DEEP', '/exchanges/0/request/body'],
    [
      'a key of the prototype',
      capture(exchange({ body: '{"__proto__":{"admin":true}}' })),
      'FORBIDDEN_KEY',
      '/exchanges/0/request/body',
    ],
    ['a constructor', `{"format":"${captureFormat}","constructor":{},"exchanges":[]}`, 'FORBIDDEN_KEY', ''],
    [
      'a path that climbs',
      capture(exchange({ target: '/v3/../_sandbox/reset' })),
      'WRONG_TARGET',
      '/exchanges/0/request/target',
    ],
    [
      'an encoded path that climbs',
      capture(exchange({ target: '/v3/%2e%2E/_sandbox' })),
      'WRONG_TARGET',
      '/exchanges/0/request/target',
    ],
    [
      'an encoded slash',
      capture(exchange({ target: '/v3/a%2f..%2f..%2fx' })),
      'WRONG_TARGET',
      '/exchanges/0/request/target',
    ],
    [
      'another path',
      capture(exchange({ target: '/_sandbox/reset' })),
      'WRONG_TARGET',
      '/exchanges/0/request/target',
    ],
    [
      'a host in the path',
      capture(exchange({ target: '//evil.example/v3/x' })),
      'WRONG_TARGET',
      '/exchanges/0/request/target',
    ],
    [
      'a line break',
      capture(exchange({ target: '/v3/x\r\nhost: y' })),
      'WRONG_TARGET',
      '/exchanges/0/request/target',
    ],
    [
      'a foreign host',
      har('https://evil.example/v3/certificates'),
      'FOREIGN_HOST',
      '/log/entries/0/request/url',
    ],
    [
      'a host that only looks right',
      har('https://api.mch.weixin.qq.com.evil.example/v3/x'),
      'FOREIGN_HOST',
      '/log/entries/0/request/url',
    ],
    ['another protocol', har('file:///v3/certificates'), 'FOREIGN_HOST', '/log/entries/0/request/url'],
    [
      'another method',
      capture(exchange({ method: 'CONNECT' })),
      'WRONG_FORMAT',
      '/exchanges/0/request/method',
    ],
    [
      'a status that is none',
      capture(exchange({}, { status: 'ok' })),
      'WRONG_FORMAT',
      '/exchanges/0/response/status',
    ],
  ])('that says where, for %s', (_name, text, code, where) => {
    const problem = problemOf(text);
    expect([problem?.code, problem?.where]).toEqual([code, expect.stringMatching(new RegExp(`^${where}`))]);
    expect(problem?.message).toMatch(/[\u4e00-\u9fff]/);
  });
});

describe('redact', () => {
  test('keeps what the API says, and a placeholder for the rest, the same one for the same value', () => {
    const order = {
      out_trade_no: 'A20260101001',
      amount: { total: 100, currency: 'CNY' },
      payer: { openid: 'oUpF8uMuAJO' },
    };
    const answer = { out_trade_no: 'A20260101001', trade_state: 'SUCCESS', bank_type: 'CMB_DEBIT' };
    const { exchanges } = redact(
      readCapture(
        capture(
          exchange({ method: 'POST', target: '/v3/pay/transactions/jsapi', body: order }),
          exchange(
            { target: '/v3/pay/transactions/out-trade-no/A20260101001?mchid=1900000001' },
            { status: 200, headers: { 'Request-ID': '08F78BB7AF0610', 'X-Trace': 'y' }, body: answer },
          ),
        ),
      ),
    );
    expect(exchanges[0]?.request.body).toEqual({
      out_trade_no: '{{out_trade_no#1}}',
      amount: { total: 100, currency: 'CNY' },
      payer: { openid: '{{openid#1}}' },
    });
    expect(exchanges[1]).toEqual({
      request: {
        method: 'GET',
        target: '/v3/pay/transactions/out-trade-no/{{out_trade_no#1}}?mchid={{mchid#1}}',
      },
      response: {
        status: 200,
        headers: { 'request-id': '[redacted]' },
        body: { out_trade_no: '{{out_trade_no#1}}', trade_state: 'SUCCESS', bank_type: 'CMB_DEBIT' },
      },
    });
  });

  test('reads HAR, and drops its headers and the media type’s parameters', () => {
    const [one] = redact(
      readCapture(har('https://api.mch.weixin.qq.com/v3/pay/transactions/jsapi')),
    ).exchanges;
    expect(one).toEqual({
      request: {
        method: 'POST',
        target: '/v3/pay/transactions/jsapi',
        headers: {},
        body: { mchid: '{{mchid#1}}' },
      },
      response: {
        status: 200,
        headers: { 'content-type': 'application/json' },
        body: { prepay_id: '{{prepay_id#1}}' },
      },
    });
  });

  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 1024,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const secrets = [
    '13800138000',
    '欧阳娜娜',
    'ZHANG SAN',
    'Zhang.San@example.com',
    '11010519491231002X',
    '6214830012345678',
    'wxd678efh567hg6787',
    'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o',
    '1217752501201407033233368018',
    privateKey.trim(),
    'c3VwZXJzZWNyZXRhcGl2M2tleXN1cGVyc2VjcmV0',
    'https://shop.example/callback?token=abc',
    '192.168.17.44',
    '广东省深圳市南山区',
  ];

  test('leaves no secret, wherever it stands: value, key, path, query, header, message of an error', () => {
    const secret = fc.constantFrom(...secrets);
    const name = fc.oneof(fc.constantFrom('name', 'state', 'code', 'attach', 'message', 'id'), secret);
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        secret,
        secret.map((one) => `x ${one} y`),
        fc.integer(),
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(name, tie('tree'), { maxKeys: 4 }),
      ),
    }));
    const step = fc.constantFrom(...secrets.filter((one) => !one.includes('/'))).map(encodeURIComponent);
    fc.assert(
      fc.property(
        tree,
        tree,
        step,
        secret,
        fc.integer({ min: 100, max: 599 }),
        (asked, answered, inPath, header, status) => {
          const text = capture(
            exchange(
              {
                method: 'POST',
                target: `/v3/${inPath}/x?${inPath}=${inPath}`,
                headers: {
                  Authorization: header,
                  'Wechatpay-Serial': header,
                  [header.replace(/[^\w]/g, '-')]: header,
                },
                body: { inner: asked },
              },
              {
                status,
                headers: { 'content-type': header, 'request-id': header },
                body: { inner: answered },
              },
            ),
          );
          const redacted = JSON.stringify(redact(readCapture(text)));
          const left = secrets.filter(
            (one) =>
              redacted.includes(one) ||
              redacted.includes(encodeURIComponent(one)) ||
              redacted.includes(JSON.stringify(one).slice(1, -1)),
          );
          expect(left).toEqual([]);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('leaves what is redacted as it is', () => {
    const once = redact(
      readCapture(har('https://api2.mch.weixin.qq.com/v3/refund/domestic/refunds/R1?sub_mchid=1')),
    );
    expect(redact(readCapture(JSON.stringify(once)))).toEqual(once);
  });
});

describe('the commands', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'compare-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  async function run(...args: string[]) {
    const printed: string[] = [];
    const reported: string[] = [];
    const code = await runCommand(args, {
      pages: undefined,
      version: '1',
      program: 'sandbox',
      stdin: new PassThrough(),
      print: (text) => printed.push(text),
      report: (text) => reported.push(text),
      interrupted: () => new Promise(() => {}),
    });
    return { code, printed: printed.join('\n'), reported: reported.join('\n') };
  }

  test('redact writes a new file only, and compare lists the differences by API', async () => {
    const [from, to] = [join(folder, 'traffic.json'), join(folder, 'capture.json')];
    const target = '/v3/pay/transactions/out-trade-no/NEVERPLACED1?mchid=1900000001';
    writeFileSync(from, capture(exchange({ target }, { status: 200, body: { trade_state: 'NOTPAY' } })));
    expect((await run('redact', from, to)).code).toBe(0);
    expect(readFileSync(to, 'utf8')).not.toContain('NEVERPLACED1');
    expect(await run('redact', from, to)).toMatchObject({
      code: 2,
      reported: expect.stringContaining('EEXIST'),
    });
    const { code, printed } = await run('compare', to, '--json');
    expect(code).toBe(1);
    expect(JSON.parse(printed)).toEqual({
      same: false,
      exchanges: [
        {
          api: 'GET /v3/pay/transactions/out-trade-no/{out_trade_no}',
          exchange: 0,
          fidelity: 'behaviour',
          differences: [
            { kind: 'status', where: '', captured: 200, sandbox: 404 },
            { kind: 'code', where: '/code', sandbox: 'ORDER_NOT_EXIST' },
          ],
        },
      ],
    });
  });

  test('a file that cannot be used is a problem of one line', async () => {
    const missing = await run('compare', join(folder, 'missing.json'));
    expect([missing.code, missing.reported]).toEqual([2, expect.stringContaining('ENOENT')]);
    writeFileSync(join(folder, 'bad.json'), '{');
    const bad = await run('compare', join(folder, 'bad.json'));
    expect([bad.code, bad.reported.split('\n')]).toEqual([2, [expect.stringContaining('not JSON')]]);
  });
});
