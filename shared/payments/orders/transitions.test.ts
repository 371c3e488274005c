import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OrderState } from '../../contract/index.ts';
import { advance, isOpen, isPaid, transitions } from './transitions.ts';

const states = Object.keys(transitions) as OrderState[];
const observed = states.filter((state) => state !== 'CREATED');

describe('the transition table', () => {
  it('has no way from paid to unpaid, nor back to CREATED', () => {
    for (const from of states) {
      for (const to of transitions[from]) {
        expect(to).not.toBe('CREATED');
        if (isPaid(from)) expect(isPaid(to)).toBe(true);
        if (!isOpen(from)) expect(isOpen(to)).toBe(false);
      }
    }
  });

  it('lets every unpaid state become paid, a closed one too', () => {
    for (const from of states.filter((state) => !isPaid(state))) {
      expect(transitions[from]).toEqual(expect.arrayContaining(['SUCCESS', 'REFUND']));
    }
  });

  it('is a total order, so that nothing depends on the order in which events arrive', () => {
    for (const a of states) {
      for (const b of states) {
        const forward = Number(transitions[a].includes(b)) + Number(transitions[b].includes(a));
        expect(forward, `${a} and ${b}`).toBe(a === b ? 0 : 1);
        for (const c of transitions[b]) if (transitions[a].includes(b)) expect(transitions[a]).toContain(c);
      }
    }
  });

  it('ends in the same state for any order and repetition of the same events', () => {
    fc.assert(
      fc.property(
        fc
          .array(fc.constantFrom(...observed), { minLength: 1 })
          .chain((events) =>
            fc.tuple(
              fc.constant(events),
              fc.shuffledSubarray([...events, ...events], { minLength: 2 * events.length }),
            ),
          ),
        ([events, shuffled]) => {
          const end = (list: readonly OrderState[]) => list.reduce<OrderState>(advance, 'CREATED');
          expect(end(shuffled)).toBe(end(events));
        },
      ),
    );
  });
});
