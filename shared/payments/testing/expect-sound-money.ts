import { expect } from 'vitest';
import type { MemoryDocuments } from '../../core/testing/documents.ts';
import { findContradictions } from '../ledger/check.ts';
import type { LedgerEntry } from '../ledger/ledger.ts';
import type { OrderRecord } from '../orders/records.ts';
import type { RefundRecord } from '../refunds/records.ts';

/** Expects each order's balance to match its ledger entries and refunds. For the end of a scenario. */
export function expectSoundMoney(documents: Pick<MemoryDocuments, 'all'>): void {
  const entries = documents.all<LedgerEntry>('ledger');
  const refunds = documents.all<RefundRecord>('refunds');
  const of = <T extends { readonly outTradeNo: string | null }>(all: readonly T[], outTradeNo: string) =>
    all.filter((each) => each.outTradeNo === outTradeNo);
  const found = documents
    .all<OrderRecord>('orders')
    .flatMap((order) => findContradictions(order, of(refunds, order._id), of(entries, order._id)));
  expect(found).toEqual([]);
}
