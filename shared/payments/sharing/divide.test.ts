import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { SharePart, SharingRule } from '../../contract/index.ts';
import { divide, sharesOf, sumOf } from './divide.ts';
import { owedShares } from './plan.ts';
import type { SharingRecord } from './records.ts';
import { applyRules } from './rules.ts';

const fen = fc.integer({ min: 1, max: 100_000_000 });

it('divides any sum by any weights without losing a fen, each part within a fen of the exact one', () => {
  const weights = fc
    .array(fc.nat(1_000_000), { minLength: 1, maxLength: 50 })
    .filter((all) => sumOf(all) > 0);
  fc.assert(
    fc.property(fen, weights, (totalFen, of) => {
      const amounts = divide(totalFen, of);
      expect(sumOf(amounts)).toBe(totalFen);
      const sum = sumOf(of);
      for (const [index, amount] of amounts.entries()) {
        expect(Math.abs(amount - (totalFen * of[index]!) / sum)).toBeLessThan(1);
      }
    }),
  );
});

it('gives the fen that are left to the largest remainders, and among equal ones to the earlier', () => {
  expect(divide(10, [1, 1, 1])).toEqual([4, 3, 3]);
  expect(divide(11, [1, 1, 1])).toEqual([4, 4, 3]);
  expect(divide(10, [100, 300, 600, 250])).toEqual([1, 2, 5, 2]);
  expect(divide(7, [3, 1, 2, 2])).toEqual([2, 1, 2, 2]);
  expect(() => divide(10, [0, 0])).toThrow('Weights are not all 0.');
});

/** Parts of a thousand that add up to at most 1000, and some fixed sums. */
const parts: fc.Arbitrary<SharePart[]> = fc
  .array(fc.nat(300), { maxLength: 8 })
  .map((all) => all.filter((_, index) => sumOf(all.slice(0, index + 1)) <= 1000))
  .chain((permille) =>
    fc
      .array(fc.integer({ min: 1, max: 5000 }), { maxLength: 3 })
      .map((fixed) => [
        ...permille.map((each) => ({ permille: each })),
        ...fixed.map((amountFen) => ({ amountFen })),
      ]),
  );

it('gives receivers never more than there is or may be shared; the seller has the rest', () => {
  fc.assert(
    fc.property(fen, parts, fc.integer({ min: 0, max: 10_000 }), (baseFen, of, maxRatio) => {
      const mostFen = Math.floor((baseFen * maxRatio) / 10_000);
      const amounts = sharesOf(baseFen, of, mostFen);
      const leastFen = sumOf(
        of.map((part) =>
          'amountFen' in part ? part.amountFen : Math.floor((baseFen * part.permille) / 1000),
        ),
      );
      // Refused exactly when even the amounts rounded down are too much.
      expect(amounts === undefined).toBe(leastFen > Math.min(baseFen, mostFen));
      const given = amounts ?? [];
      expect(sumOf(given)).toBeLessThanOrEqual(Math.min(baseFen, mostFen));
      expect(given.every((amount) => amount >= 0)).toBe(true);
    }),
  );
});

it('gives an odd fen to whom most of it belongs', () => {
  expect(sharesOf(101, [{ permille: 300 }], 101)).toEqual([30]);
  expect(sharesOf(99, [{ permille: 300 }], 99)).toEqual([30]);
  expect(sharesOf(99, [{ permille: 300 }], 29)).toEqual([29]);
  expect(sharesOf(10, [{ permille: 333 }, { permille: 333 }, { permille: 334 }], 10)).toEqual([3, 3, 4]);
  expect(sharesOf(10, [{ permille: 600 }, { permille: 600 }], 10)).toBeUndefined();
  expect(sharesOf(1, [{ permille: 600 }, { permille: 600 }], 1)).toBeUndefined();
  expect(sharesOf(10, [{ amountFen: 11 }], 100)).toBeUndefined();
});

const rule = (productId: string | null, parts: SharePart[]): SharingRule => ({
  ...{ sellerId: 's', productId, after: 'PAYMENT', days: 0, freeAfterDays: 0, onFailure: 'HOLD' },
  receivers: parts.map((part, index) => ({
    ...{ type: 'MERCHANT_ID', account: `m${index}`, description: '佣金' },
    part,
  })),
});
const line = (productId: string, amountFen: number, quantity = 1) => ({
  ...{ productId, title: productId, quantity, unitAmountFen: amountFen / quantity, amountFen },
});

it('lets a product’s rule take the place of the seller’s for its lines', () => {
  const order = { amountFen: 1000, items: [line('tea', 600, 3), line('cup', 400)] };
  const rules = [rule(null, [{ permille: 100 }]), rule('tea', [{ permille: 200 }, { amountFen: 5 }])];
  expect(applyRules(order, rules, 1000, 300)).toMatchObject([
    { account: 'm0', amountFen: 40 + 120 },
    { account: 'm1', amountFen: 15 },
  ]);
  expect(applyRules(order, rules, 500, 300)).toMatchObject([{ amountFen: 80 }, { amountFen: 15 }]);
  expect(applyRules(order, rules, 1000, 100)).toBeUndefined();
  expect(applyRules(order, rules, 0, 300)).toEqual([]);
});

it('for every order, rule and refund, shares and remainder add up to what was paid', () => {
  const lines = fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(lines, parts, parts, fc.nat(1000), (amounts, general, own, refundedPermille) => {
      const items = amounts.map((amountFen, index) => line(`p${index}`, amountFen));
      const amountFen = sumOf(amounts);
      const netFen = amountFen - Math.floor((amountFen * refundedPermille) / 1000);
      const rules = [rule(null, general), rule('p0', own)];
      const shares = applyRules({ items, amountFen }, rules, netFen, netFen) ?? [];
      const sharedFen = sumOf(shares.map((share) => share.amountFen));
      expect(sharedFen).toBeLessThanOrEqual(netFen);
      expect(shares.every((share) => Number.isSafeInteger(share.amountFen) && share.amountFen > 0)).toBe(
        true,
      );
      // A refund after the plan reduces each outstanding share by the same ratio.
      const plan = { shares, netFen: Math.max(1, netFen), freeAtMs: 0, onFailure: 'HOLD' } as const;
      const sharing = { plan, requests: [] } as unknown as SharingRecord;
      const laterFen = Math.floor(netFen / 2);
      const owedFen = sumOf(owedShares(sharing, laterFen).map((share) => share.amountFen));
      expect(owedFen).toBeLessThanOrEqual(Math.max(laterFen, 0));
    }),
  );
});
