import { verify } from 'node:crypto';
import type { Text } from '../../text.ts';
import { OrderStore } from '../orders/order-store.ts';
import { type Payment, prepayValidMsOf, tradeTypeOf } from '../orders/types.ts';
import type { State } from '../state/state.ts';
import { obstacle } from './pay.ts';

const names = ['appid', 'partnerid', 'prepayid', 'package', 'noncestr', 'timestamp', 'sign'] as const;
type AppRequest = Record<(typeof names)[number], string>;

/**
 * What WeChat checks when an app opens it: the seven strings, and `sign` over appid, timestamp, noncestr and prepayid
 * by the merchant that placed the order (docs/merchant/apis/combine-payment-identity/orders/app-transfer-payment).
 * @returns the payment, or the reason as text
 */
export function openAppCashier(
  state: State,
  given: Record<string, unknown>,
  nowMs: number,
): { readonly payment: Payment } | (Text & { readonly code: string }) {
  const missing = names.find((name) => typeof given[name] !== 'string' || given[name] === '');
  if (missing) {
    const all = names.join(', ');
    return refused(
      'BAD_PARAMETER',
      `"${missing}" must be a text, as in {${all}}.`,
      `"${missing}" 须为字符串，共需 {${all}}。`,
    );
  }
  const request = given as AppRequest;
  if (request.package !== 'Sign=WXPay') {
    return refused(
      'BAD_PARAMETER',
      `"package" must be "Sign=WXPay", not "${request.package}".`,
      `"package" 须为 "Sign=WXPay"，不能是 "${request.package}"。`,
    );
  }
  const store = new OrderStore(state);
  const payment = store.byPrepayId(request.prepayid);
  if (!payment || tradeTypeOf(payment) !== 'APP') {
    return refused(
      'PREPAY_UNKNOWN',
      `"${request.prepayid}" is no prepay_id of an APP order.`,
      `预支付订单不存在："${request.prepayid}" 不是 APP 订单的 prepay_id。`,
    );
  }
  const payee = payment.orders[0]!.subMchid ?? payment.mchid;
  if (request.partnerid !== payee && request.partnerid !== payment.mchid) {
    return refused(
      'BAD_PARAMETER',
      `"partnerid" must be ${payment.mchid}, not ${request.partnerid}.`,
      `"partnerid" 须为 ${payment.mchid}，不能是 ${request.partnerid}。`,
    );
  }
  const { appid, timestamp, noncestr, prepayid } = request;
  const message = `${appid}\n${timestamp}\n${noncestr}\n${prepayid}\n`;
  const key = state.merchants.get(payment.mchid)!.publicKey;
  if (!verify('sha256', Buffer.from(message), key, Buffer.from(request.sign, 'base64'))) {
    return refused(
      'SIGN_ERROR',
      `"sign" is not the signature of ${JSON.stringify(message)} by ${payment.mchid}.`,
      `"sign" 不是商户 ${payment.mchid} 对 ${JSON.stringify(message)} 的签名。`,
    );
  }
  store.settle(payment, nowMs);
  const reason = obstacle(payment, nowMs);
  if (reason) return reason;
  const current = payment.prepayId === prepayid && nowMs - payment.prepayAtMs < prepayValidMsOf(payment);
  return current
    ? { payment }
    : refused(
        'PREPAY_EXPIRED',
        'The prepay_id is over: order again with the same parameters.',
        'prepay_id已过期，请用原参数重新下单。',
      );
}

function refused(code: string, en: string, zh: string) {
  return { code, en, zh };
}
