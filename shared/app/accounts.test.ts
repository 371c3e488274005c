import { describe, expect, it } from 'vitest';
import { ConfigError } from '../cloudbase/config.ts';
import { rsaPair } from '../wechatpay/testing/material.ts';
import { appSettings, callbackUrl, notifyUrl, signingAccount } from './accounts.ts';
import { createApp } from './container.ts';
import { createOrderPorts, createPartnerOrderPorts } from './orders.ts';

const { privatePem } = rsaPair('merchant');
const direct = {
  WECHATPAY_APPID: 'wx0123456789abcdef',
  WECHATPAY_NOTIFY_URL: 'https://shop.example.com/pay-notify',
  WECHATPAY_DIRECT_MCHID: '1900000001',
  WECHATPAY_DIRECT_SERIAL_NO: '5157F09EFDC096DE15EBE81A47057A7232F1B8E1',
  WECHATPAY_DIRECT_PRIVATE_KEY: privatePem,
  WECHATPAY_DIRECT_API_V3_KEY: 'abcdefghijklmnopqrstuvwxyz012345',
};

const problems = (act: () => unknown): ConfigError => {
  try {
    act();
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('It was accepted.');
};

describe('a function that places payments', () => {
  it('reads its notify URL beside a whole account', () => {
    expect(notifyUrl(createApp(direct), 'direct')).toBe('https://shop.example.com/pay-notify');
  });

  it('is reported to under the path of the account, and to nowhere without a notify URL', () => {
    expect(callbackUrl(createApp(direct), 'direct')).toBe('https://shop.example.com/pay-notify/direct');
    for (const WECHATPAY_NOTIFY_URL of ['', ' ', '\n'])
      expect(callbackUrl(createApp({ ...direct, WECHATPAY_NOTIFY_URL }), 'direct')).toBeUndefined();
    const { WECHATPAY_NOTIFY_URL: _, ...without } = direct;
    expect(callbackUrl(createApp(without), 'direct')).toBeUndefined();
  });

  it.each([
    ['DIRECT', createOrderPorts, ['MCHID', 'API_V3_KEY', 'SERIAL_NO', 'PRIVATE_KEY']],
    ['PROVIDER', createPartnerOrderPorts, ['KIND', 'MCHID', 'API_V3_KEY', 'SERIAL_NO', 'PRIVATE_KEY']],
  ] as const)('names all that the %s account lacks, with nothing set', (prefix, build, names) => {
    const { problems: found } = problems(() => build(createApp({})));
    expect(found.map(({ variable }) => variable).sort()).toEqual(
      [
        'WECHATPAY_APPID',
        'WECHATPAY_NOTIFY_URL',
        ...names.map((name) => `WECHATPAY_${prefix}_${name}`),
      ].sort(),
    );
  });

  it('says what is wrong with a key in both languages, without quoting any of it', () => {
    const cut = privatePem.slice(0, 300);
    const env = { ...direct, WECHATPAY_DIRECT_PRIVATE_KEY: cut };
    const { message } = problems(() => signingAccount(createApp(env), 'direct'));
    expect(message).toMatch(
      /WECHATPAY_DIRECT_PRIVATE_KEY: [^a-z]*截断|WECHATPAY_DIRECT_PRIVATE_KEY: .*不完整/,
    );
    expect(message).toContain('cut off');
    expect(message).not.toContain(cut.split('\n')[1]);
  });

  it('names what is wrong with a private key of which only the first line was kept', () => {
    const env = { ...direct, WECHATPAY_DIRECT_PRIVATE_KEY: '-----BEGIN PRIVATE KEY-----' };
    const { message } = problems(() => signingAccount(createApp(env), 'direct'));
    expect(message).toContain('cut off');
    expect(message).not.toContain('It is malformed.');
  });
});

describe('the hosts of the API', () => {
  const warned = (apiBases: string) => {
    const events: unknown[] = [];
    const log = {
      info: () => {},
      warn: (event: string, fields?: object) => void events.push([event, fields]),
      error: () => {},
    };
    const app = createApp({ ...direct, WECHATPAY_API_BASES: apiBases }, { log });
    appSettings(app);
    appSettings(app);
    return events;
  };

  it.each([
    '',
    'https://api.mch.weixin.qq.com,https://api2.mch.weixin.qq.com',
    'https://apihk.mch.weixin.qq.com',
    'http://127.0.0.1:8700',
  ])('may be %j without a word', (bases) => {
    expect(warned(bases)).toEqual([]);
  });

  it.each([
    'https://proxy.example.com',
    'https://mch.weixin.qq.com.evil.example',
    'https://evilmch.weixin.qq.com.cn',
  ])('are warned of once per instance when one of them is %s', (base) => {
    expect(warned(`https://api.mch.weixin.qq.com,${base}`)).toEqual([
      ['config.api_bases_not_wechatpay', { apiBases: [base], advice: expect.any(String) }],
    ]);
  });
});
