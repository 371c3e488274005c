import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memberNumber, paymentNumber } from './ids.ts';

describe('a number', () => {
  const text = fc.string({ minLength: 1, maxLength: 40 });

  it('is 32 characters that WeChat Pay takes, and the same for the same token', () => {
    fc.assert(
      fc.property(text, text, (openid, requestToken) => {
        const no = paymentNumber('direct', openid, requestToken);
        expect(no).toMatch(/^[0-9a-f]{32}$/);
        expect(paymentNumber('direct', openid, requestToken)).toBe(no);
        expect(memberNumber(no, 's1')).toMatch(/^[0-9a-f]{32}$/);
      }),
    );
  });

  it('is another one for another payer, token, account or seller, wherever the parts are split', () => {
    fc.assert(
      fc.property(text, text, text, (a, b, c) => {
        const numbers = [
          paymentNumber('direct', a, b + c),
          paymentNumber('direct', a + b, c),
          paymentNumber('partner', a, b + c),
          memberNumber(a, b + c),
          memberNumber(a + b, c),
        ];
        expect(new Set(numbers).size).toBe(numbers.length);
      }),
    );
  });
});
