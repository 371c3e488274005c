import { verify } from 'node:crypto';
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
): { readonly payment: Payment } | { readonly code: string; readonly message: string } {
  const missing = names.find((name) => typeof given[name] !== 'string' || given[name] === '');
  if (missing) return refused('BAD_PARAMETER', `"${missing}" must be a text, as in {${names.join(', ')}}.`);
  const request = given as AppRequest;
  if (request.package !== 'Sign=WXPay') {
    return refused('BAD_PARAMETER', `"package" must be "Sign=WXPay", not "${request.package}".`);
  }
  const store = new OrderStore(state);
  const payment = store.byPrepayId(request.prepayid);
  if (!payment || tradeTypeOf(payment) !== 'APP') {
    return refused(
      'PREPAY_UNKNOWN',
      `预支付订单不存在: "${request.prepayid}" is no prepay_id of an APP order.`,
    );
  }
  const payee = payment.orders[0]!.subMchid ?? payment.mchid;
  if (request.partnerid !== payee && request.partnerid !== payment.mchid) {
    return refused('BAD_PARAMETER', `"partnerid" must be ${payment.mchid}, not ${request.partnerid}.`);
  }
  const { appid, timestamp, noncestr, prepayid } = request;
  const message = `${appid}\n${timestamp}\n${noncestr}\n${prepayid}\n`;
  const key = state.merchants.get(payment.mchid)!.publicKey;
  if (!verify('sha256', Buffer.from(message), key, Buffer.from(request.sign, 'base64'))) {
    return refused(
      'SIGN_ERROR',
      `"sign" is not the signature of ${JSON.stringify(message)} by ${payment.mchid}.`,
    );
  }
  store.settle(payment, nowMs);
  const reason = obstacle(payment, nowMs);
  if (reason) return reason;
  const current = payment.prepayId === prepayid && nowMs - payment.prepayAtMs < prepayValidMsOf(payment);
  return current
    ? { payment }
    : refused('PREPAY_EXPIRED', 'prepay_id已过期: order again with the same parameters.');
}

function refused(code: string, message: string) {
  return { code, message };
}
