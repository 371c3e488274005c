import { expect, it } from 'vitest';
import { subMchidOf } from './records.ts';

it('names the order that has no sub_mchid, instead of asking WeChat Pay without one', () => {
  expect(subMchidOf({ _id: 'o1', subMchid: '1900000101' })).toBe('1900000101');
  expect(() => subMchidOf({ _id: 'o1', subMchid: null })).toThrow('The order o1 has no sub_mchid.');
});
