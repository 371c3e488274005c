import { describe, expect, it } from 'vitest';
import { certified, harness, serialNo } from '../payments/notifications/testing/callbacks.ts';
import { createApp } from './container.ts';
import { endpointPorts } from './notifications.ts';

const key = 'abcdefghijklmnopqrstuvwxyz012345';
const direct = { WECHATPAY_DIRECT_MCHID: '1900000001', WECHATPAY_DIRECT_API_V3_KEY: key };
const ecommerce = {
  WECHATPAY_PROVIDER_KIND: 'ecommerce',
  WECHATPAY_PROVIDER_MCHID: '1900000002',
  WECHATPAY_PROVIDER_API_V3_KEY: key,
};
const partner = { ...ecommerce, WECHATPAY_PROVIDER_KIND: 'partner' };
const accountAt = (env: Record<string, string>, path: string) =>
  endpointPorts(createApp(env)).accountAt(path);

describe('the account that a callback is for', () => {
  it.each<[string, Record<string, string>, string, string | undefined]>([
    ['the only one, whatever the path', direct, '/', 'direct'],
    ['the only one, whatever the path', direct, '/ecommerce', 'direct'],
    ['the only one of a provider, whatever the path', ecommerce, '/direct', 'ecommerce'],
    ['the only one of a partner', partner, '/', 'partner'],
    ['of two, the one at the end of the path', { ...direct, ...ecommerce }, '/direct', 'direct'],
    ['of two, the one at the end of the path', { ...direct, ...ecommerce }, '/pay/direct/', 'direct'],
    [
      'of two, the one at the end of the path',
      { ...direct, ...ecommerce },
      '/direct/ecommerce//',
      'ecommerce',
    ],
    ['of two, the one at the end of the path', { ...direct, ...partner }, '/partner', 'partner'],
    [
      'none, where the path names the other kind of provider',
      { ...direct, ...ecommerce },
      '/partner',
      undefined,
    ],
    [
      'none, where the path names the other kind of provider',
      { ...direct, ...partner },
      '/ecommerce',
      undefined,
    ],
    ['none, where the path names nothing', { ...direct, ...ecommerce }, '/', undefined],
    ['none, where the path names something else', { ...direct, ...ecommerce }, '/direct/refund', undefined],
  ])('is %s: %#', (_, env, path, kind) => {
    expect(accountAt(env, path)).toBe(kind);
  });

  it('is none when none is configured, and the error says what to set', () => {
    expect(() => accountAt({}, '/direct')).toThrow('WECHATPAY_DIRECT_MCHID');
  });
});

it('leaves the download to an instance that has asked for it a moment ago', async () => {
  const first = await harness({ WECHATPAY_DIRECT_PUBLIC_KEY_ID: '', WECHATPAY_DIRECT_PUBLIC_KEY: '' });
  const second = await harness({ WECHATPAY_DIRECT_PUBLIC_KEY_ID: '', WECHATPAY_DIRECT_PUBLIC_KEY: '' });
  const callback = { serial: serialNo, pair: certified };
  expect((await first.send(callback)).statusCode).toBe(401);
  second.shop.documents.put('platform_certificates', ...first.shop.documents.all('platform_certificates'));
  expect((await second.send(callback)).statusCode).toBe(401);
  expect([first.asked.length, second.asked.length]).toEqual([1, 0]);
});
