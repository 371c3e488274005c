import { expect, it } from 'vitest';
import { requireSuccess, WeixinError } from './weixin-api.ts';

const errorOf = (errcode: number): WeixinError => {
  try {
    requireSuccess('getOrder', { errcode, errmsg: 'message' });
  } catch (error) {
    if (error instanceof WeixinError) return error;
  }
  throw new Error('no error');
};

it('is a success with errcode 0 and without one', () => {
  expect(requireSuccess('getOrder', { errcode: 0, order: 1 })).toMatchObject({ order: 1 });
  expect(requireSuccess('getOrder', { order: 1 })).toEqual({ order: 1 });
});

it('classifies a refusal as busy, refused, or a configuration fault', () => {
  expect([-1, 45009, 10060001, 604100].map((code) => errorOf(code).kind)).toEqual([
    ...['later', 'later', 'refused', 'refused'],
  ]);
  expect([-604101, -604100, 40125].map((code) => errorOf(code).kind)).toEqual(['fault', 'fault', 'fault']);
});

it('says in both languages what to do without the permission for cloud calls', () => {
  const { advice } = errorOf(-604101);
  expect(advice).toContain('微信开发者工具');
  expect(advice).toContain('WeChat DevTools');
  expect(advice).toContain('WECHAT_API_ACCESS');
});

it('quotes 300 characters of what WeChat says, and has it for advice where there is no other', () => {
  const refuse = () => requireSuccess('getOrder', { errcode: 10060001, errmsg: 'x'.repeat(400) });
  const message = `getOrder: 10060001 ${'x'.repeat(400)}`.slice(0, 300);
  expect(refuse).toThrow(expect.objectContaining({ message, advice: message }));
});
