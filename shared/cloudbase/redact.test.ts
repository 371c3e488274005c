import { describe, expect, it } from 'vitest';
import { classifyFieldName, maskId, redacted, redactText } from './redact.ts';

/** 64 characters of base64, a full line of a PEM. */
const line = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj';
const hex60 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852';

describe('of a text goes what is secret, and nothing else', () => {
  it.each([
    [
      'a PEM block',
      'a -----BEGIN RSA PRIVATE KEY-----\nMII E\n-----END RSA PRIVATE KEY----- b',
      'a [redacted] b',
    ],
    [
      'two PEM blocks',
      '-----BEGIN A-----x-----END A----- b -----BEGIN A-----y-----END A-----',
      '[redacted] b [redacted]',
    ],
    ['a PEM block without an end', 'a -----BEGIN PRIVATE KEY-----\nMII E', 'a [redacted]'],
    [
      'a signature',
      'a WECHATPAY2-SHA256-RSA2048 mchid="19",nonce_str="x"\nb',
      'a WECHATPAY2-SHA256-RSA2048 [redacted]\nb',
    ],
    [
      'a signature on the next line',
      'WechatPay2-SHA256-RSA2048\r\n mchid="19"\nb',
      'WECHATPAY2-SHA256-RSA2048 [redacted]\nb',
    ],
    ['a token', 'a eyJhbGciOiJI.eyJzdWIi.c2lnbmF0 b', 'a [redacted] b'],
    ['a token with all its letters', 'a eyJ-_bGciOi9.ey-_dWIi.c2-_bmF0, b', 'a [redacted], b'],
    ['base64', `a ${line}, b`, 'a [redacted], b'],
    ['base64 with its end', `a ${line}==, b`, 'a [redacted], b'],
    ['base64 over lines', `a ${line}\nAAAABBBB\nCCCC==, b`, 'a [redacted], b'],
    ['base64 over lines of Windows', `a ${line}\r\nAAAA==, b`, 'a [redacted], b'],
    ['base64 that begins like a hash', `a ${hex60}zzzz, b`, 'a [redacted], b'],
    ['an ID number', 'a 110105194903070021 b', 'a [redacted] b'],
    ['an ID number with a late date', 'a 110105194911290027 b', 'a [redacted] b'],
    ['an ID number that ends in x', 'a 11010520001031002x, b', 'a [redacted], b'],
    ['a card of 16 digits', 'a 4111111111111111 b', 'a [redacted] b'],
    ['a card in groups', 'a 6222 0212 3456 7890 128 b', 'a [redacted] b'],
    ['a card with hyphens', 'a 4111-1111-1111-1111 b', 'a [redacted] b'],
    ['a mobile number', 'a 13812345678 b', 'a [redacted] b'],
    ['a mobile number with 86', 'a 8613812345678 b', 'a [redacted] b'],
    ['a mobile number with 86 apart', 'a 86 138-1234-5678 b', 'a [redacted] b'],
    ['a mobile number with +86', 'a +86-138 1234 5678 b', 'a [redacted] b'],
    ['an openid', 'a oUpF8uMuAJO_M2pxb1Q9zNjWeS6o b', 'a oUpF8u… b'],
  ])('%s', (_, text, expected) => {
    expect(redactText(text)).toBe(expected);
  });

  it.each([
    ['a hash of 60 digits', `a ${hex60} b`],
    ['digits without the check digit of a card', 'a 4111111111111112 b'],
    ['digits that are no date', 'a 110105194913070021 b'],
  ])('but not %s', (_, text) => {
    expect(redactText(text)).toBe(text);
  });
});

describe('a secret that is given', () => {
  it('is removed wherever it is, from six characters on', () => {
    expect(redactText('xsecret secret', ['secret'])).toBe('x[redacted] [redacted]');
  });

  it('of fewer characters would remove half of every text, so it stays', () => {
    expect(redactText('a cart', ['', 'a'])).toBe('a cart');
  });
});

describe('a text of more than 20,000 characters', () => {
  const words = 'x '.repeat(9000);

  it('is cut before the word that its limit divides', () => {
    expect(redactText(`${words}${'-'.repeat(3000)}`)).toBe(`${words}…`);
    expect(redactText('x '.repeat(20_000))).toBe(`${'x '.repeat(10_000)}…`);
  });

  it('is cut 8192 characters earlier in a word without an end, which costs no more time', () => {
    expect(redactText('-'.repeat(90_000))).toBe(`${'-'.repeat(20_000 - 8192)}…`);
  });

  it('is one character longer than one that stays whole', () => {
    const whole = `${words}${'-'.repeat(2000)}`;
    expect(redactText(whole)).toBe(whole);
    expect(redactText(`${whole}-`)).toBe(`${words}…`);
  });
});

it('leaves six characters of an id, and nothing of one that is not much longer', () => {
  expect(maskId('o234567890123')).toBe('o23456…');
  expect(maskId('o23456789012')).toBe(redacted);
});

it.each([
  ['openid', 'mask'],
  ['sub_openid', 'mask'],
  ['unionId', 'mask'],
  ['payerName', 'hide'],
  ['form', 'hide'],
  ['platform', 'look'],
  ...['functionName', 'trigger_name', 'collectionName', 'fieldName', 'variableName'].map((name) => [
    name,
    'look',
  ]),
  ...['eventName', 'hostname', 'errorName', 'outTradeNo'].map((name) => [name, 'look']),
])('sees in the name %s whether to %s', (name, treatment) => {
  expect(classifyFieldName(name!)).toBe(treatment);
});
