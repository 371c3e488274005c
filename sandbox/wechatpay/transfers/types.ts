type TransferState = 'ACCEPTED' | 'WAIT_USER_CONFIRM' | 'SUCCESS' | 'FAIL' | 'CANCELING' | 'CANCELLED';

/** 商家转账: money that a merchant sends to a person. Plain JSON. */
export interface Transfer {
  readonly transferBillNo: string;
  /** Unique within the merchant number. */
  readonly outBillNo: string;
  readonly mchid: string;
  readonly appid: string;
  readonly openid: string;
  /** In clear text; answers return it encrypted. */
  readonly userName?: string;
  readonly amountFen: number;
  readonly remark: string;
  readonly sceneId: string;
  readonly perception?: string;
  readonly notifyUrl?: string;
  /** The request in canonical form: the same number with another one is refused. */
  readonly request: string;
  /** What wx.requestMerchantTransfer opens the confirmation with. Absent when the payee authorised before. */
  readonly packageInfo?: string;
  readonly createdAtMs: number;
  updatedAtMs: number;
  state: TransferState;
  failReason?: string;
}

/** 免确认收款授权: transfers of a scene that the payee need not confirm. Plain JSON. */
export interface Authorization {
  readonly authorizationId: string;
  readonly outAuthorizationNo: string;
  readonly mchid: string;
  readonly appid: string;
  readonly openid: string;
  readonly sceneId: string;
  readonly displayName: string;
  readonly perception?: string;
  readonly notifyUrl: string;
  readonly request: string;
  readonly packageInfo: string;
  readonly createdAtMs: number;
  state: 'WAIT_USER_CONFIRM' | 'TAKING_EFFECT' | 'CLOSED';
  authorizedAtMs?: number;
  closedAtMs?: number;
  closeReason?: 'CLOSE_VIA_MCH_API' | 'USER_CLOSE' | 'USER_OVERDUE_UNCONFIRMED';
}
