import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeOrder } from './build-records.ts';

describe('a description', () => {
  it('is 1 to 127 characters, whole ones, for any title', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 }),
        fc.integer({ min: 1, max: 999 }),
        (title, quantity) => {
          const line = {
            productId: 'p',
            title: `茶${title}`,
            quantity,
            unitAmountFen: 1,
            amountFen: quantity,
          };
          const text = describeOrder({ lines: [line] });
          expect(text.length).toBeGreaterThan(0);
          expect(text.length).toBeLessThanOrEqual(127);
          expect(Buffer.from(text).toString(), 'half of a surrogate pair').toBe(text);
        },
      ),
    );
  });
});
