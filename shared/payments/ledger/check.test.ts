import { expect, it } from 'vitest';
import type { OrderRecord } from '../orders/records.ts';
import type { RefundRecord } from '../refunds/records.ts';
import { findContradictions } from './check.ts';
import type { LedgerEntry } from './ledger.ts';

const order = (more: Partial<OrderRecord> = {}) =>
  ({ _id: 'T1', state: 'SUCCESS', amountFen: 100, ...more }) as OrderRecord;
const entry = (kind: LedgerEntry['kind'], amountFen: number) => ({ kind, amountFen }) as LedgerEntry;
const refund = (state: RefundRecord['state'], amountFen: number) =>
  ({ _id: 'R1', state, amountFen }) as RefundRecord;
const reserved = { refunds: [{ outRefundNo: 'R1', amountFen: 40, sendAfterMs: 0 }] };
const paid = entry('PAYMENT', 100);

it.each([
  ['an unpaid order', order({ state: 'CLOSED' }), [], []],
  ['a paid one', order(), [], [paid, entry('FEE', -1)]],
  [
    'one with a refund on its way',
    order({ state: 'REFUND', ...reserved }),
    [refund('PROCESSING', 40)],
    [paid],
  ],
  [
    'one with a part given back',
    order({ state: 'REFUND', ...reserved }),
    [refund('SUCCESS', 40)],
    [paid, entry('REFUND', -40), entry('FEE', -1), entry('FEE_RETURN', 1)],
  ],
  ['one whose refund was refused', order(), [refund('REFUSED', 40)], [paid]],
])('agrees about %s', (_, of, refunds, entries) => {
  expect(findContradictions(of, refunds, entries)).toEqual([]);
});

it.each([
  ['a payment that is not written down', order(), [], []],
  ['a payment of an order that is not paid', order({ state: 'NOTPAY' }), [], [paid]],
  ['another sum', order(), [], [entry('PAYMENT', 99)]],
  ['a refund that is not written down', order(reserved), [refund('SUCCESS', 40)], [paid]],
  ['a refund that nobody made', order(), [], [paid, entry('REFUND', -1)]],
  ['a refund that is not reserved', order(), [refund('RESERVED', 40)], [paid]],
  ['a reservation of nobody', order(reserved), [], [paid]],
  [
    'more reserved than was paid',
    order({ amountFen: 30, ...reserved }),
    [refund('RESERVED', 40)],
    [entry('PAYMENT', 30)],
  ],
  ['more of the fee than was taken', order(), [], [paid, entry('FEE', -1), entry('FEE_RETURN', 2)]],
])('names %s', (_, of, refunds, entries) => {
  expect(findContradictions(of, refunds, entries)).not.toEqual([]);
});
