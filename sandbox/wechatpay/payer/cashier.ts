import { verify } from 'node:crypto';
import type { Text } from '../../text.ts';
import { recoverDigest } from '../explain/recover.ts';
import { explainMessage, explanationOf, type SignatureExplanation } from '../explain/signature.ts';
import type { Variant } from '../explain/variants.ts';
import { OrderStore } from '../orders/order-store.ts';
import { type Payment, prepayValidMsOf, tradeTypeOf } from '../orders/types.ts';
import type { State } from '../state/state.ts';
import { obstacle } from './pay.ts';

/** Why the cashier does not open; where WeChat's client has a message of its own, that is in it. */
interface CashierRefusal extends Text {
  readonly code: string;
  readonly signature?: SignatureExplanation;
  /** The payment it is about, where the prepay_id is known. */
  readonly outTradeNo?: string;
}

export type CashierResult = { readonly payment: Payment } | { readonly refusal: CashierRefusal };

/**
 * What wx.requestPayment checks before the cashier opens: the types of its parameters, the prepay_id, and
 * paySign by the merchant that placed the order (doc/v3/merchant/4012791898).
 */
export function openCashier(state: State, given: Record<string, unknown>, nowMs: number): CashierResult {
  const wrong = wrongParameter(given);
  if (wrong) return refuse('BAD_PARAMETER', wrong);
  const { timeStamp, nonceStr, package: pack, paySign } = given as Record<string, string>;
  const store = new OrderStore(state);
  const prepayId = pack!.slice('prepay_id='.length);
  const payment = store.byPrepayId(prepayId);
  if (!payment || tradeTypeOf(payment) !== 'JSAPI')
    return refuse('PREPAY_UNKNOWN', {
      en: 'There is no such prepay_id in this sandbox.',
      zh: '预支付订单不存在：该沙箱没有这个 prepay_id。',
    });
  const signature = checkPaySign(
    state,
    payment,
    { timeStamp: timeStamp!, nonceStr: nonceStr!, pack: pack! },
    paySign!,
  );
  if (signature) {
    const [en, zh] = [`paySign is wrong: ${signature.hint}`, `支付验证签名失败：${signature.hintZh}`];
    return { refusal: { code: 'SIGN_ERROR', en, zh, signature, outTradeNo: payment.paymentNo } };
  }
  store.settle(payment, nowMs);
  const reason = obstacle(payment, nowMs);
  if (reason) return refuse(reason.code, reason, payment.paymentNo);
  if (payment.prepayId !== prepayId || nowMs - payment.prepayAtMs >= prepayValidMsOf(payment)) {
    return refuse('PREPAY_EXPIRED', prepayExpired, payment.paymentNo);
  }
  return { payment };
}

const prepayExpired: Text = {
  en: 'The prepay_id is over after 2 hours: order again with the same parameters for a new one.',
  zh: 'prepay_id已过期（有效期2小时），请用原参数重新下单获取新的prepay_id',
};

function refuse(code: string, { en, zh }: Text, outTradeNo?: string): CashierResult {
  return { refusal: { code, en, zh, ...(outTradeNo !== undefined && { outTradeNo }) } };
}

/** Of the message that WeChat's client gives, and what it means. */
function parameterError(en: string, zh: string): Text {
  return { en: `requestPayment:fail parameter error: ${en}`, zh: `requestPayment:fail 参数有误：${zh}` };
}

function wrongParameter(given: Record<string, unknown>): Text | undefined {
  for (const name of ['timeStamp', 'nonceStr', 'package', 'signType', 'paySign']) {
    const value = given[name];
    if (value === undefined || value === null || value === '')
      return parameterError(`parameter.${name} is missing`, `缺少 ${name}`);
    if (typeof value !== 'string') {
      const type = (value as object).constructor.name;
      return parameterError(
        `parameter.${name} should be String instead of ${type}`,
        `${name} 须为字符串，不能是 ${type}`,
      );
    }
  }
  if (!/^\d+$/.test(String(given.timeStamp)))
    return parameterError('timeStamp must be a number of seconds, as text', 'timeStamp 须为秒数的字符串');
  if (!String(given.package).startsWith('prepay_id='))
    return parameterError('package must be prepay_id=…', 'package 须为 prepay_id=…');
  if (given.signType !== 'RSA')
    return parameterError('signType must be RSA for APIv3', 'APIv3 的 signType 须为 RSA');
  return undefined;
}

