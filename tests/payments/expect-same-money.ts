import { expect } from 'vitest';
import type { LedgerEntry } from '../../shared/payments/ledger/ledger.ts';
import { expectSoundMoney } from '../../shared/payments/testing/expect-sound-money.ts';
import type { RefundShop } from './refund-shop.ts';

/** Our ledger agrees with our orders, and its payments and refunds agree with the simulator's accounts. */
export async function expectSameMoney(shop: RefundShop): Promise<void> {
  expectSoundMoney(shop.documents);
  const { json: ledger } = await shop.sandbox.control('GET', '/ledger');
  expect(ledger.sumFen).toBe(0);
  const { json } = await shop.sandbox.control('GET', '/refunds');
  const theirs = (json.refunds as { outRefundNo: string; status: string; amountFen: number }[])
    .filter(({ status }) => status === 'SUCCESS')
    .map(({ outRefundNo, amountFen }) => [outRefundNo, -amountFen]);
  const ours = shop.documents
    .all<LedgerEntry>('ledger')
    .filter(({ kind }) => kind === 'REFUND')
    .map(({ reference, amountFen }) => [reference, amountFen]);
  expect(ours.sort()).toEqual(theirs.sort());
}
