import { createPrivateKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLogger } from './logger.ts';
import { redactText } from './redact.ts';
import { Secret } from './secret.ts';

const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
const oneLineKey = privateKey.replace(/-----.*-----|\s/g, '');
const apiV3Key = 'Zk3vQ8sT1xW5yB7nC9mD2fG4hJ6kL0pA';
/** Luhn-valid test numbers and an ID number made up to the official rule. */
const personal = [
  '11010519491231002X',
  '440524188001010014',
  '13812345678',
  '+86 138-1234-5678',
  '6222021234567890128',
  'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o',
];
const lastLines = (text: string) => text.trim().split('\n').slice(-3).join('\n');

function linesOf(run: (log: ReturnType<typeof createLogger>) => void, secrets: string[] = []): string[] {
  const lines: string[] = [];
  run(
    createLogger({
      write: (line) => lines.push(line),
      nowMs: () => 0,
      fields: { function: 'test' },
      secrets,
    }),
  );
  return lines;
}

it('writes one JSON line with time, level, event and fields', () => {
  const [line] = linesOf((log) =>
    log.warn('order.anomaly', { outTradeNo: 'T1', amountFen: 1380000000000, paidAtMs: 1760000000123 }),
  );
  expect(JSON.parse(line ?? '')).toEqual({
    time: '1970-01-01T00:00:00.000Z',
    level: 'warn',
    event: 'order.anomaly',
    function: 'test',
    outTradeNo: 'T1',
    amountFen: 1380000000000,
    paidAtMs: 1760000000123,
  });
});

describe('what a support engineer needs stays readable', () => {
  it.each([
    '4200001234202401011234567890',
    '5157F09EFDC096DE15EBE81A47057A7232F1B8E1',
    'PUB_KEY_ID_0114232134912410000000000000',
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 does not match',
    '/v3/pay/partner/transactions/out-trade-no/ABCDEFGHIJKLMNOPQRSTUVWXYZ012345',
    '08C1D2E3F40510A1B2-268443699',
    '2026-01-02T03:04:05+08:00',
    '20260102030405123456',
  ])('%s', (text) => {
    expect(redactText(text)).toBe(text);
  });
});

describe('a secret', () => {
  const secret = fc.constantFrom(
    privateKey,
    oneLineKey,
    privateKey.replaceAll('\n', '\\n'),
    lastLines(privateKey.replace(/-----.*-----\n?/g, '')),
    ...personal,
  );
  const around = fc.constantFrom(
    ['', ''],
    ['message: ', '.'],
    ['{"a":"', '"}'],
    ['，', '。'],
    ['(', ')'],
    ['a=', '&b=1'],
  );
  const fieldName = fc.constantFrom('message', 'detail', 'a', 'outTradeNo', 'text', 'note', '');
  /** Puts a value somewhere into a structure. */
  const placed = (value: unknown, name: string) =>
    fc.constantFrom<unknown>(
      { [name]: value },
      { [name]: [[value]] },
      { deep: { deeper: { [name]: { x: value } } } },
      { map: new Map([[name, value]]) },
      { set: new Set([value]) },
      { error: new Error(String(value)) },
      { error: new Error('outer', { cause: new TypeError(String(value)) }) },
      {
        error: Object.assign(new Error('http'), {
          config: { headers: { Authorization: value } },
          code: value,
        }),
      },
      { [String(value)]: 1 },
    );

  it('is printed nowhere, whatever field or message it is in', () => {
    const planted = fc
      .tuple(secret, around, fieldName)
      .chain(([value, [before, after], name]) =>
        fc.tuple(fc.constant(value), placed(`${before}${value}${after}`, name)),
      );
    fc.assert(
      fc.property(planted, ([value, fields]) => {
        const [line = ''] = linesOf((log) => log.error('failed', Object(fields)));
        for (const piece of piecesOf(value)) expect(line).not.toContain(piece);
        expect(JSON.parse(line)).toMatchObject({ event: 'failed' });
      }),
      { numRuns: 500 },
    );
  });

  it('without a pattern is removed when the logger knows it, also from the event', () => {
    const [line = ''] = linesOf(
      (log) => log.info(`key ${apiV3Key}`, { note: `x${apiV3Key}y`, [apiV3Key]: [apiV3Key] }),
      [apiV3Key],
    );
    expect(line).not.toContain(apiV3Key);
  });

  it('is hidden by the name of its field, in whatever spelling', () => {
    const names = [
      'privateKey',
      'API_V3_KEY',
      'apiV3Key',
      'Authorization',
      'paySign',
      'id_card_number',
      'idCardName',
      'name',
      'contact_name',
      'mobile_phone',
      'account_number',
      'bankAccount',
      'ciphertext',
      'nonceStr',
      'contact_email',
      'id_card_address',
      'password',
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.constantFrom<(value: string) => unknown>(
          (v) => v,
          (v) => [v],
          (v) => ({ v }),
        ),
        (name, wrap) => {
          const [line] = linesOf((log) => log.info('x', { a: { [name]: wrap('张三丰') } }));
          expect(line).not.toContain('张三丰');
        },
      ),
    );
  });

  it('in a Secret, a key object or a buffer is never expanded', () => {
    const fields = {
      a: new Secret(apiV3Key),
      b: createPrivateKey(privateKey),
      c: randomBytes(8),
      d: [new Secret('x')],
    };
    const [line = ''] = linesOf((log) => log.info('x', fields));
    expect(JSON.parse(line)).toMatchObject({
      a: '[redacted]',
      b: '[redacted]',
      c: '[8 bytes]',
      d: ['[redacted]'],
    });
  });

  it('given as a number is redacted; an amount or a time is not', () => {
    const [line = ''] = linesOf((log) =>
      log.info('x', { contact: 13812345678, totalFen: 13812345678, atMs: 13812345678 }),
    );
    expect(JSON.parse(line)).toMatchObject({
      contact: '[redacted]',
      totalFen: 13812345678,
      atMs: 13812345678,
    });
  });

  it('that the length limit cuts is not printed in part', () => {
    for (let filler = 19_980; filler < 20_000; filler++) {
      const [line = ''] = linesOf((log) => log.info('x', { text: `${'B'.repeat(filler)}: 13812345678` }));
      expect(line).not.toContain('13812');
    }
  });
});

