import type { BillFault } from '../http/faults.ts';

/** Identifies a bill and its owner; its content is computed from the state. Plain JSON. */
export type BillSpec = TradeBillSpec | FundFlowSpec | WithdrawalBillSpec;

interface Common {
  /** The merchant number that requested the bill and may download it. */
  readonly mchid: string;
  /** yyyy-MM-dd */
  readonly day: string;
  readonly fault?: BillFault;
}

export type TradeBillType = 'ALL' | 'SUCCESS' | 'REFUND';

export interface TradeBillSpec extends Common {
  readonly kind: 'trade';
  readonly type: TradeBillType;
  readonly subMchid?: string;
}

export interface FundFlowSpec extends Common {
  readonly kind: 'fund-flow';
  /** Whose accounts: the caller's own, or those of sub-merchants. */
  readonly owners: readonly string[];
}

/** 提现异常账单: withdrawals of the caller, for itself and its sub-merchants, that failed or came back on the day. */
export interface WithdrawalBillSpec extends Common {
  readonly kind: 'withdrawals';
}

/** A requested download. Plain JSON. */
export interface BillDownload {
  readonly spec: BillSpec;
  readonly gzip: boolean;
  readonly expiresAtMs: number;
  /** Bills of sub-merchants are encrypted: AES-256-GCM with this key and nonce. */
  readonly encryption?: { readonly key: string; readonly nonce: string };
}

/** A bill as a table; every value is written with a backtick in front. */
export interface Bill {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly summaryColumns: readonly string[];
  readonly summary: readonly string[];
}
