import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WechatpayError } from '../errors.ts';
import { certificate, certificateRequest, rsaPair } from '../testing/material.ts';
import { parseApiV3Key, parseCertificate, parsePrivateKey, parsePublicKey, serialOf } from './keys.ts';

const pair = rsaPair('merchant');
const cert = certificate(pair, {
  serialNo: '5157F09EFDC096DE15EBE81A47057A7232F1B8E1',
  fromMs: Date.UTC(2024, 0, 1),
  toMs: Date.UTC(2029, 0, 1),
});
const texts = {
  pkcs8: pair.privatePem,
  pkcs1: pair.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
  spki: pair.publicPem,
  publicPkcs1: pair.publicKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
  encrypted: pair.privateKey
    .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' })
    .toString(),
  oldEncrypted: pair.privateKey
    .export({ type: 'pkcs1', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' })
    .toString(),
  certificate: cert.pem,
};
const base64Of = (pem: string) => pem.replace(/-----[^-]+-----|\s/g, '');
const der = (...bytes: number[]) => Buffer.from(bytes).toString('base64');

/** What happens to a PEM file on its way through an environment variable. */
const spoilings: Record<string, (pem: string) => string> = {
  'as it is': (pem) => pem,
  'with literal \\n': (pem) => pem.replace(/\n/g, '\\n'),
  'with literal \\r\\n': (pem) => pem.replace(/\n/g, '\\r\\n'),
  'with Windows newlines': (pem) => pem.replace(/\n/g, '\r\n'),
  'with blanks for newlines': (pem) => pem.replace(/\n/g, ' '),
  'without newlines': (pem) => pem.replace(/\n/g, ''),
  'in quotes': (pem) => `"${pem.trim()}"`,
  'as base64 in quotes with blanks around': (pem) => ` ' ${base64Of(pem)}\n' `,
  'as base64 without the signs that fill it up': (pem) => base64Of(pem).replace(/=/g, ''),
  'with blanks around': (pem) => `\n  ${pem}\n\n`,
  'as one line of base64': base64Of,
  'as lines of base64': (pem) => pem.replace(/-----[^-]+-----/g, ''),
  'as base64 of the whole file': (pem) => Buffer.from(pem).toString('base64'),
  'as lines of base64 of the whole file': (pem) =>
    Buffer.from(pem.replace(/\n/g, '\r\n')).toString('base64').replace(/.{76}/g, '$&\n'),
};

function problem(parse: () => unknown): string {
  const error = refusalOf(parse);
  expect(error).toMatchObject({ kind: 'fault', code: 'KEY_INVALID' });
  expect(error?.messageZh).toMatch(/[\u4e00-\u9fff]/);
  const message = `${error!.message} ${error!.messageZh}`;
  expect(message).not.toContain('undefined');
  return message;
}

function curveKey(type: 'sec1' | 'pkcs8'): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ type, format: 'pem' }).toString();
}

/** The same key, for RSA-PSS alone: its algorithm 1.2.840.113549.1.1.1 (with NULL) becomes 1.2.840.113549.1.1.10. */
function pssOnly(spki: string): string {
  const key = Buffer.from(base64Of(spki), 'base64').toString('hex');
  return Buffer.from(
    key.replace('30820122300d06092a864886f70d0101010500', '30820120300b06092a864886f70d01010a'),
    'hex',
  ).toString('base64');
}

/** Undefined when it was accepted; another error than ours is thrown on. */
function refusalOf(parse: () => unknown): WechatpayError | undefined {
  try {
    parse();
    return undefined;
  } catch (error) {
    if (error instanceof WechatpayError) return error;
    throw error;
  }
}

describe('keys in every shape that people give them', () => {
  it.each(Object.entries(spoilings))('reads a private key %s', (_, spoil) => {
    expect(parsePrivateKey(spoil(texts.pkcs8)).equals(pair.privateKey)).toBe(true);
    expect(parsePrivateKey(spoil(texts.pkcs1)).equals(pair.privateKey)).toBe(true);
  });

  it.each(Object.entries(spoilings))('reads a public key %s', (_, spoil) => {
    expect(parsePublicKey(spoil(texts.spki)).equals(pair.publicKey)).toBe(true);
    expect(parsePublicKey(spoil(texts.publicPkcs1)).equals(pair.publicKey)).toBe(true);
  });

  it.each(Object.entries(spoilings))('reads a certificate %s', (_, spoil) => {
    const parsed = parseCertificate(spoil(texts.certificate));
    expect(serialOf(parsed)).toBe(cert.serialNo);
    expect(parsed.publicKey.equals(pair.publicKey)).toBe(true);
  });

  it('parses one text once', () => {
    expect(parsePrivateKey(texts.pkcs8)).toBe(parsePrivateKey(texts.pkcs8));
    expect(parseCertificate(texts.certificate)).toBe(parseCertificate(texts.certificate));
  });

  it('keeps the 64 texts that were parsed last', () => {
    const text = (index: number) => `${texts.spki}${' '.repeat(index + 2)}`;
    const first = parsePublicKey(text(0));
    for (let index = 1; index < 64; index++) parsePublicKey(text(index));
    expect(parsePublicKey(text(0))).toBe(first);
    const second = parsePublicKey(text(1));
    parsePublicKey(text(64));
    expect(parsePublicKey(text(1))).toBe(second);
    expect(parsePublicKey(text(0))).not.toBe(first);
  });
});

