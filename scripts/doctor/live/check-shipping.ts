/** Whether WeChat accepts the AppSecret, and whether the mini-program has the shipping service (is_trade_managed). */
import { requireSuccess, WeixinError } from '../../../shared/core/weixin-api.ts';
import { requestAccessToken } from '../../../shared/weixin/access-token.ts';
import { apiPaths } from '../../../shared/weixin/apis.ts';
import { postJson } from '../../../shared/weixin/http.ts';
import type { Values } from '../check-values.ts';
import type { Finding } from '../finding.ts';

const timeoutMs = 10_000;

/** Asks only shops that use an access token: the cloud call works inside of the cloud alone. */
export async function checkShipping(values: Values, apiBase: string | undefined): Promise<Finding[]> {
  if (values.WECHAT_API_ACCESS !== 'token') return [];
  const appid = values.WECHATPAY_PROVIDER_SUB_APPID || values.WECHATPAY_APPID || '';
  const base = apiBase ?? (values.WECHAT_API_BASE || 'https://api.weixin.qq.com');
  const http = { base: base.split(',')[0]!.trim().replace(/\/$/, ''), timeoutMs, fetch };
  try {
    const { token } = await requestAccessToken({ ...http, appid, appSecret: values.WECHAT_APP_SECRET ?? '' });
    const target = `${apiPaths.isTradeManaged}?access_token=${encodeURIComponent(token)}`;
    const answer = requireSuccess('isTradeManaged', await postJson(http, target, { appid }));
    return [answer.is_trade_managed === true ? managed : notManaged];
  } catch (error) {
    if (!(error instanceof WeixinError)) throw error;
    return [notAnswered(error)];
  }
}

const managed: Finding = {
  id: 'shipping-managed',
  level: 'info',
  what: {
    zh: '小程序已开通发货信息管理服务，AppSecret 有效。',
    en: 'The mini-program has the shipping service, and the AppSecret is right.',
  },
  why: {
    zh: '录入发货信息并确认收货之前，货款处于冻结状态。',
    en: 'Until shipments are uploaded and receipt is confirmed, the money is frozen.',
  },
  fix: { zh: '无需处理。', en: 'Nothing to do.' },
};

const notManaged: Finding = {
  id: 'shipping-not-managed',
  level: 'warning',
  variable: 'WECHAT_API_ACCESS',
  what: {
    zh: '小程序没有开通发货信息管理服务。',
    en: 'The mini-program does not have the shipping service.',
  },
  why: {
    zh: 'shipOrder 上传的发货信息会被拒绝（10060001）。',
    en: 'What shipOrder uploads is refused (10060001).',
  },
  fix: {
    zh: '在 mp.weixin.qq.com「功能 → 订单与发货」开通；不需要时清空 WECHAT_API_ACCESS。',
    en: 'Switch it on at mp.weixin.qq.com under 功能 → 订单与发货; or empty WECHAT_API_ACCESS when it is not needed.',
  },
};

function notAnswered({ kind, advice, message }: WeixinError): Finding {
  const unknown = kind === 'unknown' || kind === 'later';
  return {
    id: unknown ? 'shipping-no-answer' : 'shipping-refused',
    level: unknown ? 'warning' : 'error',
    variable: unknown ? 'WECHAT_API_BASE' : 'WECHAT_APP_SECRET',
    what: {
      zh: '微信服务端接口没有给出结果，发货信息可能无法录入。',
      en: "WeChat's server API gave no result, so shipments may not be uploaded.",
    },
    why: { zh: message, en: message },
    fix: { zh: advice, en: advice },
  };
}
