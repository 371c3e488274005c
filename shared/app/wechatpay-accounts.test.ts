import { describe, expect, it } from 'vitest';
import { memoryDocuments } from '../core/testing/documents.ts';
import { rsaPair } from '../wechatpay/testing/material.ts';
import { createApp } from './container.ts';
import { wechatpayAccounts } from './wechatpay-accounts.ts';

const keys = rsaPair('merchant');
const all = ['direct', 'partner', 'ecommerce'] as const;

function accounts(prefix: 'DIRECT' | 'PROVIDER', extra: Record<string, string> = {}, kinds = [...all]) {
  const env = {
    WECHATPAY_APPID: 'wx0123456789abcdef',
    [`WECHATPAY_${prefix}_MCHID`]: '1900000001',
    [`WECHATPAY_${prefix}_SERIAL_NO`]: '7A0B1C2D3E4F5A6B7C8D9E0F1A2B3C4D5E6F7A8B',
    [`WECHATPAY_${prefix}_PRIVATE_KEY`]: keys.privatePem,
    [`WECHATPAY_${prefix}_API_V3_KEY`]: '0123456789abcdef0123456789abcdef',
    ...(prefix === 'PROVIDER' && { WECHATPAY_PROVIDER_KIND: 'ecommerce' }),
    ...extra,
  };
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  return wechatpayAccounts(createApp(env, { documents: memoryDocuments(), log }), kinds);
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
    expect(accounts('PROVIDER').find('ecommerce')?.subAppid).toBeUndefined();
  });

  it('are refused when they are configured wrongly', () => {
    expect(() => accounts('DIRECT', { WECHATPAY_DIRECT_SERIAL_NO: '' }).find('direct')).toThrow('SERIAL_NO');
  });
});
