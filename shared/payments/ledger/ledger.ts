/**
 * Every movement of money, append-only. An entry has a natural key, so what is reported twice is written once, and what
 * an order holds is the sum of its entries.
 */
import type { AccountKind } from '../../core/account.ts';
import type { Document, Documents } from '../../core/ports.ts';

export const ledgerCollection = 'ledger';

/** A transfer or a withdrawal belongs to a merchant and to no order; WITHDRAWAL_RETURN is one that the bank sent back. */
export type LedgerKind =
  | 'PAYMENT'
  | 'REFUND'
  | 'SHARE'
  | 'SHARE_RETURN'
  | 'TRANSFER'
  | 'WITHDRAWAL'
  | 'WITHDRAWAL_RETURN';

/** `_id` is the kind and WeChat Pay's or our number for the movement. */
export interface LedgerEntry extends Document {
  /** Null for a movement that belongs to no order. */
  readonly outTradeNo: string | null;
  readonly account: AccountKind;
  readonly mchid: string;
  readonly subMchid: string | null;
  readonly kind: LedgerKind;
  /** Fen; positive when the order or merchant receives, negative when it gives. */
  readonly amountFen: number;
  /**
   * transaction_id of a payment, out_refund_no of a refund, out_order_no/receiver of a share, out_return_no of its
   * return, out_bill_no of a transfer, out_request_no of a withdrawal.
   */
  readonly reference: string;
  /** When the money moved, as WeChat Pay says; epoch ms. */
  readonly atMs: number;
}

/** A payment or a refund, which always belongs to an order. */
export type OrderMovement = LedgerEntry & { readonly outTradeNo: string };

/** What an entry says about whose money it is. */
export type LedgerOwner = Pick<LedgerEntry, 'outTradeNo' | 'account' | 'mchid' | 'subMchid'>;

/**
 * Writes a movement down, once. Call it before the state that says the same: an instance that dies in between is
 * followed by one that finds the entry there.
 * @returns the entry of this movement, which may be an earlier one: of another order, when one number is used twice
 */
export async function recordMovement(
  documents: Documents,
  owner: LedgerOwner,
  movement: Pick<LedgerEntry, 'kind' | 'amountFen' | 'reference' | 'atMs'>,
): Promise<LedgerEntry> {
  if (!Number.isSafeInteger(movement.amountFen) || movement.amountFen === 0) {
    throw new RangeError(`A movement is a whole number of fen other than 0, not ${movement.amountFen}.`);
  }
  const { outTradeNo, account, mchid, subMchid } = owner;
  const _id = `${movement.kind}:${movement.reference}`;
  const entry: LedgerEntry = { _id, outTradeNo, account, mchid, subMchid, ...movement };
  return (await documents.insertIfAbsent(ledgerCollection, entry)) ?? entry;
}

/** An order's movements, the oldest first. */
export async function movementsOf(documents: Documents, outTradeNo: string): Promise<LedgerEntry[]> {
  const entries = await documents.find<LedgerEntry>(ledgerCollection, { where: { outTradeNo }, limit: 1000 });
  return entries.sort((a, b) => a.atMs - b.atMs);
}

/** Fen that the order holds. */
export function balanceFen(entries: readonly LedgerEntry[]): number {
  return entries.reduce((sum, { amountFen }) => sum + amountFen, 0);
}
