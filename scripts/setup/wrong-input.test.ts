import { createPublicKey } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keyOf, newCertificate, newMerchant, nowMs, pemOf } from '../env/testing/merchant-files.ts';
import { newStage, type Stage } from './testing/stage.ts';

const merchant = newMerchant();

let stage: Stage;
beforeEach(() => {
  stage = newStage(merchant);
});
afterEach(() => stage.remove());

describe('wrong input writes nothing and says what to do', () => {
  const other = newMerchant('1900000009');
  const cases: [string, () => string[], RegExp][] = [
    ['an unknown flag', () => ['--yes', ...stage.flags(), '--mchId', '1'], /--mchId/],
    ['a flag without a value', () => ['--yes', '--mchid'], /--mchid/],
    ['an unknown kind', () => ['--yes', ...stage.flags({ kind: 'shop' })], /direct.*partner.*ecommerce/],
    ['no kind', () => ['--yes', ...stage.flags({ kind: undefined })], /--kind/],
    [
      'a file that is not there',
      () => ['--yes', ...stage.flags({ key: stage.file('nothing.pem') })],
      /nothing\.pem/,
    ],
    ['a folder', () => ['--yes', ...stage.flags({ key: stage.files.path })], /folder/],
    ['an empty file', () => ['--yes', ...stage.flags({ key: stage.files.write('e', '') })], /empty/],
    [
      'a ZIP file',
      () => ['--yes', ...stage.flags({ key: stage.files.write('z', 'PK\u0003\u0004....') })],
      /ZIP/,
    ],
    [
      'a file of 100 KB',
      () => ['--yes', ...stage.flags({ key: stage.files.write('b', 'x'.repeat(1e5)) })],
      /64 KB/,
    ],
    [
      'the certificate as the key',
      () => ['--yes', ...stage.flags({ key: stage.file('apiclient_cert.pem') })],
      /certificate/,
    ],
    [
      'the key as the certificate',
      () => ['--yes', ...stage.flags({ cert: stage.file('apiclient_key.pem') })],
      /private key/,
    ],
    [
      'a PKCS#12 file',
      () => [
        '--yes',
        ...stage.flags({
          key: stage.files.write('p12', Buffer.from('3082000a0201033003020101300003', 'hex')),
        }),
      ],
      /PRIVATE_KEY/,
    ],
    [
      'a truncated key',
      () => ['--yes', ...stage.flags({ key: stage.files.write('t', merchant.keyPem.slice(0, 900)) })],
      /WECHATPAY_DIRECT_PRIVATE_KEY/,
    ],
    [
      'a key of 1024 bits',
      () => [
        '--yes',
        ...stage.flags({
          key: stage.files.write('s', pemOf(keyOf(merchant.mchid, 1024))),
          cert: undefined,
          serial: merchant.serialNo,
        }),
      ],
      /1024/,
    ],
    [
      'the certificate of another key',
      () => [
        '--yes',
        ...stage.flags({
          cert: stage.files.write('c', newCertificate({ key: other.key, name: merchant.mchid })),
        }),
      ],
      /do not match/,
    ],
    [
      'the files of another merchant',
      () => [
        '--yes',
        ...stage.flags({
          key: stage.files.write('k', other.keyPem),
          cert: stage.files.write('c', other.certificatePem),
        }),
      ],
      /1900000009/,
    ],
    [
      'another serial number',
      () => ['--yes', ...stage.flags({ serial: '7DDE55AD98ED71D6EDD4A4A16996DE7B47773A8C' })],
      new RegExp(merchant.serialNo),
    ],
    [
      "the merchant's own public key",
      () => [
        '--yes',
        ...stage.flags({ 'public-key': stage.files.write('own', pemOf(createPublicKey(merchant.key))) }),
      ],
      /own public key/,
    ],
    [
      'a public key without its id',
      () => ['--yes', ...stage.flags({ 'public-key-id': undefined })],
      /PUBLIC_KEY_ID/,
    ],
    [
      'an API v3 key of 31 bytes',
      () => ['--yes', ...stage.flags({ 'api-v3-key-file': stage.files.write('v', 'x'.repeat(31)) })],
      /31/,
    ],
    ['an appid that is none', () => ['--yes', ...stage.flags({ appid: 'touristappid' })], /WECHATPAY_APPID/],
    [
      'a missing merchant number',
      () => ['--yes', ...stage.flags({ mchid: undefined })],
      /WECHATPAY_DIRECT_MCHID|No WeChat Pay account/,
    ],
    [
      'an address with a query',
      () => ['--yes', ...stage.flags({ 'notify-url': 'https://pay.example.com/a?b=1' })],
      /query/,
    ],
    [
      'an address on this machine',
      () => ['--yes', ...stage.flags({ 'notify-url': 'https://192.168.1.2/pay-notify' })],
      /internet/,
    ],
    [
      'an expired certificate',
      () => [
        '--yes',
        ...stage.flags({
          cert: stage.files.write(
            'x',
            newCertificate({
              key: merchant.key,
              name: merchant.mchid,
              fromMs: nowMs - 2e10,
              untilMs: nowMs - 864e5,
            }),
          ),
        }),
      ],
      /expired/,
    ],
    [
      'a file without variables',
      () => ['--yes', '--from', stage.files.write('f', 'hello\n')],
      /\.env\.example/,
    ],
  ];

  it.each(cases)('%s', async (_, args, message) => {
    const { code, said } = await stage.run(...args());
    expect(code).not.toBe(0);
    expect(said).toMatch(message);
    expect(said).toMatch(/[\u4e00-\u9fff]/);
    expect(said).not.toMatch(/\n\s+at /);
    expect(existsSync(join(stage.shop.path, '.env.local'))).toBe(false);
  });

  it('does not repeat a key that was given instead of its file', async () => {
    const { code, said } = await stage.run('--yes', ...stage.flags({ 'api-v3-key-file': merchant.apiV3Key }));
    expect(code).toBe(1);
    expect(said).not.toContain(merchant.apiV3Key);
  });
});
