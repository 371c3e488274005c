import { createPublicKey } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keyOf, newCertificate, newMerchant, nowMs, pemOf } from '../env/testing/merchant-files.ts';
import { type DoctorStage, newDoctorStage, rightSettings, type Settings } from './testing/stage.ts';

const merchant = newMerchant();
const other = newMerchant('1900000009');
const der = (pem: string) => pem.replace(/-----[^-]+-----|\s/g, '');

const right = rightSettings(merchant);

let stage: DoctorStage;
beforeAll(() => {
  stage = newDoctorStage();
});
afterAll(() => stage.shop.remove());

describe('right settings', () => {
  it('give no error, and say until when the certificate is valid', async () => {
    stage.write(right);
    const { code, report } = await stage.examine();
    expect(report.findings.filter(({ level }) => level === 'error')).toEqual([]);
    expect([code, report.ok]).toEqual([0, true]);
    const valid = report.findings.find(({ id }) => id === 'certificate-valid');
    expect(valid?.what).toContain('2029-08-23');
  });

  it('of a provider give no error either', async () => {
    stage.write({
      ...Object.fromEntries(
        Object.entries(right).map(([name, value]) => [name.replace('DIRECT', 'PROVIDER'), value]),
      ),
      WECHATPAY_PROVIDER_KIND: 'ecommerce',
    });
    const { report } = await stage.examine();
    expect(report.findings.filter(({ level }) => level === 'error')).toEqual([]);
  });
});

const privateKey = 'WECHATPAY_DIRECT_PRIVATE_KEY';
const publicKey = 'WECHATPAY_DIRECT_PUBLIC_KEY';
const certificate = 'WECHATPAY_DIRECT_CERTIFICATE';
const apiV3Key = 'WECHATPAY_DIRECT_API_V3_KEY';
const notifyUrl = 'WECHATPAY_NOTIFY_URL';
const cert = (options: Partial<Parameters<typeof newCertificate>[0]>) =>
  der(newCertificate({ key: merchant.key, name: merchant.mchid, serialNo: merchant.serialNo, ...options }));

