import { expect, it } from 'vitest';
import { addSums } from './movement.ts';

it.each([
  ['no files', [], { rows: 0 }],
  ['one file', [{ rows: 2, paidFen: 5 }], { rows: 2, paidFen: 5 }],
  [
    'several, each with what the others lack',
    [
      { rows: 2, paidFen: 5, feeFen: 1 },
      { rows: 3, paidFen: 7, refundedFen: 2 },
    ],
    { rows: 5, paidFen: 12, feeFen: 1, refundedFen: 2 },
  ],
  [
    'lines that are compared with nothing, by their kind',
    [
      { rows: 1, outside: { 充值: { rows: 1, fen: 5 } } },
      { rows: 1, outside: { 充值: { rows: 2, fen: 7 }, 其他: { rows: 1, fen: -3 } } },
      { rows: 1 },
    ],
    { rows: 3, outside: { 充值: { rows: 3, fen: 12 }, 其他: { rows: 1, fen: -3 } } },
  ],
])('the sums of %s are added up', (_, sums, total) => {
  expect(addSums(sums)).toEqual(total);
});
