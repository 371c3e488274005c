import { describe, expect, it } from 'vitest';
import { internalCodeOf, WechatpayError } from './errors.ts';
import { explainInternalCode } from './http/internal-codes.ts';

describe('the internal code of a Request-Id', () => {
  it.each([
    ['08F78BB5AF0610D302189F87D6C4042090FE01288F02-268435461', '268435461'],
    ['a-b-268449538', '268449538'],
    ['08F78BB5AF0610D302-0', '0'],
  ])('is the digits after its last dash: %s', (requestId, code) => {
    expect(internalCodeOf(requestId)).toBe(code);
  });

  it.each(['08F78BB5AF', '08F7-', '08F7-26x', ''])('is absent where there are none: %j', (requestId) => {
    expect(internalCodeOf(requestId)).toBeUndefined();
  });

  it.each([
    '268443699',
    '268512771',
    '268449538',
    '268498688',
    '268445527',
    '268447914',
    '268435461',
    '270924358',
    '268447840',
    '268501013',
    '268443704',
    '268443701',
    '268448010',
  ])('%s is explained in Chinese and English', (code) => {
    expect(explainInternalCode(code)).toEqual({
      zh: expect.stringMatching(/[\u4e00-\u9fff]/),
      en: expect.stringMatching(/^[A-Z].*\.$/),
    });
  });

  it.each(['0', '1', 'constructor', '__proto__'])('%s is explained by nothing', (code) => {
    expect(explainInternalCode(code)).toBeUndefined();
  });
});

it('keeps kind, code, cause and what WeChat Pay said, and no property that has no value', () => {
  const cause = new Error('why');
  const full = new WechatpayError('refused', 'ORDERPAID', 'paid', {
    cause,
    messageZh: '已支付',
    status: 400,
    requestId: 'x-268449538',
    field: '/body/out_trade_no',
    issue: 'paid',
    officialMessage: '该订单已支付',
  });
  expect({ ...full, message: full.message }).toEqual({
    name: 'WechatpayError',
    message: 'paid',
    kind: 'refused',
    code: 'ORDERPAID',
    messageZh: '已支付',
    status: 400,
    requestId: 'x-268449538',
    internalCode: '268449538',
    explanation: explainInternalCode('268449538'),
    field: '/body/out_trade_no',
    issue: 'paid',
    officialMessage: '该订单已支付',
  });
  expect(full.cause).toBe(cause);
  const plain = new WechatpayError('fault', 'KEY_INVALID', 'x');
  expect(Object.keys(plain).sort()).toEqual(['code', 'kind', 'name']);
  expect(Object.hasOwn(plain, 'cause')).toBe(false);
});

it.each([
  ['08F7-none', {}],
  ['08F7-0', { internalCode: '0' }],
])('says of the Request-Id %s only what it holds', (requestId, more) => {
  const error = new WechatpayError('refused', 'PARAM_ERROR', 'x', { requestId });
  expect({ ...error }).toStrictEqual({
    ...{ name: 'WechatpayError', kind: 'refused', code: 'PARAM_ERROR', requestId },
    ...more,
  });
});
