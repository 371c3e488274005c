/** 补差: the platform adds to the frozen money of one order. Plain JSON. */
export interface Subsidy {
  readonly subsidyId: string;
  readonly mchid: string;
  readonly subMchid: string;
  readonly transactionId: string;
  readonly amountFen: number;
  readonly description: string;
  readonly createdAtMs: number;
  returnedFen: number;
  /** A second one with another amount: WeChat Pay takes it back on the next day. */
  reversed?: boolean;
}

/** Plain JSON. */
export interface SubsidyReturn {
  readonly subsidyRefundId: string;
  readonly outOrderNo: string;
  readonly refundId: string;
  readonly subMchid: string;
  readonly transactionId: string;
  readonly amountFen: number;
  readonly description: string;
  readonly request: string;
  readonly createdAtMs: number;
}

/** Money that the sub-merchant pays the platform for handling a refund. Plain JSON. */
export interface AfterSales {
  readonly mchid: string;
  readonly subMchid: string;
  readonly transactionId: string;
  readonly refundId: string;
  readonly amountFen: number;
  readonly request: string;
  result: 'PROCESSING' | 'SUCCESS';
  finishedAtMs: number;
}
