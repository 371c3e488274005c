/** Answers to complaints by instances whose clocks differ. */
import { afterEach, describe, expect, it } from 'vitest';
import type { ComplaintView } from '../../shared/contract/index.ts';
import { clockToleranceMs } from '../../shared/core/lease.ts';
import { type ComplaintShop, complained } from './complaint-shop.ts';

let shop: ComplaintShop;
afterEach(() => shop.close());

async function begin(): Promise<ComplaintView> {
  const made = await complained();
  shop = made.shop;
  return made.complaint;
}

describe('an answer', () => {
  it.each([
    ['the same operator again', 'a', 'BUSY'],
    ['another operator', 'b', 'COMPLAINT_CHANGED'],
  ])(
    'is one when %s answers on an instance whose clock is four minutes ahead of the first',
    async (_who, name, code) => {
      const complaint = await begin();
      shop.shiftClock(-clockToleranceMs);
      let second: unknown;
      let checked: unknown;
      shop.documents.interrupt = async (when, operation) => {
        if (when !== 'after' || operation !== 'update complaints') return;
        shop.documents.interrupt = async () => {};
        shop.shiftClock(clockToleranceMs);
        checked = await shop.check();
        second = await shop.reply(complaint, name).catch((error: unknown) => error);
        shop.shiftClock(-clockToleranceMs);
      };
      await shop.reply(complaint, 'a');
      expect([checked, second]).toMatchObject([0, { code }]);
      expect(await shop.said(complaint.complaintId)).toHaveLength(1);
    },
  );

  it.each([
    ['ahead', clockToleranceMs],
    ['behind', -clockToleranceMs],
  ])(
    'with a lost outcome on an instance whose clock is two minutes %s is not repeated by others',
    async (_how, ms) => {
      const complaint = await begin();
      shop.lose('after');
      shop.shiftClock(ms);
      await expect(shop.reply(complaint, 'a')).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
      shop.lose(undefined);
      shop.shiftClock(-ms);
      expect(await shop.reply(complaint, 'a')).toMatchObject({ complaint: { acts: 1 } });
      expect(await shop.said(complaint.complaintId)).toHaveLength(1);
    },
  );
});
