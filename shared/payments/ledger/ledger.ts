/**
 * Every movement of money, append-only. An entry has a natural key, so duplicates are written once, and an order's
 * balance is the sum of its entries.
 *
 * To add a kind:
 * 1. its name in {@link LedgerKind}, and what its `reference` is;
 * 2. one row in shared/payments/bills/flow-kinds.ts: what the fund flow bill calls it and in which column the reference
 *    stands (the compiler asks for the row);
 * 3. `recordMovement` where the money moved, before the state change is stored. `atMs` is when the balance changed: a
 * bill lists it by that time. When the outcome is learned on a later day than that, pass `billedAtMs`.
 */
import type { AccountKind } from '../../core/account.ts';
import type { Document, Documents } from '../../core/ports.ts';

export const ledgerCollection = 'ledger';

/**
 * By their `reference`:
 * - PAYMENT: transaction_id; REFUND: out_refund_no
 * - FEE, what WeChat Pay takes of a payment: transaction_id, or out_refund_no when a refund is closed and its fee taken
 *   again; FEE_RETURN, what comes back of it with a refund: out_refund_no. Only bills say either.
 * - SHARE: out_order_no/receiver; SHARE_RETURN: out_return_no; AFTER_SALES: refund_id
 * - TRANSFER: out_bill_no; WITHDRAWAL, and WITHDRAWAL_RETURN, which the bank sent back: out_request_no. They belong to a
 *   merchant and to no order.
 */
export type LedgerKind =
  | 'PAYMENT'
  | 'REFUND'
  | 'FEE'
  | 'FEE_RETURN'
  | 'SHARE'
  | 'SHARE_RETURN'
  | 'SUBSIDY'
  | 'SUBSIDY_RETURN'
  | 'AFTER_SALES'
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
  /** Fen; positive when the order or merchant receives, negative when it pays. */
  readonly amountFen: number;
  /** WeChat Pay's or our number for the movement: see {@link LedgerKind}. */
  readonly reference: string;
  /** When the money moved, as WeChat Pay says; epoch ms. */
  readonly atMs: number;
  /** Unique; sorts by the time at which bills list the movement. */
  readonly billedKey: string;
}

/** What an entry says about whose money it is. */
export type LedgerOwner = Pick<LedgerEntry, 'outTradeNo' | 'account' | 'mchid' | 'subMchid'>;

export interface Movement extends Pick<LedgerEntry, 'kind' | 'amountFen' | 'reference' | 'atMs'> {
  /** When the balance changed, if that was earlier than `atMs`; epoch ms. */
  readonly billedAtMs?: number;
}

/**
 * Records a movement once. Call it before storing the state change: if the instance dies in between, the next one finds
 * the entry.
 * @returns the entry of this movement, which may be an earlier one: of another order, when one number is used twice
 */
export async function recordMovement(
  documents: Documents,
  owner: LedgerOwner,
  movement: Movement,
): Promise<LedgerEntry> {
  if (!Number.isSafeInteger(movement.amountFen) || movement.amountFen === 0) {
    throw new RangeError(`A movement is a whole number of fen other than 0, not ${movement.amountFen}.`);
  }
  const { outTradeNo, account, mchid, subMchid } = owner;
  const { kind, amountFen, reference, atMs, billedAtMs = atMs } = movement;
  const _id = `${kind}:${reference}`;
  const billedKey = `${billedFrom(billedAtMs)}:${_id}`;
  const entry: LedgerEntry = {
    _id,
    outTradeNo,
    account,
    mchid,
    subMchid,
    kind,
    amountFen,
    reference,
    atMs,
    billedKey,
  };
  return (await documents.insertIfAbsent(ledgerCollection, entry)) ?? entry;
}

/** The `billedKey` of what is billed at this moment or later is not smaller. */
export function billedFrom(ms: number): string {
  return String(ms).padStart(15, '0');
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
