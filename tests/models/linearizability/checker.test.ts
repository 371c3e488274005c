import { describe, expect, it } from 'vitest';
import { linearize, type Operation, type Specification } from './checker.ts';

type Input = { readonly write: number } | 'read';
type Output = number | 'written';

/** One number: a read sees the last write. */
const register: Specification<number, Input, Output> = {
  initial: 0,
  next: (value, input, output) => {
    if (input === 'read') return output === undefined || output === value ? [value] : [];
    return [input.write];
  },
};

const operation = (
  calledAt: number,
  returnedAt: number,
  input: Input,
  output: Output | undefined = 'written',
): Operation<Input, Output> => ({ input, output, calledAt, returnedAt });
const read = (calledAt: number, returnedAt: number, value: number) =>
  operation(calledAt, returnedAt, 'read', value);
const write = (calledAt: number, returnedAt: number, value: number) =>
  operation(calledAt, returnedAt, { write: value });
const isLinearizable = (...history: Operation<Input, Output>[]) => linearize(history, register).linearizable;

describe('a history is explained', () => {
  it.each([
    ['nothing', []],
    ['one after the other', [write(0, 1, 5), read(2, 3, 5)]],
    ['a read during a write that sees it', [write(0, 9, 5), read(1, 2, 5)]],
    ['a read during a write that does not see it', [write(0, 9, 5), read(1, 2, 0)]],
    ['two writes at once, read in either order', [write(0, 9, 5), write(0, 9, 6), read(10, 11, 5)]],
    [
      'a write whose outcome is unknown, and that is seen',
      [{ ...write(0, Infinity, 5), output: undefined }, read(2, 3, 5)],
    ],
    [
      'a write whose outcome is unknown, and that is never seen',
      [{ ...write(0, Infinity, 5), output: undefined }, read(2, 3, 0)],
    ],
    [
      'a write whose outcome is unknown, and that takes effect much later',
      [{ ...write(0, Infinity, 5), output: undefined }, read(2, 3, 0), read(4, 5, 5)],
    ],
  ])('%s', (_, history) => {
    expect(isLinearizable(...history)).toBe(true);
  });

  it('by an order that can be read', () => {
    const [late, early] = [write(0, 9, 5), read(1, 2, 0)];
    expect(linearize([late, early], register).order).toEqual([early, late]);
  });
});

describe('a history is refused', () => {
  it.each([
    ['a stale read after an acknowledged write', [write(0, 1, 5), read(2, 3, 0)]],
    ['a value that nobody wrote', [write(0, 1, 5), read(2, 3, 7)]],
    ['a read that goes back', [write(0, 9, 5), read(1, 2, 5), read(3, 4, 0)]],
    [
      'two readers that see two writes in different orders',
      [write(0, 1, 5), write(0, 1, 6), read(2, 3, 5), read(4, 5, 6)],
    ],
    ['an effect before the call', [read(0, 1, 5), { ...write(2, Infinity, 5), output: undefined }]],
    [
      'a write whose outcome is unknown, and that is seen and gone',
      [{ ...write(0, Infinity, 5), output: undefined }, read(2, 3, 5), read(4, 5, 0)],
    ],
  ])('%s', (_, history) => {
    expect(isLinearizable(...history)).toBe(false);
  });

  it('with what cannot follow the longest explanation', () => {
    const [written, stale] = [write(0, 1, 5), read(2, 3, 0)];
    expect(linearize([written, stale], register)).toEqual({
      linearizable: false,
      order: [written],
      stuck: [stale],
    });
  });
});

it('takes little time for many operations at once', () => {
  const writes = Array.from({ length: 12 }, (_, value) => write(0, 100, value));
  const verdict = linearize([...writes, read(200, 201, 99)], register);
  expect(verdict.linearizable).toBe(false);
});