/** What is wrong, the change that makes it so, and what the doctor has to find. */
const wrong: [name: string, change: Settings, id: string, variable?: string][] = [
  ['no merchant number at all', { WECHATPAY_DIRECT_MCHID: undefined }, 'account-missing'],
  ['no appid', { WECHATPAY_APPID: undefined }, 'variable-missing', 'WECHATPAY_APPID'],
  ['no environment', { TCB_ENV_ID: undefined }, 'variable-missing', 'TCB_ENV_ID'],
  ['no fulfilment function', { FULFILMENT_FUNCTION: '' }, 'variable-missing', 'FULFILMENT_FUNCTION'],
  ['no private key', { [privateKey]: undefined }, 'variable-missing', privateKey],
  [
    'no serial number',
    { WECHATPAY_DIRECT_SERIAL_NO: undefined },
    'variable-missing',
    'WECHATPAY_DIRECT_SERIAL_NO',
  ],
  ['no API v3 key', { [apiV3Key]: undefined }, 'variable-missing', apiV3Key],
  [
    'no kind of provider',
    { WECHATPAY_PROVIDER_MCHID: '1900000002' },
    'variable-missing',
    'WECHATPAY_PROVIDER_KIND',
  ],
  [
    'an unknown kind of provider',
    { WECHATPAY_PROVIDER_KIND: 'shop' },
    'variable-invalid',
    'WECHATPAY_PROVIDER_KIND',
  ],
  ['the appid of the tourist', { WECHATPAY_APPID: 'touristappid' }, 'variable-invalid', 'WECHATPAY_APPID'],
  ['an appid that is too short', { WECHATPAY_APPID: 'wx0123' }, 'variable-invalid', 'WECHATPAY_APPID'],
  [
    'the original id instead of the appid',
    { WECHATPAY_APPID: 'gh_0123456789ab' },
    'variable-invalid',
    'WECHATPAY_APPID',
  ],
  [
    'a merchant number with a letter',
    { WECHATPAY_DIRECT_MCHID: '19000000O1' },
    'variable-invalid',
    'WECHATPAY_DIRECT_MCHID',
  ],
  ['the alias of the environment', { TCB_ENV_ID: 'My Shop' }, 'variable-invalid', 'TCB_ENV_ID'],
  ['an API v3 key of 31 characters', { [apiV3Key]: 'x'.repeat(31) }, 'variable-invalid', apiV3Key],
  ['an API v3 key in hex', { [apiV3Key]: 'a1'.repeat(32) }, 'variable-invalid', apiV3Key],
  ['an API v3 key of 32 Chinese characters', { [apiV3Key]: '钥'.repeat(32) }, 'variable-invalid', apiV3Key],
  [
    'an API v3 key with a sign in it',
    { [apiV3Key]: `${merchant.apiV3Key.slice(0, 31)}!` },
    'api-v3-key-alphabet',
    apiV3Key,
  ],
  ['the path of the key', { [privateKey]: '/home/me/apiclient_key.pem' }, 'variable-invalid', privateKey],
  ['the certificate as the key', { [privateKey]: merchant.certificateDer }, 'variable-invalid', privateKey],
  ['the public key as the key', { [privateKey]: merchant.publicKeyDer }, 'variable-invalid', privateKey],
  ['the API v3 key as the key', { [privateKey]: merchant.apiV3Key }, 'variable-invalid', privateKey],
  ['half a key', { [privateKey]: merchant.keyDer.slice(0, 800) }, 'variable-invalid', privateKey],
  ['two keys', { [privateKey]: merchant.keyDer + merchant.keyDer }, 'variable-invalid', privateKey],
  [
    'a key with a letter changed',
    { [privateKey]: `${merchant.keyDer.slice(0, 40)}****` },
    'variable-invalid',
    privateKey,
  ],
  [
    'a key of 1024 bits',
    { [privateKey]: der(pemOf(keyOf(merchant.mchid, 1024))) },
    'variable-invalid',
    privateKey,
  ],
  ['the key of another certificate', { [privateKey]: other.keyDer }, 'certificate-not-of-key', privateKey],
  [
    'the certificate of another merchant',
    { [certificate]: other.certificateDer },
    'certificate-of-another-merchant',
    'WECHATPAY_DIRECT_MCHID',
  ],
  [
    'a platform certificate',
    { [certificate]: cert({ name: 'Tenpay.com sign' }) },
    'certificate-is-platform',
    certificate,
  ],
  [
    'an expired certificate',
    { [certificate]: cert({ untilMs: nowMs - 864e5 }) },
    'certificate-expired',
    certificate,
  ],
  [
    'a certificate of next month',
    { [certificate]: cert({ fromMs: nowMs + 30 * 864e5 }) },
    'clock-behind-certificate',
    certificate,
  ],
  [
    'a certificate that ends soon',
    { [certificate]: cert({ untilMs: nowMs + 20 * 864e5 }) },
    'certificate-expires-soon',
    certificate,
  ],
  ['a key as the certificate', { [certificate]: merchant.keyDer }, 'variable-invalid', certificate],
  [
    'another serial number',
    { WECHATPAY_DIRECT_SERIAL_NO: '7DDE55AD98ED71D6EDD4A4A16996DE7B47773A8C' },
    'serial-not-of-certificate',
    'WECHATPAY_DIRECT_SERIAL_NO',
  ],
  [
    'a public key id as the serial number',
    { WECHATPAY_DIRECT_SERIAL_NO: merchant.publicKeyId },
    'variable-invalid',
    'WECHATPAY_DIRECT_SERIAL_NO',
  ],
  [
    'a public key without its id',
    { WECHATPAY_DIRECT_PUBLIC_KEY_ID: undefined },
    'public-key-incomplete',
    'WECHATPAY_DIRECT_PUBLIC_KEY_ID',
  ],
  ['a public key id without the key', { [publicKey]: undefined }, 'public-key-incomplete', publicKey],
  [
    'a serial number as the public key id',
    { WECHATPAY_DIRECT_PUBLIC_KEY_ID: merchant.serialNo },
    'variable-invalid',
    'WECHATPAY_DIRECT_PUBLIC_KEY_ID',
  ],
  [
    "the merchant's own public key",
    { [publicKey]: der(pemOf(createPublicKey(merchant.key))) },
    'public-key-is-own',
    publicKey,
  ],
  [
    'a certificate as the public key',
    { [publicKey]: merchant.certificateDer },
    'variable-invalid',
    publicKey,
  ],
  ['the private key as the public key', { [publicKey]: merchant.keyDer }, 'variable-invalid', publicKey],
  ['http', { [notifyUrl]: 'http://pay.shop.cn/pay-notify' }, 'variable-invalid', notifyUrl],
  ['an address without https://', { [notifyUrl]: 'pay.shop.cn/pay-notify' }, 'variable-invalid', notifyUrl],
  [
    'an address with a query',
    { [notifyUrl]: 'https://pay.shop.cn/pay-notify?a=1' },
    'variable-invalid',
    notifyUrl,
  ],
  [
    'an address in the local network',
    { [notifyUrl]: 'https://192.168.0.2/pay-notify' },
    'notify-url-not-public',
    notifyUrl,
  ],
  ['localhost', { [notifyUrl]: 'https://localhost/pay-notify' }, 'notify-url-not-public', notifyUrl],
  ['an address without a path', { [notifyUrl]: 'https://pay.shop.cn' }, 'notify-url-without-path', notifyUrl],
  [
    'an address with the account',
    { [notifyUrl]: 'https://pay.shop.cn/pay-notify/direct' },
    'notify-url-with-account',
    notifyUrl,
  ],
  [
    'the default domain',
    { [notifyUrl]: 'https://shop-1.service.tcloudbase.com/pay-notify' },
    'notify-url-default-domain',
    notifyUrl,
  ],
  ['no address', { [notifyUrl]: undefined }, 'notify-url-missing', notifyUrl],
  [
    'API hosts with a path',
    { WECHATPAY_API_BASES: 'https://api.mch.weixin.qq.com/v3' },
    'variable-invalid',
    'WECHATPAY_API_BASES',
  ],
  ['operators by name', { OPERATOR_OPENIDS: '张三,李四' }, 'variable-invalid', 'OPERATOR_OPENIDS'],
  [
    'a fulfilment function with a blank',
    { FULFILMENT_FUNCTION: 'my function' },
    'variable-invalid',
    'FULFILMENT_FUNCTION',
  ],
  [
    'a fulfilment function that is nowhere',
    { FULFILMENT_FUNCTION: 'deliverOrder' },
    'fulfilment-function-elsewhere',
    'FULFILMENT_FUNCTION',
  ],
  [
    'one number for both accounts',
    { WECHATPAY_PROVIDER_MCHID: merchant.mchid, WECHATPAY_PROVIDER_KIND: 'partner' },
    'same-merchant-twice',
    'WECHATPAY_PROVIDER_MCHID',
  ],
  [
    'more than 4 KB',
    { WECHATPAY_API_BASES: Array(99).fill('https://api.mch.weixin.qq.com').join() },
    'environment-too-large',
  ],
];

