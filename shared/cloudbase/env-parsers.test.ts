import { describe, expect, it } from 'vitest';
import { ValueError } from './config.ts';
import {
  apiBase,
  apiBases,
  apiV3Key,
  appid,
  appSecret,
  functionName,
  isLoopback,
  mchid,
  notifyUrl,
  oneOf,
  openids,
  publicKeyId,
  serialNo,
  templateId,
  transferScenes,
} from './env-parsers.ts';
import { Secret } from './secret.ts';

const key32 = 'abcdefghijklmnopqrstuvwxyz012345';
const hex = (count: number) => '0a'.repeat(count / 2);
const path = (length: number) =>
  `https://shop.example/${'x'.repeat(length - 'https://shop.example/'.length)}`;
const parsers = {
  ...{ apiBase, apiBases, apiV3Key, appid, appSecret, functionName, mchid, notifyUrl, openids },
  ...{ publicKeyId, serialNo, templateId, transferScenes },
};
type Name = keyof typeof parsers;

const read = (name: Name, text: string): unknown => {
  const value = parsers[name](text);
  return value instanceof Secret ? value.expose() : value;
};

it.each<[Name, string, unknown]>([
  ['appid', 'wx0123456789abcDEF', 'wx0123456789abcDEF'],
  ['mchid', '12345678', '12345678'],
  ['mchid', '1234567890', '1234567890'],
  ['serialNo', hex(16), '0A0A0A0A0A0A0A0A'],
  ['serialNo', `serial=${hex(40)}`, hex(40).toUpperCase()],
  ['serialNo', '0A:0b:0A:0B:0A:0B:0A:0B', '0A0B0A0B0A0B0A0B'],
  ['apiV3Key', key32, key32],
  ['apiV3Key', '密钥密钥密钥密钥密钥12', '密钥密钥密钥密钥密钥12'],
  ['publicKeyId', 'PUB_KEY_ID_0114232134912410000000000000', 'PUB_KEY_ID_0114232134912410000000000000'],
  ['apiBases', ' https://a.example , https://b.example/, ', ['https://a.example', 'https://b.example']],
  ['apiBases', 'http://127.0.0.1:8420', ['http://127.0.0.1:8420']],
  ['apiBases', 'http://127.100.20.255', ['http://127.100.20.255']],
  ['apiBase', 'https://a.example/', 'https://a.example'],
  ['appSecret', hex(32), hex(32)],
  ['templateId', 'a_-0'.repeat(5), 'a_-0'.repeat(5)],
  ['templateId', 'a_-0'.repeat(16), 'a_-0'.repeat(16)],
  ['notifyUrl', 'https://shop.example/pay//', 'https://shop.example/pay'],
  ['notifyUrl', path(240), path(240)],
  ['functionName', 'f', 'f'],
  ['functionName', `f${'-'.repeat(59)}`, `f${'-'.repeat(59)}`],
  ['openids', ' oAlice0 , oBob-_1,', ['oAlice0', 'oBob-_1']],
  ['transferScenes', ' 1000 , 10050000,', ['1000', '10050000']],
])('%s takes %s', (name, text, value) => {
  expect(read(name, text)).toEqual(value);
});

describe('a value is refused in both languages, without quoting it', () => {
  it.each<[Name, string]>([
    ['appid', ' wx0123456789abcdef'],
    ['appid', 'wx0123456789abcdef0'],
    ['mchid', '1234567'],
    ['mchid', 'x12345678'],
    ['mchid', '12345678901'],
    ['serialNo', hex(14)],
    ['serialNo', hex(42)],
    ['serialNo', `no serial=${hex(40)}`],
    ['serialNo', `${hex(20)}serial=${hex(20)}`],
    ['apiV3Key', key32.slice(1)],
    ['apiV3Key', '密'.repeat(32)],
    ['publicKeyId', 'xPUB_KEY_ID_01142321'],
    ['publicKeyId', 'PUB_KEY_ID_01142321 '],
    ['publicKeyId', 'PUB_KEY_ID_0114232'],
    ['apiBases', 'https://a.example/v3'],
    ['apiBases', 'https://a.example?b=1'],
    ['apiBases', 'https://a.example#b'],
    ['apiBases', 'https://user@a.example'],
    ['apiBases', 'https://:word@a.example'],
    ['apiBases', 'ftp://127.0.0.1'],
    ['apiBases', 'ftp://a.example'],
    ['apiBases', 'http://x127.0.0.1.example'],
    ['apiBases', 'http://127.0.0.1.example'],
    ['apiBases', 'a.example'],
    ['apiBase', 'https://a.example,https://b.example'],
    ['apiBase', ','],
    ['appSecret', hex(32).toUpperCase()],
    ['appSecret', `x${hex(32)}`],
    ['appSecret', `${hex(32)}0`],
    ['appSecret', hex(30)],
    ['templateId', 'a_-0'.repeat(4)],
    ['templateId', ` ${'a_-0'.repeat(5)}`],
    ['templateId', `${'a_-0'.repeat(5)}.`],
    ['templateId', `${'a_-0'.repeat(16)}a`],
    ['notifyUrl', path(241)],
    ['notifyUrl', 'https://shop.example/pay#a'],
    ['notifyUrl', 'https://user@shop.example/pay'],
    ['notifyUrl', 'https://:word@shop.example/pay'],
    ['notifyUrl', 'ftp://127.0.0.1/pay'],
    ['functionName', '0f'],
    ['functionName', `f${'-'.repeat(60)}`],
    ['openids', 'oAlice0,o B'],
    ['openids', 'oAlice0,oBob'],
    ['transferScenes', '2000,200'],
    ['transferScenes', 'x1000'],
    ['transferScenes', '1000x'],
    ['transferScenes', '100000000'],
  ])('%s %s', (name, text) => {
    const refused = (): unknown => {
      try {
        return read(name, text);
      } catch (error) {
        return error;
      }
    };
    const error = refused();
    expect(error).toBeInstanceOf(ValueError);
    const { message, messageZh } = error as ValueError;
    expect([/[a-z]/.test(message), /\p{Script=Han}/u.test(messageZh)]).toEqual([true, true]);
    expect(text.length > 1 && (message + messageZh).includes(text.trim())).toBe(false);
  });
});

it.each([
  ['localhost', true],
  ['127.0.0.1', true],
  ['127.1.2.255', true],
  ['[::1]', true],
  ['1127.0.0.1', false],
  ['127.0.0.1.example', false],
  ['127.0.0', false],
  ['localhost.example', false],
])('%s is loopback: %s', (hostname, expected) => {
  expect(isLoopback(hostname)).toBe(expected);
});

it('is one of the choices, and nothing that is like one', () => {
  const kind = oneOf('partner', 'ecommerce');
  expect([kind('partner'), kind('ecommerce')]).toEqual(['partner', 'ecommerce']);
  expect(() => kind('Partner')).toThrow('Must be one of: partner, ecommerce.');
});
