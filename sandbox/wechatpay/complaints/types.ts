import type { State } from '../state/state.ts';

type ComplaintState = 'PENDING' | 'PROCESSING' | 'PROCESSED';
export type ProblemType = 'REFUND' | 'SERVICE_NOT_WORK' | 'OTHERS';

/** One entry of the negotiation history, as the payer and the merchant see it. */
export interface Negotiation {
  readonly logId: string;
  readonly operator: string;
  readonly atMs: number;
  readonly type: string;
  readonly details?: string;
  /** media_ids. */
  readonly images?: readonly string[];
  /** Of an answer to 即时服务: its blocks as they were sent. */
  readonly blocks?: readonly unknown[];
  readonly idempotentId?: string;
  /** Why the payer asks for 平台协助. */
  readonly platformService?: { readonly reason: string; readonly description: string };
}

/** 投诉单. Plain JSON. */
export interface Complaint {
  readonly complaintId: string;
  /** Who may answer: the merchant itself, or its provider. */
  readonly mchid: string;
  /** Who is complained about. */
  readonly payeeMchid: string;
  readonly createdAtMs: number;
  readonly outTradeNo: string;
  readonly transactionId: string;
  readonly amountFen: number;
  readonly payerOpenid: string;
  readonly payerPhone: string;
  readonly problemType: ProblemType;
  /** The question that the payer picked. */
  readonly problemDescription: string;
  readonly applyRefundFen?: number;
  /** 需即时服务用户. */
  readonly needsImmediateService?: boolean;
  /** 平台协助: WeChat Pay's customer service has stepped in, since the payer asked for it. */
  inPlatformService?: boolean;
  /** What the payer wrote last. */
  detail: string;
  state: ComplaintState;
  times: number;
  /** The payer has written since the merchant's last message. */
  incoming: boolean;
  refundApproved: boolean;
  fullRefunded: boolean;
  /** media_ids of the payer's pictures. */
  readonly images: string[];
  readonly history: Negotiation[];
}

/** By complaint_id. */
export const complaintsOf = (state: State) => state.slot<Complaint>('complaints');
/** 投诉通知地址 of a merchant number. */
export const complaintUrlsOf = (state: State) => state.slot<string>('complaint_urls');
/** 商户违规通知回调地址 of a provider. */
export const violationUrlsOf = (state: State) => state.slot<string>('violation_urls');
