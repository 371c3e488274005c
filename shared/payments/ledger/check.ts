/** Whether the ledger, the orders and their refunds agree. */
import type { OrderRecord } from '../orders/records.ts';
import { isPaid } from '../orders/transitions.ts';
import type { RefundRecord } from '../refunds/records.ts';
import type { LedgerEntry } from './ledger.ts';

/** Refunds that count towards their order: completed or in progress. */
const counted: ReadonlySet<RefundRecord['state']> = new Set([
  'RESERVED',
  'PROCESSING',
  'ABNORMAL',
  'SUCCESS',
]);

/**
 * What does not agree about an order's money; nothing when all does. While a process is between two of its steps the
 * ledger may be one step ahead.
 * @param refunds all of the order @param entries all of the order
 */
export function findContradictions(
  order: OrderRecord,
  refunds: readonly RefundRecord[],
  entries: readonly LedgerEntry[],
): string[] {
  const found: string[] = [];
  const sumOf = (...kinds: LedgerEntry['kind'][]) =>
    entries.reduce((sum, { kind, amountFen }) => sum + (kinds.includes(kind) ? amountFen : 0), 0);
  const expect = (what: string, actual: unknown, wanted: unknown) => {
    if (actual !== wanted) found.push(`${order._id}: ${what} is ${actual}, not ${wanted}`);
  };
  const paidFen = isPaid(order.state) ? order.amountFen : 0;
  expect('the amount paid', sumOf('PAYMENT'), paidFen);
  const given = refunds.filter(({ state }) => state === 'SUCCESS');
  expect(
    'the amount refunded',
    sumOf('REFUND'),
    0 - given.reduce((sum, { amountFen }) => sum + amountFen, 0),
  );
  expect(
    'the number of refunds in the ledger',
    entries.filter(({ kind }) => kind === 'REFUND').length,
    given.length,
  );
  const reserved = new Map((order.refunds ?? []).map((each) => [each.outRefundNo, each.amountFen]));
  const counting = refunds.filter(({ state }) => counted.has(state));
  for (const { _id, amountFen } of counting)
    expect(`the amount reserved for ${_id}`, reserved.get(_id), amountFen);
  expect('the number of reserved refunds', reserved.size, counting.length);
  const reservedFen = [...reserved.values()].reduce((sum, fen) => sum + fen, 0);
  if (reservedFen > paidFen)
    found.push(`${order._id}: ${reservedFen} fen are reserved of ${paidFen} that were paid`);
  if (sumOf('FEE', 'FEE_RETURN') > 0) found.push(`${order._id}: more fee was returned than was charged`);
  return found;
}
