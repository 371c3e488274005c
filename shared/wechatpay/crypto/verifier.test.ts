import { describe, expect, it } from 'vitest';
import { oracleSign, rsaPair, signatureHeaders } from '../testing/material.ts';
import { isSigned, verifySignature } from './verifier.ts';

const pair = rsaPair('platform');
const serial = '5157F09EFDC096DE15EBE81A47057A7232F1B8E1';
const nowMs = 1_750_000_000_000;
const body = '{"code":"SUCCESS","message":"成功"}';

const signedBy = { privatePem: pair.privatePem, serial, nowMs, nonce: 'n' };
/** By jsrsasign: what it signs must verify here. */
const signed = {
  ...signatureHeaders(body, signedBy),
  'Wechatpay-Signature': oracleSign(`${nowMs / 1000}\nn\n${body}\n`, pair.privatePem),
};
const good = (): Record<string, string> => ({ ...signed });

interface Given {
  readonly headers?: Record<string, string | string[] | undefined> | Headers;
  readonly rawBody?: string;
  readonly atMs?: number;
}

const asked: string[] = [];
const check = ({ headers = good(), rawBody = body, atMs = nowMs }: Given = {}) =>
  verifySignature(
    { headers, rawBody: Buffer.from(rawBody) },
    {
      platformKeys: {
        verificationKey: async (wanted) => {
          asked.push(wanted);
          return pair.publicKey;
        },
      },
      nowMs: () => atMs,
    },
  );
const fails = (code: string, message = '') =>
  expect.objectContaining({
    name: 'WechatpayError',
    kind: 'fault',
    code,
    message: expect.stringContaining(message),
  });

describe('a message that WeChat Pay signed', () => {
  it('verifies with the key that its serial names', async () => {
    asked.length = 0;
    await check();
    expect(asked).toEqual([serial]);
  });

  it('verifies whatever the case of its headers and their container', async () => {
    const lower = Object.entries(good()).map(([name, value]) => [name.toLowerCase(), value]);
    await check({ headers: Object.fromEntries(lower) });
    await check({ headers: new Headers(good()) });
    await check({ headers: { ...good(), 'Wechatpay-Signature-Type': undefined } });
  });

  it('verifies with an empty body, as of a 204', async () => {
    const headers = signatureHeaders('', signedBy);
    await check({ headers, rawBody: '' });
    await expect(check({ headers, rawBody: '\n' })).rejects.toEqual(fails('SIGNATURE_WRONG'));
  });

  it.each([
    ['its first byte', `[${body.slice(1)}`],
    ['its last byte', `${body.slice(0, -1)}]`],
    ['a newline at its end', `${body}\n`],
    ['nothing left of it', ''],
    ['the same JSON, serialised again', JSON.stringify(JSON.parse(body), null, 1)],
  ])('verifies no more when its body was changed: %s', async (_, rawBody) => {
    await expect(check({ rawBody })).rejects.toEqual(fails('SIGNATURE_WRONG', 'raw bytes'));
  });

  it('does not verify under another timestamp or nonce', async () => {
    const timestamp = String(nowMs / 1000 + 1);
    for (const change of [{ 'Wechatpay-Timestamp': timestamp }, { 'Wechatpay-Nonce': 'another' }]) {
      await expect(check({ headers: { ...good(), ...change } })).rejects.toEqual(fails('SIGNATURE_WRONG'));
    }
  });
});

describe('the time of a signature', () => {
  it.each([-300_000, -1, 0, 1, 300_000])('may be %s ms away', async (differenceMs) => {
    await check({ atMs: nowMs + differenceMs });
  });

  it.each([
    [300_001, '300 s ago'],
    [-300_001, '300 s ahead'],
    [3_600_000, '3600 s ago'],
    [-3_600_000, '3600 s ahead'],
  ])('may not be %s ms away, and no key is asked for', async (differenceMs, said) => {
    asked.length = 0;
    await expect(check({ atMs: nowMs + differenceMs })).rejects.toEqual(fails('TIMESTAMP_STALE', said));
    expect(asked).toEqual([]);
  });
});

