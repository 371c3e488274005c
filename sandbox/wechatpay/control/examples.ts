import type { Text } from '../../text.ts';

/** A working body for each control call that takes one; a refusal of an invalid body ends with it. */
export const examples: Readonly<Record<string, unknown>> = {
  'POST /_sandbox/orders/{out_trade_no}/pay': { result: 'SUCCESS' },
  'POST /_sandbox/cashier': {
    appId: 'wx8f2c0b7e5d413a96',
    timeStamp: '1764259200',
    nonceStr: 'E61463F8EFA94090B1F366CCCFBBB444',
    package: 'prepay_id=wx201410272009395522657a690389285100',
    signType: 'RSA',
    paySign: 'base64 of the signature',
  },
  'POST /_sandbox/app-cashier': {
    appid: 'wx8f2c0b7e5d413a96',
    partnerid: '1900000001',
    prepayid: 'wx201410272009395522657a690389285100',
    package: 'Sign=WXPay',
    noncestr: 'E61463F8EFA94090B1F366CCCFBBB444',
    timestamp: '1764259200',
    sign: 'base64 of the signature',
  },
  'POST /_sandbox/scan': { codeUrl: 'weixin://wxpay/bizpayurl?pr=4Eo24ZRzz' },
  'POST /_sandbox/payment-codes': { openid: 'oPayer1', password: false },
  'POST /_sandbox/notifications/{id}/replay': { tamper: 'signature', times: 1 },
  'POST /_sandbox/notifications/settings': { hold: true, duplicates: 1, probe: false },
  'POST /_sandbox/notifications/release': { order: 'in-order' },
  'POST /_sandbox/keys': { mode: 'switching', rotate: 'announce' },
  'POST /_sandbox/clock': { advanceMs: 15_000 },
  'PUT /_sandbox/faults': [{ route: 'POST /v3/refund/domestic/refunds', kind: 'system-error', times: 1 }],
  'PUT /_sandbox/rate-limits': { on: true, percent: 100 },
  'POST /_sandbox/sub-merchants/{sub_mchid}': { frozen: true },
  'POST /_sandbox/refunds/{out_refund_no}/settle': { result: 'SUCCESS' },
  'POST /_sandbox/merchants/{mchid}/balance': { addFen: 10_000 },
  'POST /_sandbox/merchants/{mchid}/keys': { certificate: 'renew' },
  'POST /_sandbox/transfers/open': {
    mchId: '1900000001',
    appId: 'wx8f2c0b7e5d413a96',
    package: 'package_info of the answer',
  },
  'POST /_sandbox/transfers/{out_bill_no}/confirm': { result: 'SUCCESS' },
  'POST /_sandbox/transfer-authorizations/{out_authorization_no}/decide': { agrees: true },
  'POST /_sandbox/subscriptions': { openid: 'oPayer1', choices: { TEMPLATE_ID: 'accept' } },
  'POST /_sandbox/withdrawals/{out_request_no}/settle': { result: 'SUCCESS' },
  'POST /_sandbox/sharing/{account}': { maxRatio: 3_000, returnConsent: true },
  'POST /_sandbox/complaints': { outTradeNo: 'ORDER1', problemType: 'REFUND', detail: '商品与描述不符' },
  'POST /_sandbox/complaints/{complaint_id}/act': { action: 'respond', detail: '问题没有解决' },
  'POST /_sandbox/violations': { subMchid: '1900000111', eventType: 'VIOLATION.PUNISH' },
  'POST /_sandbox/shipping': { managed: true, freezes: false },
  'POST /_sandbox/shipping/remind': { outTradeNo: 'ORDER1' },
  'POST /_sandbox/receipts/open': { openid: 'oPayer1', merchant_trade_no: 'ORDER1' },
  'POST /_sandbox/receipts/confirm': { openid: 'oPayer1', merchant_trade_no: 'ORDER1' },
  'POST /_sandbox/applications/permissions': { micro: true },
  'POST /_sandbox/applications/{id}/review': {
    decision: 'reject',
    reasons: { merchant_shortname: '简称与主体无关，请修改' },
  },
  'POST /_sandbox/applications/{id}/freeze': { reasons: { merchant_shortname: '资料不符合要求' } },
};

const longestShown = 200;

/** The received value and one that works: the end of an error message that names the field at fault. */
export function givenAndExample(method: string, path: string, bytes: Buffer): Text | undefined {
  const example = examples[`${method} ${path}`];
  if (example === undefined) return undefined;
  // A character has at most four bytes; of a body that may be long, no more is read.
  const given = bytes
    .toString('utf8', 0, 4 * longestShown)
    .trim()
    .slice(0, longestShown);
  const shown = JSON.stringify(example);
  return {
    en: ` Given: ${given || 'no body'}. This works: ${shown}`,
    zh: `收到：${given || '没有请求体'}。可用的写法：${shown}`,
  };
}
