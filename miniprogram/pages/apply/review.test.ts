import { expect, test } from 'vitest';
import { ecommerceForm } from '../../services/apply/ecommerce';
import { reviewOf } from './review';

const [first] = ecommerceForm.steps;

test('a page is complete only when nothing is missing and nothing is wrong', () => {
  const values = { organization_type: '2' };
  const all = { ...values, merchant_shortname: '小满' };
  const noted = (...args: [Record<string, string>, Record<string, [string, string]>]) =>
    (({ bad, note }) => [bad, note])(reviewOf(first!, ...args));
  expect(noted(values, {})).toEqual([true, '还有 1 项没填']);
  expect(noted(all, { merchant_shortname: ['有误', 'wrong'] })).toEqual([true, '有 1 项需要修改']);
  expect(noted(all, {})).toEqual([false, '已填好']);
});
