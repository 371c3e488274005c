import type { KeyObject } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { memoryDocuments } from '../core/testing/documents.ts';
import type { HttpRequest } from '../wechatpay/http/client-types.ts';
import { rsaPair } from '../wechatpay/testing/material.ts';
import { createApp } from './container.ts';
import { nonce, wechatpayAccount, wechatpayAccounts, wechatpayClient } from './wechatpay-accounts.ts';

const keys = rsaPair('merchant');
const all = ['direct', 'partner', 'ecommerce'] as const;

const envOf = (prefix: 'DIRECT' | 'PROVIDER', extra: Record<string, string> = {}) => {
  const env: Record<string, string> = {
    WECHATPAY_APPID: 'wx0123456789abcdef',
    [`WECHATPAY_${prefix}_MCHID`]: '1900000001',
    [`WECHATPAY_${prefix}_SERIAL_NO`]: '7A0B1C2D3E4F5A6B7C8D9E0F1A2B3C4D5E6F7A8B',
    [`WECHATPAY_${prefix}_PRIVATE_KEY`]: keys.privatePem,
    [`WECHATPAY_${prefix}_API_V3_KEY`]: '0123456789abcdef0123456789abcdef',
    ...(prefix === 'PROVIDER' && { WECHATPAY_PROVIDER_KIND: 'ecommerce' }),
    ...extra,
  };
  return env;
};
const log = { info: () => {}, warn: () => {}, error: () => {} };
const appOf = (env: Record<string, string>, parts: Parameters<typeof createApp>[1] = {}) =>
  createApp(env, { documents: memoryDocuments(), log, ...parts });

function accounts(prefix: 'DIRECT' | 'PROVIDER', extra: Record<string, string> = {}, kinds = [...all]) {
  return wechatpayAccounts(appOf(envOf(prefix, extra)), kinds);
}

describe('the accounts of a function', () => {
  it('are those whose keys it holds, by kind', () => {
    const direct = accounts('DIRECT');
    expect(direct.find('direct')).toMatchObject({
      kind: 'direct',
      appid: 'wx0123456789abcdef',
      mchid: '1900000001',
    });
    expect([direct.find('partner'), direct.find('ecommerce')]).toEqual([undefined, undefined]);
    const provider = accounts('PROVIDER');
    expect(provider.find('ecommerce')).toMatchObject({ kind: 'ecommerce', mchid: '1900000001' });
    expect([provider.find('partner'), provider.find('direct')]).toEqual([undefined, undefined]);
  });

  it('are limited to the kinds that it serves', () => {
    expect(accounts('DIRECT', {}, ['ecommerce']).find('direct')).toBeUndefined();
  });

  it('are built once, so that connections are reused', () => {
    const direct = accounts('DIRECT');
    expect(direct.find('direct')).toBe(direct.find('direct'));
  });

  it('know the appid of the sub-merchants where it is configured', () => {
    const extra = { WECHATPAY_PROVIDER_SUB_APPID: 'wxfedcba9876543210' };
    expect(accounts('PROVIDER', extra).find('ecommerce')?.subAppid).toBe('wxfedcba9876543210');
    expect(accounts('PROVIDER').find('ecommerce')).not.toHaveProperty('subAppid');
    expect(accounts('DIRECT', extra).find('direct')).not.toHaveProperty('subAppid');
  });

  it('are refused when they are configured wrongly', () => {
    expect(() => accounts('DIRECT', { WECHATPAY_DIRECT_SERIAL_NO: '' }).find('direct')).toThrow('SERIAL_NO');
  });
});

describe('the client of an account', () => {
  const publicKey = {
    WECHATPAY_DIRECT_PUBLIC_KEY_ID: 'PUB_KEY_ID_0119000000012026',
    WECHATPAY_DIRECT_PUBLIC_KEY: rsaPair('platform').publicPem,
  };

  it('holds the keys that are configured', () => {
    const other = 'fedcba9876543210fedcba9876543210';
    const extra = { ...publicKey, WECHATPAY_DIRECT_API_V3_KEY_OTHER: other };
    const { account, platformKeys } = wechatpayClient(appOf(envOf('DIRECT', extra)), 'direct');
    expect(platformKeys.publicKey?.id).toBe('PUB_KEY_ID_0119000000012026');
    const apiV3Keys = [account.apiV3Key].flat() as KeyObject[];
    expect(apiV3Keys.map((key) => key.export().toString())).toEqual([
      '0123456789abcdef0123456789abcdef',
      other,
    ]);
    expect(wechatpayClient(appOf(envOf('DIRECT')), 'direct').platformKeys.publicKey).toBeUndefined();
  });

  it('signs with the time of the app, and sends over its transport', async () => {
    const sent: HttpRequest[] = [];
    const transport = async (request: HttpRequest) => {
      sent.push(request);
      throw new TypeError('enough');
    };
    const clock = { nowMs: () => 1_700_000_000_000 };
    const app = appOf(envOf('DIRECT', publicKey), { transport, clock });
    await expect(wechatpayClient(app, 'direct').send({ method: 'GET', path: '/v3/a' })).rejects.toThrow();
    expect(sent[0]?.headers.Authorization).toContain('timestamp="1700000000"');
  });

  it('is that of its account, which is one per app', () => {
    const app = appOf(envOf('DIRECT'));
    expect(wechatpayAccount(app, 'direct').client).toBe(wechatpayClient(app, 'direct'));
    expect(() => wechatpayAccount(appOf({}), 'direct')).toThrow('WECHATPAY_DIRECT_MCHID');
  });
});

it('makes a nonce of 32 hexadecimal digits, a new one each time', () => {
  expect(nonce()).toMatch(/^[0-9a-f]{32}$/);
  expect(nonce()).not.toBe(nonce());
});