describe('a signature that is not whole', () => {
  const names = ['Signature', 'Serial', 'Timestamp', 'Nonce'];

  it.each(names)('is named when Wechatpay-%s is missing', async (name) => {
    for (const value of [undefined, '', '  ']) {
      const headers = { ...good(), [`Wechatpay-${name}`]: value };
      await expect(check({ headers })).rejects.toEqual(
        fails('SIGNATURE_MISSING', `Wechatpay-${name} is missing`),
      );
    }
  });

  it.each([
    ['Signature', 'x'.repeat(1025)],
    ['Signature', '*'.repeat(344)],
    ['Signature', `${'A'.repeat(344)}===`],
    ['Signature', 'A'.repeat(15)],
    ['Signature', `*${'A'.repeat(343)}`],
    ['Serial', 'short'],
    ['Serial', 'A'.repeat(81)],
    ['Serial', '5157F09E/../../x'],
    ['Timestamp', '12345678901234'],
    ['Timestamp', '1750000000.5'],
    ['Timestamp', 'soon'],
    ['Nonce', 'x'.repeat(129)],
    ['Nonce', 'two words'],
    ['Nonce', '中文'],
  ])('is named when Wechatpay-%s is malformed: %s', async (name, value) => {
    const headers = { ...good(), [`Wechatpay-${name}`]: value };
    await expect(check({ headers })).rejects.toEqual(
      fails('SIGNATURE_MISSING', `Wechatpay-${name} is malformed`),
    );
  });

  it.each([
    ['Serial', 'ABCDEFGH'],
    ['Serial', 'A'.repeat(80)],
    ['Nonce', 'n'],
    ['Nonce', 'n'.repeat(128)],
  ])('is whole at the limits of Wechatpay-%s: %s', async (name, value) => {
    const headers = signatureHeaders(body, {
      ...signedBy,
      ...(name === 'Nonce' && { nonce: value }),
      ...(name === 'Serial' && { serial: value }),
    });
    await check({ headers });
  });

  it('is refused without asking for a key when it is longer than any', async () => {
    asked.length = 0;
    const of = (length: number) => ({ ...good(), 'Wechatpay-Signature': 'A'.repeat(length) });
    await expect(check({ headers: of(1028) })).rejects.toEqual(
      fails('SIGNATURE_MISSING', 'Wechatpay-Signature is malformed'),
    );
    expect(asked).toEqual([]);
    await expect(check({ headers: of(1024) })).rejects.toEqual(fails('SIGNATURE_WRONG'));
    expect(asked).toEqual([serial]);
  });

  it('is refused when a header comes twice with different values, and taken when they agree', async () => {
    const twice = { ...good(), 'wechatpay-nonce': 'another' };
    await expect(check({ headers: twice })).rejects.toEqual(fails('SIGNATURE_MISSING', 'Nonce'));
    const { 'Wechatpay-Nonce': nonce } = good();
    await check({ headers: { ...good(), 'Wechatpay-Nonce': [nonce!, nonce!] } });
  });

  it('is refused under another algorithm', async () => {
    const headers = { ...good(), 'Wechatpay-Signature-Type': 'WECHATPAY2-SM2-WITH-SM3' };
    await expect(check({ headers })).rejects.toEqual(fails('SIGNATURE_MISSING', 'another algorithm'));
  });
});

it('names a probe, whatever else is wrong with the message', async () => {
  const headers = {
    ...good(),
    'Wechatpay-Signature': 'WECHATPAY/SIGNTEST/AAAA',
    'Wechatpay-Signature-Type': 'other',
  };
  await expect(check({ headers, atMs: 0 })).rejects.toEqual(fails('SIGNATURE_PROBE', 'nothing to fix'));
});

it('passes on the error of the key lookup', async () => {
  const context = {
    platformKeys: { verificationKey: () => Promise.reject(new Error('unknown serial')) },
    nowMs: () => nowMs,
  };
  const message = { headers: good(), rawBody: Buffer.from(body) };
  await expect(verifySignature(message, context)).rejects.toThrow('unknown serial');
});

it('recognises a message that claims to be signed', () => {
  expect(isSigned({ 'wechatpay-signature': 'x' })).toBe(true);
  expect(isSigned({ 'wechatpay-signature': '' })).toBe(false);
  expect(isSigned({ 'wechatpay-serial': serial })).toBe(false);
});
