/** REFUND: the bank returned the money after SUCCESS. */
export type WithdrawalStatus = 'CREATE_SUCCESS' | 'SUCCESS' | 'FAIL' | 'REFUND' | 'CLOSE';

/** 提现: a merchant or sub-merchant withdraws money to its bank account. Plain JSON. */
export interface Withdrawal {
  readonly withdrawId: string;
  readonly outRequestNo: string;
  /** Who asked. */
  readonly mchid: string;
  /** Whose money it is: a sub-merchant's, or the caller's own. */
  readonly ownerMchid: string;
  readonly amountFen: number;
  readonly remark: string;
  readonly bankMemo: string;
  readonly accountType: 'BASIC' | 'OPERATION' | 'FEES';
  readonly notifyUrl?: string;
  readonly request: string;
  readonly createdAtMs: number;
  updatedAtMs: number;
  status: WithdrawalStatus;
  reason?: string;
}