/** All that is only a warning: the rest must end with exit code 1. */
const warnings = new Set([
  'api-v3-key-alphabet',
  'certificate-expires-soon',
  'notify-url-default-domain',
  'notify-url-missing',
  'fulfilment-function-elsewhere',
]);

describe('a wrong configuration', () => {
  it.each(wrong)('%s', async (_, change, id, variable) => {
    stage.write({ ...right, ...change });
    const { code, text, report } = await stage.examine();
    const found = report.findings.find((finding) => finding.id === id && finding.variable === variable);
    expect(found, text).toBeDefined();
    expect(found!.level).toBe(warnings.has(id) ? 'warning' : 'error');
    expect([code, report.ok]).toEqual(warnings.has(id) ? [0, true] : [1, false]);
    for (const words of [found!.what, found!.why, found!.fix]) {
      expect(words).toMatch(/[\u4e00-\u9fff]/);
      expect(words).toMatch(/[A-Za-z]{3}/);
      expect(words).not.toMatch(/\bretry\b|try again|重试|\n\s+at /i);
    }
    for (const secret of [merchant.keyDer, other.keyDer, merchant.apiV3Key]) {
      expect(text).not.toContain(secret.slice(0, 31));
    }
  });

  it('stands in the table fifty times', () => {
    expect(wrong.length).toBeGreaterThanOrEqual(50);
  });
});
