import { expect, test } from 'vitest';
import { familyEndpoints } from '../families.ts';
import { officialPage } from './pages.ts';

test('the page of an API is found whatever its path parameters are called', () => {
  const path = '/v3/pay/transactions/out-trade-no/{number}';
  expect(officialPage({ method: 'GET', path })).toBe('https://pay.weixin.qq.com/doc/v3/merchant/4012791900');
  expect(officialPage({ method: 'POST', path: '/v3/pay/transactions/jsapi' })).toContain('/4012791897');
  expect(officialPage({ method: 'GET', path: '/v3/nothing' })).toBeUndefined();
});

test('nearly every simulated API has one', () => {
  const without = familyEndpoints.filter((endpoint) => officialPage(endpoint) === undefined);
  expect(without.length / familyEndpoints.length).toBeLessThan(0.1);
});
