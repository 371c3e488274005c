/** What the shop has stored and what WeChat Pay holds, to be compared: in a story, or in a system of processes. */
import type { Order, Payment } from '../../sandbox/wechatpay/orders/types.ts';
import type { Refund } from '../../sandbox/wechatpay/refunds/types.ts';
import type { LedgerEntry } from '../../sandbox/wechatpay/state/ledger.ts';
import type { SavedState } from '../../sandbox/wechatpay/state/saved-state.ts';
import type { MemoryDocuments } from '../../shared/core/testing/documents.ts';

/** What the shop has stored, and the time there. */
export interface Books {
  readonly memory: Pick<MemoryDocuments, 'all' | 'peek'>;
  readonly nowMs: number;
}

export interface Theirs {
  readonly orders: ReadonlyMap<string, { readonly order: Order; readonly payment: Payment }>;
  readonly refunds: readonly Refund[];
  readonly ledger: readonly LedgerEntry[];
  /** A list of the simulator's state. */
  slot<T>(name: string): T[];
}

/** @param snapshot of the simulator */
export function readTheirs({ history }: Pick<SavedState, 'history'>): Theirs {
  const slot = <T>(name: string) => (history.slots[name] ?? []).map(([, value]) => value as T);
  const orders = slot<Payment>('payments').flatMap((payment) =>
    payment.orders.map((order) => [order.outTradeNo, { order, payment }] as const),
  );
  return { orders: new Map(orders), refunds: slot<Refund>('refunds'), ledger: history.ledger, slot };
}
