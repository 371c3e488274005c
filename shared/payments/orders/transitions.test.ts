import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OrderState } from '../../contract/index.ts';
import { advance, isFinal, isOpen, isPaid, transitions } from './transitions.ts';

const states = Object.keys(transitions) as OrderState[];
const observed = states.filter((state) => state !== 'CREATED');

describe('the transition table', () => {
  it('has no way from paid to unpaid, nor back to CREATED', () => {
    const ways = states.flatMap((from) => transitions[from].map((to) => ({ from, to })));
    expect(ways.filter(({ to }) => to === 'CREATED')).toEqual([]);
    expect(ways.filter(({ from, to }) => isPaid(from) && !isPaid(to))).toEqual([]);
    expect(ways.filter(({ from, to }) => !isOpen(from) && isOpen(to))).toEqual([]);
  });

  it('says of each state whether it may still be paid, was paid, and needs no more questions', () => {
    expect(states.filter(isOpen)).toEqual(['CREATED', 'NOTPAY', 'USERPAYING', 'PAYERROR']);
    expect(states.filter(isPaid)).toEqual(['SUCCESS', 'REFUND']);
    expect(states.filter(isFinal)).toEqual(['CLOSED', 'REVOKED', 'SUCCESS', 'REFUND']);
    // A state that no page lists is queried again.
    expect([isOpen, isPaid, isFinal].map((is) => is('ACCEPT' as OrderState))).toEqual([false, false, false]);
  });

  it('advances on news, and stays otherwise', () => {
    expect(advance('NOTPAY', 'SUCCESS')).toBe('SUCCESS');
    expect(advance('CLOSED', 'SUCCESS')).toBe('SUCCESS');
    expect(advance('SUCCESS', 'CLOSED')).toBe('SUCCESS');
    expect(advance('SUCCESS', 'SUCCESS')).toBe('SUCCESS');
  });

  it('lets every unpaid state become paid, a closed one too', () => {
    for (const from of states.filter((state) => !isPaid(state))) {
      expect(transitions[from]).toEqual(expect.arrayContaining(['SUCCESS', 'REFUND']));
    }
  });

  it('is a total order, so that nothing depends on the order in which events arrive', () => {
    const inOrder = [...states].sort((a, b) => transitions[b].length - transitions[a].length);
    for (const [index, state] of inOrder.entries()) {
      expect([...transitions[state]].sort(), state).toEqual(inOrder.slice(index + 1).sort());
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
