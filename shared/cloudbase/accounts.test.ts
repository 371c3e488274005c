import { describe, expect, it } from 'vitest';
import {
  foreignBases,
  hasAccount,
  isForeignWeixinBase,
  readCallerAppids,
  readShippedTemplate,
  readTransferScenes,
  readWeixin,
  usesWeixinApi,
} from './accounts.ts';
import { readConfig } from './config.ts';

const appSecret = '0123456789abcdef0123456789abcdef';

describe("WeChat's server API", () => {
  it.each([
    [undefined, false],
    [' ', false],
    ['token', true],
    ['unknown', true],
  ])('with WECHAT_API_ACCESS %j is used: %s', (access, used) => {
    expect(usesWeixinApi(access === undefined ? {} : { WECHAT_API_ACCESS: access })).toBe(used);
  });

  it('needs the AppSecret for an access token, and does not read it for the cloud call', () => {
    const official = 'https://api.weixin.qq.com';
    const token = readConfig({ WECHAT_API_ACCESS: 'token', WECHAT_APP_SECRET: appSecret }, readWeixin);
    expect({ ...token, appSecret: token.appSecret?.expose() }).toEqual({
      access: 'token',
      base: official,
      appSecret,
    });
    const cloud = { WECHAT_API_ACCESS: 'cloud', WECHAT_APP_SECRET: 'malformed' };
    expect(readConfig(cloud, readWeixin)).toEqual({ access: 'cloud', base: official });
    expect(() => readConfig({ WECHAT_API_ACCESS: 'token' }, readWeixin)).toThrow('WECHAT_APP_SECRET');
    const base = 'https://sh.api.weixin.qq.com';
    expect(readConfig({ ...cloud, WECHAT_API_BASE: base }, readWeixin).base).toBe(base);
  });

  it.each([
    ['https://api.weixin.qq.com', false],
    ['https://api2.weixin.qq.com', false],
    ['https://sh.api.weixin.qq.com', false],
    ['http://127.0.0.1:8420', false],
    ['http://localhost:8420', false],
    ['http://api.weixin.qq.com', true],
    ['https://api3.weixin.qq.com', true],
    ['https://evil-api.weixin.qq.com', true],
    ['https://a.b.api.weixin.qq.com', true],
    ['https://api.weixin.qq.com.evil.example', true],
    ['https://evil.example', true],
  ])('at %s gets the tokens of somebody else: %s', (base, foreign) => {
    expect(isForeignWeixinBase(base)).toBe(foreign);
  });
});

it('knows the hosts of WeChat Pay and this machine from all others, over https alone', () => {
  const own = ['https://api.mch.weixin.qq.com', 'http://127.0.0.1:1'];
  const foreign = ['http://api.mch.weixin.qq.com', 'https://evilmch.weixin.qq.com', 'https://proxy.example'];
  expect(foreignBases([...own, ...foreign])).toEqual(foreign);
});

it.each([
  [{}, []],
  [{ WECHATPAY_APPID: ' wx0123456789abcdef ' }, ['wx0123456789abcdef']],
  [
    { WECHATPAY_APPID: 'wx0123456789abcdef', WECHATPAY_PROVIDER_SUB_APPID: 'wxfedcba9876543210' },
    ['wx0123456789abcdef', 'wxfedcba9876543210'],
  ],
  [{ WECHATPAY_APPID: 'xwx0123456789abcdef', WECHATPAY_PROVIDER_SUB_APPID: 'wx0123456789abcdef0' }, []],
])('serves the users of the mini-programs of %j: %j', (env, appids) => {
  expect(readCallerAppids(env)).toEqual(appids);
});

it('reads the template and the scenes, which may both be absent', () => {
  const read = (env: Record<string, string>) => [
    readConfig(env, readShippedTemplate),
    readConfig(env, readTransferScenes),
  ];
  expect(read({})).toEqual([undefined, []]);
  const template = 'template_id-of-a-message';
  expect(read({ SHIPPED_TEMPLATE_ID: template, WECHATPAY_TRANSFER_SCENES: '1000, 1005' })).toEqual([
    template,
    ['1000', '1005'],
  ]);
});

it('counts each variable of an account for it, and the kind of a provider does not', () => {
  for (const name of ['MCHID', 'SERIAL_NO', 'PRIVATE_KEY', 'API_V3_KEY', 'PUBLIC_KEY_ID', 'PUBLIC_KEY']) {
    const env = { [`WECHATPAY_DIRECT_${name}`]: 'x' };
    expect([hasAccount(env, 'direct'), hasAccount(env, 'partner')]).toEqual([true, false]);
  }
  expect(hasAccount({ WECHATPAY_PROVIDER_KIND: 'partner' }, 'partner')).toBe(false);
});
