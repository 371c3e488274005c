type RefundStatus = 'PROCESSING' | 'SUCCESS' | 'CLOSED' | 'ABNORMAL';
export type RefundResult = Exclude<RefundStatus, 'PROCESSING'>;

/** 可用余额, or 不可用余额: what profit sharing froze. */
type FundsAccount = 'AVAILABLE' | 'UNAVAILABLE';

export interface RefundSource {
  readonly account: FundsAccount;
  readonly amountFen: number;
}

/** 垫付回补: the sub-merchant pays back what the platform advanced. */
export interface AdvanceReturn {
  readonly id: string;
  result: 'PROCESSING' | 'SUCCESS' | 'FAILED';
  /** WeChat Pay keeps trying for 90 days. */
  readonly giveUpAtMs: number;
  successAtMs?: number;
}

/** Plain JSON. */
export interface Refund {
  readonly refundId: string;
  /** Unique within the merchant number that asked. */
  readonly outRefundNo: string;
  readonly mchid: string;
  readonly family: 'domestic' | 'ecommerce';
  readonly subMchid?: string;
  readonly outTradeNo: string;
  readonly transactionId: string;
  /** The order's number, or that of the combined payment that it is in. */
  readonly paymentNo: string;
  readonly payeeMchid: string;
  readonly amountFen: number;
  readonly totalFen: number;
  /** The part of the fee that the payee gets back. */
  readonly feeFen: number;
  readonly sources: readonly RefundSource[];
  /** The request named the sources. */
  readonly sourcesGiven: boolean;
  /** The platform paid it in place of the sub-merchant. */
  readonly advancedBy?: string;
  readonly notifyUrl?: string;
  /** The request in canonical form: the same number with another one is refused. */
  readonly request: string;
  readonly createdAtMs: number;
  status: RefundStatus;
  successAtMs?: number;
  channel: 'ORIGINAL' | 'OTHER_BANKCARD';
  /** 退款入账账户 */
  receivedBy: string;
  /** An abnormal refund goes to the merchant's bank account instead. */
  toMerchant?: boolean;
  advanceReturn?: AdvanceReturn;
}

/** 15 bank cards that an abnormal refund may go to: doc/v3/merchant/4012810603. */
export const refundBanks: Readonly<Record<string, string>> = {
  CMB_DEBIT: '招商银行',
  COMM_DEBIT: '交通银行',
  ABC_DEBIT: '农业银行',
  CCB_DEBIT: '建设银行',
  ICBC_DEBIT: '工商银行',
  BOC_DEBIT: '中国银行',
  PAB_DEBIT: '平安银行',
  SPDB_DEBIT: '浦发银行',
  CITIC_DEBIT: '中信银行',
  CEB_DEBIT: '光大银行',
  CMBC_DEBIT: '民生银行',
  CIB_DEBIT: '兴业银行',
  GDB_DEBIT: '广发银行',
  PSBC_DEBIT: '邮储银行',
  NBCB_DEBIT: '宁波银行',
};