interface PaySignParts {
  readonly timeStamp: string;
  readonly nonceStr: string;
  readonly pack: string;
}

/** Undefined when the signature is good. */
function checkPaySign(
  state: State,
  payment: Payment,
  parts: PaySignParts,
  paySign: string,
): SignatureExplanation | undefined {
  const merchant = state.merchants.get(payment.mchid)!;
  const expected = message(payment.payAppid, parts);
  const bytes = Buffer.from(paySign, 'base64');
  const keys = [merchant.publicKey, ...(merchant.older ? [merchant.older.publicKey] : [])];
  if (keys.some((key) => verify('sha256', Buffer.from(expected), key, bytes))) return undefined;
  if (bytes.length !== 256) return { ...explanationOf('not-a-signature'), expectedMessage: expected };
  const digest = recoverDigest(merchant.publicKey, bytes);
  const label = `merchant ${merchant.mchid}`;
  if (digest) {
    return { ...explainMessage(digest, expected, paySignVariants(state, payment, parts)), signedWith: label };
  }
  for (const other of state.merchants.values()) {
    if (other === merchant || !recoverDigest(other.publicKey, bytes)) continue;
    const owner = {
      en: `merchant ${other.mchid}; the order was placed by ${payment.mchid}`,
      zh: `下单商户 ${payment.mchid} 以外的商户 ${other.mchid}`,
    };
    return {
      ...explanationOf('other-key', owner),
      expectedMessage: expected,
      signedWith: `merchant ${other.mchid}`,
    };
  }
  return { ...explanationOf('unknown-key'), expectedMessage: expected };
}

function message(appid: string, { timeStamp, nonceStr, pack }: PaySignParts): string {
  return `${appid}\n${timeStamp}\n${nonceStr}\n${pack}\n`;
}

function* paySignVariants(state: State, payment: Payment, parts: PaySignParts): Generator<Variant> {
  const appid = payment.payAppid;
  yield { cause: 'missing-trailing-newline', message: message(appid, parts).slice(0, -1) };
  const bare = { ...parts, pack: parts.pack.slice('prepay_id='.length) };
  yield { cause: 'package-without-prefix', message: message(appid, bare) };
  const appids = new Set([
    ...[...state.merchants.values()].flatMap((merchant) => merchant.appids),
    ...[...state.subMerchants.values()].flatMap((sub) => sub.appids),
  ]);
  for (const other of appids) {
    if (other !== appid) yield { cause: 'other-appid', message: message(other, parts) };
  }
  const { timeStamp, nonceStr, pack } = parts;
  for (const changed of [timeStamp.slice(0, 10), `${timeStamp}000`]) {
    if (changed !== timeStamp)
      yield { cause: 'timestamp-unit', message: message(appid, { ...parts, timeStamp: changed }) };
  }
  for (let offset = -5; offset <= 5; offset++) {
    const changed = { ...parts, timeStamp: String(Number(timeStamp) + offset) };
    if (offset !== 0) yield { cause: 'second-timestamp', message: message(appid, changed) };
  }
  yield { cause: 'order-of-lines', message: `${appid}\n${nonceStr}\n${timeStamp}\n${pack}\n` };
  yield { cause: 'literal-backslash-n', message: message(appid, parts).replaceAll('\n', '\\n') };
  yield { cause: 'crlf', message: message(appid, parts).replaceAll('\n', '\r\n') };
  for (const changed of [nonceStr.toLowerCase(), nonceStr.toUpperCase()]) {
    if (changed !== nonceStr)
      yield { cause: 'nonce-case', message: message(appid, { ...parts, nonceStr: changed }) };
  }
}
