/** Requests and answers of handleComplaints, for operators. Amounts in fen, times epoch ms. */

/**
 * `seen` is the complaint's `acts` as the operator saw it: when somebody else has answered since, nothing is sent.
 * The token is made once per answer: a double tap is the same answer.
 */
interface ComplaintAct {
  readonly complaintId: string;
  readonly requestToken: string;
  readonly seen: number;
}

export type HandleComplaintsRequest =
  /** The newest first; `open` leaves out what is done. */
  | { readonly action: 'list'; readonly open?: boolean }
  /** Asks WeChat Pay: with what the payer wrote, the phone and the negotiation so far. */
  | { readonly action: 'detail'; readonly complaintId: string }
  /** Text of at most 200 characters, and up to 4 pictures that were uploaded before. */
  | ({
      readonly action: 'reply';
      readonly text: string;
      readonly mediaIds?: readonly string[];
    } & ComplaintAct)
  | ({ readonly action: 'complete' } & ComplaintAct)
  /** Refunds what was asked for, or another sum, and says so in the complaint. */
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
  /** What WeChat Pay did to sub-merchants that broke its rules. */
  | { readonly action: 'violations' }
  /** Where WeChat Pay reports complaints and violations, by the direct account or the provider's; `takeOver` makes it here. */
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
  /** Absent until WeChat Pay was asked about a complaint that a callback named. */
  readonly state?: 'PENDING' | 'PROCESSING' | 'PROCESSED';
  /** REFUND asks for money back, and is approved or rejected. */
  readonly problemType?: string;
  readonly problem?: string;
  readonly complainedAtMs?: number;
  readonly complaintedMchid?: string;
  readonly outTradeNo?: string;
  readonly amountFen?: number;
  readonly applyRefundFen?: number;
  readonly fullRefunded: boolean;
  /** The payer wrote, and nobody has answered. */
  readonly payerWaits: boolean;
  /** How often the payer complained about this. */
  readonly times: number;
  /** The first answer is due; absent once it was given. */
  readonly answerByMs?: number;
  /** It is to be done; absent once it is. */
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
  /** Where this shop wants it: WECHATPAY_NOTIFY_URL. */
  readonly wanted: string;
  /** Where it is. */
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
