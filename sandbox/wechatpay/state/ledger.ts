/** Why money moved; bills are made from it. */
export type MovementKind =
  | 'payment'
  | 'fee'
  | 'refund'
  | 'fee-refund'
  | 'refund-paid'
  | 'refund-returned'
  | 'fee-returned'
  | 'advance-return'
  | 'share'
  | 'share-return'
  | 'unfreeze'
  | 'subsidy'
  | 'subsidy-return'
  | 'after-sales'
  | 'withdrawal'
  | 'withdrawal-paid'
  | 'withdrawal-returned'
  | 'transfer'
  | 'transfer-paid'
  | 'transfer-returned'
  | 'top-up'
  | 'pay-out';

/**
 * Double entry: every movement takes from one account what it gives another, so the sum over all accounts is zero at
 * any moment. Accounts are created on first use; amounts are integers in fen.
 */
export interface LedgerEntry {
  readonly atMs: number;
  readonly from: string;
  readonly to: string;
  readonly amountFen: number;
  readonly kind: MovementKind;
  /** The number that it belongs to at WeChat Pay: a transaction_id, a refund_id. */
  readonly ref: string;
  /** The merchant's own number: out_trade_no, out_refund_no. */
  readonly outNo: string;
  /** What it was for, e.g. `payment P2026…`. */
  readonly reason: string;
}

export class Ledger {
  readonly entries: LedgerEntry[] = [];
  readonly #balancesFen = new Map<string, number>();

  /** @throws RangeError unless the amount is a positive integer and the accounts differ. */
  move(entry: LedgerEntry): void {
    if (!Number.isSafeInteger(entry.amountFen) || entry.amountFen <= 0) {
      throw new RangeError(`A movement is a positive integer of fen, not ${entry.amountFen}.`);
    }
    if (entry.from === entry.to)
      throw new RangeError(`A movement needs two accounts, not ${entry.from} twice.`);
    this.#add(entry.from, -entry.amountFen);
    this.#add(entry.to, entry.amountFen);
    this.entries.push(entry);
  }

  /** Fen; 0 for an account that was never used. */
  balanceFen(account: string): number {
    return this.#balancesFen.get(account) ?? 0;
  }

  balances(): Record<string, number> {
    return Object.fromEntries([...this.#balancesFen].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** Always 0. */
  sumFen(): number {
    return [...this.#balancesFen.values()].reduce((sum, fen) => sum + fen, 0);
  }

  #add(account: string, fen: number): void {
    this.#balancesFen.set(account, this.balanceFen(account) + fen);
  }
}
