import { expect, test } from 'vitest';
import { familyEndpoints } from '../families.ts';
import { weixinEndpoints } from '../shipping/endpoints.ts';
import { officialPage, pageOfRefusal } from './pages.ts';

test('the page of an API is found whatever its path parameters are called', () => {
  const path = '/v3/pay/transactions/out-trade-no/{number}';
  expect(officialPage({ method: 'GET', path })).toBe('https://pay.weixin.qq.com/doc/v3/merchant/4012791900');
  expect(officialPage({ method: 'POST', path: '/v3/pay/transactions/jsapi' })).toContain('/4012791897');
  expect(officialPage({ method: 'GET', path: '/v3/nothing' })).toBeUndefined();
});

test('every simulated API has one', () => {
  expect(familyEndpoints.filter((endpoint) => officialPage(endpoint) === undefined)).toEqual([]);
});

test('and none is of another product', () => {
  const other = /weixin-pay-score|personal-collections|papay|parking/;
  expect(
    familyEndpoints.map((endpoint) => officialPage(endpoint)).filter((page) => other.test(page!)),
  ).toEqual([]);
});

test('so has every simulated API of api.weixin.qq.com', () => {
  for (const { page } of weixinEndpoints)
    expect(page).toMatch(
      /^https:\/\/developers\.weixin\.qq\.com\/miniprogram\/dev\/server\/API\/[\w-]+\/.*api_[a-z]+$/,
    );
});

test('a refusal names the page of the rule that was broken: of its API, of signing, or of all requests', () => {
  const route = { method: 'POST', path: '/v3/pay/transactions/jsapi' };
  const page = (check: string | undefined) => pageOfRefusal(check, route).split('/').at(-1);
  expect(['rules', 'body', 'permission', undefined].map(page)).toEqual(Array(4).fill('4012791897'));
  const signed = ['authorization', 'merchant', 'timestamp', 'nonce', 'signature'];
  expect(signed.map(page)).toEqual(Array(5).fill('4012365336'));
  expect(page('headers')).toBe('4012081709');
  expect(pageOfRefusal('route', undefined)).toBe('https://pay.weixin.qq.com/doc/v3/merchant/4012081709');
});
