/**
 * 商家转账: requests and answers of transferMoney (operators) and receiveTransfer (recipients). Amounts in fen, times epoch
 * ms.
 */

/** transferMoney, for operators. Generate the token once per transfer, so that a double tap makes only one. */
export type TransferMoneyRequest =
  | {
      readonly action: 'transfer';
      readonly requestToken: string;
      /** The recipient's openid in the mini-program. */
      readonly openid: string;
      /** From 10 (0.1 yuan). */
      readonly amountFen: number;
      /** Shown to the recipient; at most 32 characters. */
      readonly remark: string;
      /** One of WECHATPAY_TRANSFER_SCENES. */
      readonly sceneId: string;
      /** The scene's report fields, by their documented names: `{"活动名称": "新会员有礼", "奖励说明": "一等奖"}`. */
      readonly reports: Readonly<Record<string, string>>;
      /**
       * The recipient's name, which WeChat Pay checks; required from 2,000 yuan. Stored only encrypted for WeChat Pay.
       */
      readonly userName?: string;
      /** The reason shown to the recipient; one of those that the scene allows. */
      readonly perception?: string;
      /** Uses the recipient's authorisation for this scene, so that no confirmation is needed. */
      readonly withoutConfirmation?: boolean;
    }
  /**
   * Asks a person to authorise transfers of a scene without confirmation. Repeated, it is the same request until that
   * one ends.
   */
  | {
      readonly action: 'authorize';
      readonly openid: string;
      readonly sceneId: string;
      /** The account name shown to the person who authorises; at most 32 characters. */
      readonly displayName: string;
      /** As with a transfer. */
      readonly perception?: string;
    }
  /** Queries the authorisation's state at WeChat Pay. */
  | { readonly action: 'authorization'; readonly openid: string; readonly sceneId: string }
  /** Every person who was asked, the newest first; as last recorded, at most 100. */
  | { readonly action: 'authorizations' }
  /** Asks WeChat Pay. */
  | { readonly action: 'query'; readonly outBillNo: string }
  /** Before it is confirmed. */
  | { readonly action: 'cancel'; readonly outBillNo: string }
  /** The newest first; those of one person with `openid`. */
  | { readonly action: 'list'; readonly openid?: string; readonly before?: string }
  /** The scenes that this shop may use, and what each of them reports. */
  | { readonly action: 'scenes' };

export interface TransferMoneyAnswers {
  transfer: { readonly transfer: TransferView };
  query: { readonly transfer: TransferView };
  cancel: { readonly transfer: TransferView };
  authorize: { readonly authorization: TransferAuthorizationView };
  authorization: { readonly authorization: TransferAuthorizationView };
  authorizations: { readonly authorizations: readonly TransferAuthorizationView[] };
  list: { readonly transfers: readonly TransferView[]; readonly next?: string };
  scenes: { readonly scenes: readonly TransferSceneView[]; readonly limits: TransferLimits };
}

export interface TransferSceneView {
  readonly sceneId: string;
  readonly name: string;
  readonly reports: readonly string[];
  readonly perceptions: readonly string[];
}

export interface TransferLimits {
  readonly minFen: number;
  /** From this amount on, the recipient's name is required. */
  readonly nameFromFen: number;
  readonly dailyFen: number;
  readonly dailyPersonFen: number;
}

export interface TransferView {
  readonly outBillNo: string;
  readonly amountFen: number;
  readonly remark: string;
  readonly sceneId: string;
  /**
   * - WAITING: for funds, or for WeChat Pay's answer; retried automatically with the same number
   * - CHECKING: WeChat Pay refused; asked once more before it counts as refused
   * - ACCEPTED, PROCESSING, WAIT_USER_CONFIRM, TRANSFERING, CANCELING: WeChat Pay's own
   * - SUCCESS, FAIL, CANCELLED, REFUSED: ended
   */
  readonly state:
    | 'WAITING'
    | 'CHECKING'
    | 'ACCEPTED'
    | 'PROCESSING'
    | 'WAIT_USER_CONFIRM'
    | 'TRANSFERING'
    | 'CANCELING'
    | 'SUCCESS'
    | 'FAIL'
    | 'CANCELLED'
    | 'REFUSED';
  readonly createdAtMs: number;
  /** Must be confirmed by then, or it fails. */
  readonly expiresAtMs?: number;
  readonly endedAtMs?: number;
  /** WeChat Pay's reason of a FAIL or CANCELLED, as it names it. */
  readonly failReason?: string;
  /** For operators only. */
  readonly openid?: string;
  readonly transferBillNo?: string;
  /** Why it waits or was refused; for operators only. */
  readonly failure?: { readonly code: string; readonly message: string };
  /** For the recipient, while their confirmation is pending: the arguments of `wx.requestMerchantTransfer`. */
  readonly confirmation?: TransferConfirmation;
}

export interface TransferConfirmation {
  readonly mchId: string;
  readonly appId: string;
  readonly package: string;
}

/** 免确认收款授权 of one person for one scene. */
export interface TransferAuthorizationView {
  /** out_authorization_no. */
  readonly authorizationNo: string;
  readonly sceneId: string;
  /**
   * - WAITING: for WeChat Pay's answer; asking again continues with the same number
   * - WAIT_USER_CONFIRM: the person has 24 hours; TAKING_EFFECT: in force; CLOSED: ended, or never given
   * - REFUSED: WeChat Pay did not accept the request
   */
  readonly state: 'WAITING' | 'WAIT_USER_CONFIRM' | 'TAKING_EFFECT' | 'CLOSED' | 'REFUSED';
  readonly createdAtMs: number;
  readonly authorizedAtMs?: number;
  readonly closedAtMs?: number;
  /** WeChat Pay's close_reason, as it names it. */
  readonly closeReason?: string;
  /** For operators only. */
  readonly openid?: string;
  /** For the person, while it waits: the arguments of `wx.requestMerchantTransfer`. */
  readonly confirmation?: TransferConfirmation;
}

/** receiveTransfer, for the person who receives. */
export type ReceiveTransferRequest =
  | { readonly action: 'list'; readonly before?: string }
  /** Queries WeChat Pay, unless it was queried a moment ago. */
  | { readonly action: 'query'; readonly outBillNo: string }
  /** Pending and given authorisations; WeChat Pay is queried about each. */
  | { readonly action: 'authorizations' };

export interface ReceiveTransferAnswers {
  list: { readonly transfers: readonly TransferView[]; readonly next?: string };
  query: { readonly transfer: TransferView };
  authorizations: { readonly authorizations: readonly TransferAuthorizationView[] };
}
