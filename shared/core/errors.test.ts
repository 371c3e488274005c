import { describe, expect, it } from 'vitest';
import { WechatpayError } from '../wechatpay/errors.ts';
import { CommerceError, explainWechatpayError, isRateLimited, isRefusal, unlessRefused } from './errors.ts';

const codes = new Set(['ORDER_NOT_EXIST']);
const refused = new WechatpayError('refused', 'ORDER_NOT_EXIST', 'm');

describe('a refusal with one of some codes', () => {
  it.each<[string, unknown, boolean]>([
    ['that refusal', refused, true],
    ['a refusal with another code', new WechatpayError('refused', 'PARAM_ERROR', 'm'), false],
    ['an unsigned answer with the code', new WechatpayError('unknown', 'ORDER_NOT_EXIST', 'm'), false],
    ['a fault with the code', new WechatpayError('fault', 'ORDER_NOT_EXIST', 'm'), false],
    ['another error that looks like it', { kind: 'refused', code: 'ORDER_NOT_EXIST' }, false],
  ])('is: %s', async (_, error, expected) => {
    expect(isRefusal(error, codes)).toBe(expected);
    const asked = unlessRefused(codes, () => Promise.reject(error)).then(
      (found) => [found],
      (thrown: unknown) => thrown,
    );
    expect(await asked).toEqual(expected ? [undefined] : error);
  });

  it('is none where there is a result', async () => {
    expect(await unlessRefused(codes, async () => 'found')).toBe('found');
  });
});

describe('a failed call to WeChat Pay', () => {
  const explained = (error: WechatpayError) => explainWechatpayError(error) as CommerceError;

  it.each([
    ['refused', 'PARAM_ERROR', 'WECHATPAY_REFUSED', false, { code: 'PARAM_ERROR', requestId: 'r-1' }],
    ['refused', 'RATELIMIT_EXCEED', 'BUSY', true, { code: 'RATELIMIT_EXCEED', requestId: 'r-1' }],
    ['fault', 'SIGN_ERROR', 'CONFIG_INVALID', false, { code: 'SIGN_ERROR', requestId: 'r-1' }],
    ['unknown', 'SERIAL_UNKNOWN', 'CONFIG_INVALID', true, undefined],
    ['unknown', 'RESPONSE_TIMEOUT', 'OUTCOME_UNKNOWN', true, undefined],
  ] as const)(
    '%s with %s becomes %s, which may be repeated: %s',
    (kind, code, expected, retryable, wechatPay) => {
      const error = new WechatpayError(kind, code, 'm', { requestId: 'r-1' });
      expect(explained(error)).toBeInstanceOf(CommerceError);
      const { cause, wechatPay: told } = explained(error);
      expect([explained(error).code, explained(error).retryable, cause, told]).toEqual([
        ...[expected, retryable, error, wechatPay],
      ]);
    },
  );

  it('without a Request-Id names none', () => {
    expect(Object.keys(explained(refused).wechatPay!)).toEqual(['code']);
  });

  it('is any other error as it is', () => {
    const error = new TypeError('m');
    expect(explainWechatpayError(error)).toBe(error);
  });

  it('is limited by rate when WeChat Pay itself said so', () => {
    expect(isRateLimited(new WechatpayError('refused', 'FREQUENCY_LIMITED', 'm'))).toBe(true);
    expect(isRateLimited(new WechatpayError('unknown', 'FREQUENCY_LIMITED', 'm'))).toBe(false);
  });
});