describe('the wrong thing in the right place is named', () => {
  it.each([
    ['a certificate', texts.certificate, 'there is a certificate'],
    ['a public key', texts.spki, 'there is a public key'],
    ['a public key as PKCS#1', texts.publicPkcs1, 'there is a public key'],
    ['a key under a password', texts.encrypted, 'Remove the password'],
    ['an old key under a password', texts.oldEncrypted, 'protected by a password'],
    ['nothing', '  ', 'It is empty'],
    ['nothing in quotes', '"  "', 'It is empty'],
    ['a path', '/certs/apiclient_key.pem', 'path of a file'],
    ['a path as base64 would allow it', 'certs/apiclient.key', 'path of a file'],
    ['a path of Windows, in quotes', '"C:\\certs\\apiclient_key.pem"', 'path of a file'],
    ['words before a path', 'see certs/apiclient_key.pem', 'characters that base64 does not have'],
    ['words after a path', 'certs/apiclient_key.pem is it', 'characters that base64 does not have'],
    ['a PEM file that was cut off', texts.pkcs8.slice(0, 800), 'cut off'],
    ['base64 that was cut off', base64Of(texts.pkcs8).slice(0, 800), 'truncated'],
    ['base64 cut off in the middle of a group', base64Of(texts.pkcs8).slice(0, 1001), 'truncated'],
    ['other characters', base64Of(texts.pkcs8).replace('M', '…'), 'characters that base64 does not have'],
    ['base64 and more', `${base64Of(texts.pkcs8)}…`, 'characters that base64 does not have'],
    ['something before quotes', `K"${base64Of(texts.pkcs8)}"`, 'characters that base64 does not have'],
    [
      'something after quotes',
      `"${base64Of(texts.pkcs8).replace(/=/g, '')}"K`,
      'characters that base64 does not have',
    ],
    ['half a PEM line', '-----BEGIN', 'no complete BEGIN line'],
    ['base64 of half a PEM file', Buffer.from(texts.pkcs8.slice(0, 900)).toString('base64'), 'cut off'],
    [
      'base64 of something else',
      Buffer.from('hello hello').toString('base64'),
      'neither a key nor a certificate',
    ],
    [
      'two things in one',
      `${Buffer.concat([Buffer.from(base64Of(texts.pkcs8), 'base64'), Buffer.from([1, 2])]).toString('base64')}`,
      'It has 2 bytes too many',
    ],
    ['a certificate request', certificateRequest(pair), 'there is a certificate request'],
    ['a PKCS#12 file', der(0x30, 5, 2, 1, 3, 0x30, 0), 'a PKCS#12 file'],
    ['one element only', der(0x30, 3, 2, 1, 3), 'neither a key nor a certificate. Give'],
    ['no ASN.1 length', der(0x30), 'no ASN.1 SEQUENCE'],
    ['an ASN.1 length to be found by reading on', der(0x30, 0x80, 0, 0), 'no ASN.1 SEQUENCE'],
    ['half an ASN.1 length', der(0x30, 0x82, 1), 'no ASN.1 SEQUENCE'],
    ['an ASN.1 length and nothing else', der(0x30, 0x81, 5), 'truncated: 8 bytes expected, 3 found'],
    ['an ASN.1 length of four bytes', der(0x30, 0x84, 0, 0, 0, 9), 'truncated: 15 bytes expected, 6 found'],
    ['an ASN.1 length of five bytes', der(0x30, 0x85, 0, 0, 0, 0, 9), 'no ASN.1 SEQUENCE'],
  ])('%s instead of a private key', (_, text, expected) => {
    expect(problem(() => parsePrivateKey(text))).toContain(expected);
  });

  it.each([
    ['a private key', texts.pkcs8, 'A private key must not be stored here'],
    ['a certificate', texts.certificate, 'there is a certificate'],
  ])('%s instead of the public key', (_, text, expected) => {
    expect(problem(() => parsePublicKey(text))).toContain(expected);
  });

  it('warns of a private key only where it does not belong', () => {
    const warning = 'A private key must not be stored here';
    expect(problem(() => parsePublicKey(texts.certificate))).not.toContain(warning);
    expect(problem(() => parsePrivateKey(curveKey('sec1')))).not.toContain(warning);
  });

  it('explains a PEM that lost all but its first line without quoting it', () => {
    const firstLine = texts.pkcs8.split('\n')[0]!;
    const message = problem(() => parsePrivateKey(firstLine));
    expect(message).toContain('cut off');
    expect(message).not.toContain(firstLine.slice(0, 24));
  });

  it('says it for a certificate, too', () => {
    expect(problem(() => parseCertificate(texts.spki))).toContain('there is a public key');
    expect(problem(() => parseCertificate(texts.pkcs1))).toContain('A private key must not be stored here');
  });

  it('refuses keys of another size or kind', () => {
    const small = rsaPair('merchant', 1024);
    expect(problem(() => parsePrivateKey(small.privatePem))).toContain('RSA with 1024 bits');
    expect(problem(() => parsePublicKey(small.publicPem))).toContain('RSA with 1024 bits');
    expect(problem(() => parsePublicKey(small.publicPem))).toContain('1024 位 RSA');
    expect(problem(() => parsePrivateKey(curveKey('sec1')))).toContain('elliptic-curve');
    expect(problem(() => parsePrivateKey(curveKey('pkcs8')))).toContain('of type ec');
    expect(problem(() => parsePrivateKey(curveKey('pkcs8')))).toContain('ec 类型');
    expect(problem(() => parsePublicKey(pssOnly(texts.spki)))).toContain('of type rsa-pss');
  });

  it('names the variable, and never shows the key', () => {
    const message = problem(() =>
      parsePrivateKey(texts.certificate, { name: 'WECHATPAY_DIRECT_PRIVATE_KEY' }),
    );
    expect(message).toContain('(WECHATPAY_DIRECT_PRIVATE_KEY)');
    expect(message).not.toContain(base64Of(texts.certificate).slice(40, 60));
    expect(problem(() => parsePrivateKey(texts.certificate))).toContain('the merchant private key there is');
  });

  it('gives a WechatpayError for any text, never another one', () => {
    const der = Buffer.from(base64Of(texts.pkcs8), 'base64');
    const damaged = fc.tuple(fc.nat(der.length - 1), fc.integer({ min: 1, max: 255 })).map(([at, flip]) => {
      const copy = Buffer.from(der);
      copy[at]! ^= flip;
      return copy.toString('base64');
    });
    const binary = fc
      .uint8Array({ maxLength: 60 })
      .map((bytes) => Buffer.from([0x30, ...bytes]).toString('base64'));
    fc.assert(
      fc.property(fc.oneof(fc.string(), binary, damaged), (text) => {
        for (const parse of [parsePrivateKey, parsePublicKey, parseCertificate]) {
          expect(() => refusalOf(() => parse(text))).not.toThrow();
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('the API v3 key', () => {
  it('is exactly 32 bytes', () => {
    expect(parseApiV3Key('0123456789abcdef0123456789abcdef').symmetricKeySize).toBe(32);
  });

  it.each([
    ['too short', '0123456789abcdef', '16 bytes instead of 32. Set it in the merchant platform'],
    ['with a newline after it', '0123456789abcdef0123456789abcdef\n', 'spaces or a newline around it'],
    ['32 characters but more bytes', '密'.repeat(32), '96 bytes'],
  ])('is refused %s, without being shown', (_, text, expected) => {
    expect(() => parseApiV3Key(text, { name: 'WECHATPAY_DIRECT_API_V3_KEY' })).toThrow(
      expect.objectContaining({
        code: 'API_V3_KEY_INVALID',
        message: expect.stringContaining(expected),
        messageZh: expect.stringContaining('32 字节'),
      }),
    );
    expect(() => parseApiV3Key(text)).not.toThrow(new RegExp(text.trim()));
  });

  it('is never printed', () => {
    const key = parseApiV3Key('0123456789abcdef0123456789abcdef');
    expect(JSON.stringify({ key })).toBe('{"key":{}}');
    expect(String(key)).not.toContain('0123');
  });
});
