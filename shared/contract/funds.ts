/** Requests and answers of sellerFunds: sellers see and withdraw their own money, operators everybody's. Amounts in fen, times epoch ms. */

/** `sellerId` absent: the platform's own money, for operators only. */
export type SellerFundsRequest =
  /** The caller's sellers; an operator's are all of them. */
  | { readonly action: 'sellers' }
  | { readonly action: 'overview'; readonly sellerId?: string }
  /** One kind of entries, the newest first; `beforeMs` continues. */
  | {
      readonly action: 'entries';
      readonly sellerId?: string;
      readonly kind: FundsEntryKind;
      readonly beforeMs?: number;
    }
  /** The balance at the end of a day before today, `yyyy-MM-dd` in +08:00. */
  | { readonly action: 'dayEnd'; readonly sellerId?: string; readonly date: string }
  /** The token is made once per withdrawal: a double tap is the same withdrawal. */
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
  /** Not to be withdrawn yet: frozen until it is shared. */
  readonly pendingFen: number;
}

/** What the ledger says was sold, refunded, shared and withdrawn, beside what WeChat Pay says is there. */
export interface FundsOverview {
  readonly sellerId?: string;
  readonly name?: string;
  readonly salesFen: number;
  readonly refundedFen: number;
  /** WeChat Pay's, less what came back with refunds; known from the next morning on. */
  readonly feesFen: number;
  /** Given to receivers, less what came back. */
  readonly sharedFen: number;
  /** Without what the bank sent back. */
  readonly withdrawnFen: number;
  /** The ledger has more entries than were added up. */
  readonly partial: boolean;
  /** Absent when WeChat Pay keeps no balance that a provider may see: 特约商户 are paid out by WeChat Pay itself. */
  readonly balance?: BalanceView;
  /** The withdrawal that has to end before another one. */
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
   * - WAITING: for an answer of WeChat Pay; it goes out by itself
   * - PROCESSING: accepted; the bank has it on the next working day
   * - SUCCESS: the bank has it
   * - REFUND: the bank sent it back; it is in the balance again
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
