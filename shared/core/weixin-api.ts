/**
 * WeChat's server API of the mini-program (api.weixin.qq.com): shipping information, subscribe messages. It can be
 * reached in two ways, with an access token or through the cloud call; this is what both have in common.
 */

export type WeixinApiName =
  | 'uploadShippingInfo'
  | 'uploadCombinedShippingInfo'
  | 'getOrder'
  | 'notifyConfirmReceive'
  | 'reportSpecialOrder'
  | 'setMessagePath'
  | 'isTradeManaged'
  | 'sendSubscribeMessage';

/** A response, with or without an errcode; 0 or none means success. */
export interface WeixinAnswer {
  readonly errcode?: number;
  readonly errmsg?: string;
  readonly [field: string]: unknown;
}

export interface WeixinApi {
  /** @throws WeixinError */
  call(api: WeixinApiName, body: Readonly<Record<string, unknown>>): Promise<WeixinAnswer>;
}

/**
 * - `refused`: WeChat answered with a code; nothing changed there.
 * - `later`: the same, and the same call may succeed later.
 * - `fault`: the configuration or a permission is wrong; a person must fix it, and then the same call succeeds.
 * - `unknown`: no answer; it may have taken effect.
 */
export type WeixinErrorKind = 'refused' | 'later' | 'fault' | 'unknown';

export class WeixinError extends Error {
  override readonly name = 'WeixinError';
  readonly kind: WeixinErrorKind;
  /** WeChat's errcode; undefined when it did not answer. */
  readonly errcode: number | undefined;
  /** What a person has to do, in Chinese and English; for the operator. */
  readonly advice: string;

  constructor(kind: WeixinErrorKind, errcode: number | undefined, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
    this.errcode = errcode;
    this.advice = (errcode !== undefined && faultAdvice[errcode]) || message;
  }
}

/** Codes by which WeChat says "busy" or "too often", whatever was asked. */
const laterCodes: ReadonlySet<number> = new Set([-1, 44990, 45009, 45011, 10060012, 10060019]);

/** https://developers.weixin.qq.com/doc/oplatform/developers/errCode/errCode.html (通用错误码) */
const faultAdvice: Readonly<Record<number, string>> = {
  [-604101]:
    '云函数没有云调用权限：用微信开发者工具上传本函数（tcb 部署的函数没有此权限），约 10 分钟后生效；或把 WECHAT_API_ACCESS 改为 token。 The function has no permission for cloud calls: upload it with WeChat DevTools (functions deployed by tcb do not get the permission), which takes effect after about 10 minutes; or set WECHAT_API_ACCESS to token.',
  [-604100]:
    '云调用不支持此接口，需把 WECHAT_API_ACCESS 改为 token。 The cloud call does not have this API: it needs WECHAT_API_ACCESS=token.',
  40001:
    'access_token 无效，或 AppSecret 不正确。 The access token is not valid, or the AppSecret (WECHAT_APP_SECRET) is wrong.',
  40013: 'AppID 不正确。 The appid (WECHATPAY_APPID) is wrong.',
  40014: 'access_token 无效。 The access token is not valid.',
  40125: 'AppSecret 不正确。 The AppSecret (WECHAT_APP_SECRET) is wrong.',
  40164:
    '调用方 IP 不在小程序后台的 IP 白名单内。 The IP address of the caller is not on the allowlist of the mini-program (mp.weixin.qq.com, 开发管理).',
  40243: 'AppSecret 已被冻结。 The AppSecret is frozen (mp.weixin.qq.com, 开发管理).',
  42001: 'access_token 已过期。 The access token has expired.',
  48001:
    '小程序没有此接口的权限。 The mini-program has no permission for this API (开通发货信息管理服务 in mp.weixin.qq.com).',
  50002: '小程序已被限制使用。 The mini-program is restricted.',
};

/** Throws unless the answer is a success. @throws WeixinError refused, later or fault */
export function requireSuccess(api: WeixinApiName, answer: WeixinAnswer): WeixinAnswer {
  const { errcode = 0, errmsg = '' } = answer;
  if (errcode === 0) return answer;
  const kind = laterCodes.has(errcode) ? 'later' : Object.hasOwn(faultAdvice, errcode) ? 'fault' : 'refused';
  throw new WeixinError(kind, errcode, `${api}: ${errcode} ${errmsg}`.slice(0, 300));
}
