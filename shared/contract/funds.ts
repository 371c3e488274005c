/**
 * Requests and answers of sellerFunds: sellers see and withdraw their own money, operators, every seller's. Amounts in
 * fen, times epoch ms.
 */

/** `sellerId` absent: the platform's own money, for operators only. */
export type SellerFundsRequest =
  /** The caller's sellers; for an operator, all of them. */
  | { readonly action: 'sellers' }
  | { readonly action: 'overview'; readonly sellerId?: string }
  /** Entries of one kind, newest first; pass `beforeMs` for the next page. */
  | {
      readonly action: 'entries';
      readonly sellerId?: string;
      readonly kind: FundsEntryKind;
      readonly beforeMs?: number;
    }
  /** The balance at the end of a day before today, `yyyy-MM-dd` in +08:00. */
  | { readonly action: 'dayEnd'; readonly sellerId?: string; readonly date: string }
  /** Generate the token once per withdrawal, so that a double tap makes only one. */
  | {
      readonly action: 'withdraw';
      readonly sellerId?: string;
      readonly requestToken: string;
      readonly amountFen: number;
      /** For the seller's own books; at most 56 characters. */
      readonly remark?: string;
    }
  | { readonly action: 'withdrawals'; readonly sellerId?: string };

export interface SellerFundsAnswers {
  sellers: { readonly sellers: readonly FundsSeller[]; readonly isOperator: boolean };
  overview: { readonly overview: FundsOverview };
  entries: { readonly entries: readonly FundsEntry[]; readonly more: boolean };
  dayEnd: { readonly balance: BalanceView };
  withdraw: { readonly withdrawal: WithdrawalView };
  withdrawals: { readonly withdrawals: readonly WithdrawalView[] };
}

export interface FundsSeller {
  readonly sellerId: string;
  readonly name: string;
}

export interface BalanceView {
  readonly availableFen: number;
  /** Not available for withdrawal yet: frozen until profit is shared. */
  readonly pendingFen: number;
}

/** Sales, refunds, shares and withdrawals from the ledger, with the balance that WeChat Pay reports. */
export interface FundsOverview {
  readonly sellerId?: string;
  readonly name?: string;
  readonly salesFen: number;
  readonly refundedFen: number;
  /** WeChat Pay's fees, less those returned with refunds; available from the next morning. */
  readonly feesFen: number;
  /** Shared with receivers, less what was returned. */
  readonly sharedFen: number;
  /** Excludes what the bank returned. */
  readonly withdrawnFen: number;
  /** The ledger has more entries than these totals include. */
  readonly partial: boolean;
  /** Absent when WeChat Pay keeps no balance that a provider may see: 特约商户 are paid out by WeChat Pay itself. */
  readonly balance?: BalanceView;
  /** The withdrawal that must end before another can start. */
  readonly unfinished?: WithdrawalView;
}

export type FundsEntryKind = 'sales' | 'refunded' | 'fees' | 'shared' | 'withdrawn';

export interface FundsEntry {
  readonly kind: string;
  /** Positive when the seller receives. */
  readonly amountFen: number;
  readonly reference: string;
  readonly outTradeNo?: string;
  readonly atMs: number;
}

export interface WithdrawalView {
  readonly outRequestNo: string;
  readonly amountFen: number;
  /**
   * - WAITING: for WeChat Pay's answer; retried automatically
   * - PROCESSING: accepted; the bank receives it on the next working day
   * - SUCCESS: the bank received it
   * - REFUND: the bank returned it to the balance
   * - FAIL, CLOSE, REFUSED: it is still in the balance
   */
  readonly state: 'WAITING' | 'PROCESSING' | 'SUCCESS' | 'REFUND' | 'FAIL' | 'CLOSE' | 'REFUSED';
  readonly requestedBy: 'seller' | 'operator';
  readonly remark?: string;
  /** The bank and the last four digits. */
  readonly receivedAccount?: string;
  readonly createdAtMs: number;
  readonly paidAtMs?: number;
  readonly endedAtMs?: number;
  readonly failure?: { readonly code: string; readonly message: string };
}