describe('a logger', () => {
  it('never throws and always writes one line, whatever it is given', () => {
    const hostile = {
      get boom() {
        throw new Error('getter');
      },
    };
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    for (const value of [
      hostile,
      revoked.proxy,
      Symbol('x'),
      1n,
      Number.NaN,
      new Date(Number.NaN),
      () => 1,
      Object.create(null),
    ]) {
      expect(linesOf((log) => log.info('x', { value }))).toHaveLength(1);
    }
    fc.assert(
      fc.property(fc.string(), fc.dictionary(fc.string(), fc.anything()), (event, fields) => {
        const lines = linesOf((log) => log.info(event, fields));
        expect(lines).toHaveLength(1);
        expect(lines[0]).not.toContain('\n');
        expect(JSON.parse(lines[0] ?? '')).toHaveProperty('level');
      }),
    );
  });

  it('writes no terminal control sequences and no line separators', () => {
    const text = 'a\u001b[31m\u009b2J\u007f\u0085\u2028\u2029\u202e\u2066\u200f\r\nb';
    const [line] = linesOf((log) => log.warn(text, { [text]: text, error: new Error(text) }));
    expect(line).not.toMatch(/[\p{Cc}\u2028-\u202e\u2066-\u2069\u200f]/u);
    expect(JSON.parse(line!)).toMatchObject({ event: text, [text]: text, error: { message: text } });
  });

  it('ends cycles, depth, width and length', () => {
    const cycle: Record<string, unknown> = { list: Array.from({ length: 80 }, (_, index) => index) };
    cycle.self = { cycle };
    let deep: unknown = 'bottom';
    for (let level = 0; level < 50; level++) deep = { deep };
    const [line = ''] = linesOf((log) => log.info('x', { cycle, deep, long: 'y '.repeat(5000) }));
    expect(line).toContain('[circular]');
    expect(line).toContain('[30 more]');
    expect(line).not.toContain('bottom');
    expect(line.length).toBeLessThan(16_001);
    const [huge = ''] = linesOf((log) =>
      log.info(
        'x',
        Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`f${index}`, 'z '.repeat(900)])),
      ),
    );
    expect(JSON.parse(huge)).toMatchObject({ event: 'x', truncated: true });
  });

  it('keeps type, code, message, place and cause of an error', () => {
    const error = Object.assign(new TypeError('outer', { cause: new Error('inner') }), {
      code: 'E_CODE',
      requestId: 'r1',
    });
    const [line = ''] = linesOf((log) => log.error('x', { error }));
    const logged = JSON.parse(line).error;
    expect(logged).toMatchObject({
      type: 'TypeError',
      message: 'outer',
      code: 'E_CODE',
      requestId: 'r1',
      cause: { message: 'inner' },
    });
    expect(logged.stack[0]).toMatch(/^at /);
  });

  it('cannot be given a field that replaces level or time', () => {
    const [line = ''] = linesOf((log) => log.error('x', { level: 'info', time: 'never', event: 'y' }));
    expect(JSON.parse(line)).toMatchObject({ level: 'error', event: 'x', time: '1970-01-01T00:00:00.000Z' });
  });
});

it('a Secret prints as [redacted] in every way and exposes its value on request', () => {
  const secret = new Secret(apiV3Key);
  for (const printed of [
    `${secret}`,
    String(secret),
    secret.toString(),
    JSON.stringify({ secret }),
    inspect({ secret }),
    `${[secret]}`,
  ]) {
    expect(printed).toContain('[redacted]');
    expect(printed).not.toContain(apiV3Key);
  }
  expect(secret.expose()).toBe(apiV3Key);
});

/** What may not appear of a secret: of a long one, any stretch in its middle and its end. */
function piecesOf(secret: string): string[] {
  if (secret.length < 40) return [secret];
  const body = secret
    .replace(/-----[^-]*-----/g, '')
    .replace(/\\n/g, '\n')
    .trim()
    .split('\n');
  return body.flatMap((line) =>
    line.length > 30 ? [line.slice(0, 24), line.slice(-24)] : line.length > 6 ? [line] : [],
  );
}
