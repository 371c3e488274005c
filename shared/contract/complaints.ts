/** Requests and answers of handleComplaints, for operators. Amounts in fen, times epoch ms. */

/**
 * `seen` is the complaint's `acts` as the operator saw it: if somebody else has answered since, nothing is sent.
 * Generate the token once per answer, so that a double tap sends it once.
 */
interface ComplaintAct {
  readonly complaintId: string;
  readonly requestToken: string;
  readonly seen: number;
}

export type HandleComplaintsRequest =
  /** Newest first; `open` leaves out completed ones. */
  | { readonly action: 'list'; readonly open?: boolean }
  /** Queries WeChat Pay; includes the payer's text, phone number and the negotiation history. */
  | { readonly action: 'detail'; readonly complaintId: string }
  /** Text of at most `maxReplyLength` characters, and up to 4 pictures that were uploaded before. */
  | ({
      readonly action: 'reply';
      readonly text: string;
      readonly mediaIds?: readonly string[];
    } & ComplaintAct)
  | ({ readonly action: 'complete' } & ComplaintAct)
  /** Refunds the requested amount or another one, and answers the complaint with it. */
  | ({ readonly action: 'approveRefund'; readonly amountFen?: number } & ComplaintAct)
  | ({
      readonly action: 'rejectRefund';
      readonly reason: string;
      readonly mediaIds?: readonly string[];
    } & ComplaintAct)
  /** Where `wx.cloud.uploadFile` must put a picture. */
  | { readonly action: 'beginPicture'; readonly extension: string }
  | { readonly action: 'finishPicture'; readonly complaintId: string; readonly fileID: string }
  | { readonly action: 'picture'; readonly complaintId: string; readonly mediaId: string }
  /** WeChat Pay's penalties for sub-merchants that broke its rules. */
  | { readonly action: 'violations' }
  /**
   * Where WeChat Pay reports complaints and violations, for the direct account or the provider's; `takeOver` sets it to
   * this shop's URL.
   */
  | { readonly action: 'addresses'; readonly account: 'direct' | 'provider'; readonly takeOver?: boolean };

export interface HandleComplaintsAnswers {
  list: { readonly complaints: readonly ComplaintView[] };
  detail: { readonly complaint: ComplaintView; readonly detail: ComplaintDetail };
  reply: { readonly complaint: ComplaintView };
  complete: { readonly complaint: ComplaintView };
  approveRefund: { readonly complaint: ComplaintView };
  rejectRefund: { readonly complaint: ComplaintView };
  beginPicture: { readonly cloudPath: string };
  finishPicture: { readonly mediaId: string };
  picture: { readonly contentType: string; readonly base64: string };
  violations: { readonly violations: readonly ViolationView[] };
  addresses: { readonly addresses: readonly AddressView[] };
}

/** What is stored of a complaint: nothing that the payer wrote, and nothing about the payer. */
export interface ComplaintView {
  readonly complaintId: string;
  /** For a complaint first seen in a callback: absent until WeChat Pay was queried. */
  readonly state?: 'PENDING' | 'PROCESSING' | 'PROCESSED';
  /** REFUND requests a refund, which is approved or rejected. */
  readonly problemType?: string;
  readonly problem?: string;
  readonly complainedAtMs?: number;
  readonly complaintedMchid?: string;
  readonly outTradeNo?: string;
  readonly amountFen?: number;
  readonly applyRefundFen?: number;
  readonly fullRefunded: boolean;
  /** The payer's last message has not been answered. */
  readonly payerWaits: boolean;
  /** 需即时服务用户: the payer is in a conversation and waits for an answer. Absent when not. */
  readonly needsImmediateService?: boolean;
  /** 平台协助: WeChat Pay's customer service has stepped in at the payer's request. Absent when not. */
  readonly inPlatformService?: boolean;
  /** Characters of an answer that WeChat Pay accepts. */
  readonly maxReplyLength: number;
  /** How often the payer complained about this. */
  readonly times: number;
  /** When the first answer is due; absent once given. */
  readonly answerByMs?: number;
  /** When the complaint must be completed; absent once it is. */
  readonly finishByMs?: number;
  readonly overdue: boolean;
  /** How many answers the shop gave: see `seen`. */
  readonly acts: number;
  /** The refund that answers it. */
  readonly outRefundNo?: string;
}

export interface ComplaintDetail {
  /** What the payer wrote last. */
  readonly text: string;
  /** Decrypted for this view; never stored. */
  readonly phone?: string;
  readonly pictures: readonly string[];
  /** The newest first. */
  readonly history: readonly NegotiationView[];
}

export interface NegotiationView {
  readonly atMs: number;
  readonly who: string;
  /** WeChat Pay's operate_type. */
  readonly type: string;
  readonly text?: string;
  /** media_ids. */
  readonly pictures: readonly string[];
}

export interface AddressView {
  readonly what: 'complaints' | 'violations';
  readonly account: 'direct' | 'partner' | 'ecommerce';
  /** This shop's URL, from WECHATPAY_NOTIFY_URL. */
  readonly wanted: string;
  /** The URL currently set at WeChat Pay. */
  readonly url: string;
}

export interface ViolationView {
  readonly recordId: string;
  readonly event: 'PUNISH' | 'INTERCEPT' | 'APPEAL';
  readonly subMchid: string;
  readonly companyName: string;
  readonly plan: string;
  readonly description: string;
  readonly riskType: string;
  readonly risk: string;
  readonly atMs: number;
}
