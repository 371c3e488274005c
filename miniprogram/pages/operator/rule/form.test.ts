import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SharingRule } from '../../../../shared/contract/index.ts';
import { emptyRule, inputOf, ruleOf } from './form';

const receiver = {
  account: 'MERCHANT_ID/1900000101',
  unit: 'percent',
  value: '15',
  description: '佣金',
} as const;

describe('the form of a sharing rule', () => {
  it('gives every rule back as it was', () => {
    const part = fc.oneof(
      fc.record({ permille: fc.integer({ min: 1, max: 1000 }) }),
      fc.record({ amountFen: fc.integer({ min: 1, max: 100_000_000 }) }),
    );
    const days = fc.integer({ min: 0, max: 179 });
    const rules: fc.Arbitrary<SharingRule> = fc.record({
      sellerId: fc.constantFrom(null, 's1'),
      productId: fc.constantFrom(null, 'p1'),
      receivers: fc.array(
        fc.record({
          type: fc.constantFrom('MERCHANT_ID' as const, 'PERSONAL_OPENID' as const),
          account: fc.constantFrom('1900000101', 'oStaff_-1'),
          part,
          description: fc.constant('佣金'),
        }),
        { maxLength: 3 },
      ),
      after: fc.constantFrom('PAYMENT' as const, 'SHIPPING' as const, 'RECEIPT' as const),
      days,
      freeAfterDays: days,
      onFailure: fc.constantFrom('HOLD' as const, 'FREE' as const),
    });
    fc.assert(
      fc.property(rules, (rule) => {
        expect(ruleOf(inputOf(rule))).toEqual({ rule });
      }),
    );
  });

  it.each([
    ['15.25', 'percent', 'badPercent'],
    ['0', 'percent', 'badPercent'],
    ['100.1', 'percent', 'badPercent'],
    ['', 'fixed', 'badAmount'],
    ['0', 'fixed', 'badAmount'],
    ['1.234', 'fixed', 'badAmount'],
  ] as const)('says that %j is not %s', (value, unit, problem) => {
    const input = { ...emptyRule('s1'), receivers: [{ ...receiver, unit, value }] };
    expect(ruleOf(input)).toEqual({ problems: { 'receivers.0.part': problem } });
  });

  it('says everything that is missing, by the names that the function uses', () => {
    const missing = { ...receiver, account: '', description: ' ' };
    const input = { ...emptyRule('s1'), days: '180', freeAfterDays: 'x', receivers: [receiver, missing] };
    expect(ruleOf(input)).toEqual({
      problems: {
        days: 'badDays',
        freeAfterDays: 'badDays',
        'receivers.1.account': 'choose',
        'receivers.1.description': 'required',
      },
    });
  });
});
