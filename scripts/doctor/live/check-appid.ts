/**
 * Whether the appid is bound to the merchant number. No API says so without an order, so one of one fen is asked for,
 * for a payer who does not exist: it is refused for the appid or for the payer (which of the two WeChat Pay checks first
 * is not documented; the other order would leave an unbound appid unnoticed here). Should it be accepted, it is closed.
 * https://pay.weixin.qq.com/doc/v3/merchant/4012791856
 */
import { randomBytes } from 'node:crypto';
import { WechatpayError } from '../../../shared/wechatpay/errors.ts';
import type { Finding } from '../finding.ts';
import type { LiveAccount } from './account.ts';

const nobody = `oDoctor${'0'.repeat(21)}`;
const variable = 'WECHATPAY_APPID';

export async function checkAppid(
  { client, mchid }: LiveAccount,
  appid: string,
  nowMs: number,
): Promise<Finding[]> {
  const outTradeNo = `doctor${randomBytes(12).toString('hex')}`;
  try {
    await client.request('POST /v3/pay/transactions/jsapi', {
      appid,
      mchid,
      description: 'doctor',
      out_trade_no: outTradeNo,
      time_expire: `${new Date(nowMs + 8 * 3_600_000 + 120_000).toISOString().slice(0, 19)}+08:00`,
      notify_url: 'https://www.weixin.qq.com/wxpay/pay.php',
      amount: { total: 1, currency: 'CNY' },
      payer: { openid: nobody },
    });
    await client.request('POST /v3/pay/transactions/out-trade-no/{out_trade_no}/close', {
      out_trade_no: outTradeNo,
      mchid,
    });
  } catch (error) {
    if (!(error instanceof WechatpayError)) throw error;
    if (error.code === 'APPID_MCHID_NOT_MATCH' || error.internalCode === '268445527')
      return [notBound(appid, mchid)];
    if (error.code === 'NO_AUTH') return [notOpened(mchid, error.message)];
    if (error.kind !== 'refused') return [notAnswered(error.message)];
  }
  return [];
}

function notBound(appid: string, mchid: string): Finding {
  return {
    id: 'live-appid-not-bound',
    level: 'error',
    variable,
    what: {
      zh: `AppID ${appid} 没有与商户号 ${mchid} 绑定。`,
      en: `The appid ${appid} is not bound to merchant ${mchid}.`,
    },
    why: {
      zh: '未绑定的小程序不能用该商户号收款（APPID_MCHID_NOT_MATCH）。',
      en: 'A mini-program that is not bound cannot take money with this merchant number (APPID_MCHID_NOT_MATCH).',
    },
    fix: {
      zh: '在商户平台「产品中心 → AppID账号管理」申请绑定，再到小程序后台「微信支付」确认。',
      en: 'Ask for the binding at pay.weixin.qq.com under 产品中心 → AppID账号管理, then confirm it at mp.weixin.qq.com under 微信支付.',
    },
  };
}

function notOpened(mchid: string, message: string): Finding {
  return {
    id: 'live-jsapi-not-opened',
    level: 'error',
    variable: 'WECHATPAY_DIRECT_MCHID',
    what: {
      zh: `商户号 ${mchid} 没有开通 JSAPI 支付。`,
      en: `JSAPI payment is not enabled for merchant ${mchid}.`,
    },
    why: { zh: message.slice(0, 200), en: message.slice(0, 200) },
    fix: {
      zh: '在商户平台「产品中心」开通 JSAPI 支付。',
      en: 'Enable JSAPI支付 at pay.weixin.qq.com under 产品中心.',
    },
  };
}

function notAnswered(message: string): Finding {
  return {
    id: 'live-appid-unproven',
    level: 'warning',
    variable,
    what: {
      zh: '未能验证 AppID 与商户号的绑定。',
      en: 'Whether the appid is bound to the merchant number could not be verified.',
    },
    why: { zh: message.slice(0, 200), en: message.slice(0, 200) },
    fix: {
      zh: '在商户平台「产品中心 → AppID账号管理」核对。',
      en: 'Look at pay.weixin.qq.com under 产品中心 → AppID账号管理.',
    },
  };
}
