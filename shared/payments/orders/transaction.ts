/**
 * What WeChat Pay reports about orders, in queries and in callbacks, in our terms.
 * Direct: https://pay.weixin.qq.com/doc/v3/merchant/4012791900 · partner: https://pay.weixin.qq.com/doc/v3/partner/4012760115
 * Combined: https://pay.weixin.qq.com/doc/v3/partner/4012761049
 */
import type { OrderState } from '../../contract/index.ts';
import type { Account } from '../../core/account.ts';
import { unlessRefused } from '../../core/errors.ts';
import { WechatpayError } from '../../wechatpay/errors.ts';
import type { RouteResponse } from '../../wechatpay/http/client-types.ts';
import { type OrderRecord, type Payment, subMchidOf } from './records.ts';

type DirectTransaction = RouteResponse<'GET /v3/pay/transactions/out-trade-no/{out_trade_no}'>;
type PartnerTransaction = RouteResponse<'GET /v3/pay/partner/transactions/out-trade-no/{out_trade_no}'>;
type CombinedTransaction = RouteResponse<'GET /v3/combine-transactions/out-trade-no/{combine_out_trade_no}'>;

/** About one order, whoever placed it. */
export interface Transaction {
  /** appid, sp_appid or combine_appid. */
  readonly appid: string;
  /** mchid, sp_mchid, or the mchid of a sub-order. */
  readonly mchid: string;
  readonly subMchid?: string;
  readonly outTradeNo: string;
  readonly transactionId?: string;
  /** Possibly one that no page lists yet. */
  readonly tradeState: Exclude<OrderState, 'CREATED'>;
  /** The order's total, before coupons of the payer. */
  readonly amountFen?: number;
  readonly currency?: string;
  readonly successAtMs?: number;
}

export function fromDirect(wire: DirectTransaction): Transaction {
  return { appid: wire.appid, mchid: wire.mchid, ...common(wire, wire.amount?.total) };
}

export function fromPartner(wire: PartnerTransaction): Transaction {
  const { sp_appid: appid, sp_mchid: mchid, sub_mchid: subMchid } = wire;
  return { appid, mchid, subMchid, ...common(wire, wire.amount?.total) };
}

/** Each order of a combined payment has a state of its own. */
export function fromCombined(wire: CombinedTransaction): Transaction[] {
  return wire.sub_orders.map((order) => ({
    appid: wire.combine_appid,
    mchid: order.mchid,
    ...(order.sub_mchid !== undefined && { subMchid: order.sub_mchid }),
    ...common(order, order.amount?.total_amount),
  }));
}

type Common = Pick<DirectTransaction, 'out_trade_no' | 'trade_state' | 'transaction_id' | 'success_time'> & {
  readonly amount?: { readonly currency?: string };
};

function common(wire: Common, amountFen: number | undefined) {
  const successAtMs = wire.success_time === undefined ? Number.NaN : Date.parse(wire.success_time);
  return {
    outTradeNo: wire.out_trade_no,
    tradeState: wire.trade_state as Transaction['tradeState'],
    // Some answers about unpaid orders carry empty strings.
    ...(wire.transaction_id && { transactionId: wire.transaction_id }),
    ...(Number.isFinite(successAtMs) && { successAtMs }),
    ...(amountFen !== undefined && { amountFen }),
    ...(wire.amount?.currency && { currency: wire.amount.currency }),
  };
}

/** Error codes that mean WeChat Pay has no such order. */
export const noSuchOrderCodes: ReadonlySet<string> = new Set([
  'ORDER_NOT_EXIST',
  'ORDERNOTEXIST',
  'RESOURCE_NOT_EXISTS',
]);

/**
 * Asks about all orders of a payment.
 * @returns undefined when WeChat Pay knows no such payment
 * @throws WechatpayError
 */
export function queryPayment(account: Account, payment: Payment): Promise<Transaction[] | undefined> {
  return unlessRefused(noSuchOrderCodes, async () => {
    if (payment.combined) return queryCombined(account, payment.paymentNo);
    return Promise.all(payment.orders.map((order) => queryOrder(account, order)));
  });
}

async function queryOrder({ kind, mchid, client }: Account, order: OrderRecord): Promise<Transaction> {
  const out_trade_no = order._id;
  if (kind === 'direct') {
    const route = 'GET /v3/pay/transactions/out-trade-no/{out_trade_no}';
    const wire = await client.request(route, { out_trade_no, mchid });
    checkAnswer(wire?.out_trade_no === out_trade_no);
    return fromDirect(wire);
  }
  const route = 'GET /v3/pay/partner/transactions/out-trade-no/{out_trade_no}';
  const sub_mchid = subMchidOf(order);
  const wire = await client.request(route, { out_trade_no, sp_mchid: mchid, sub_mchid });
  checkAnswer(wire?.out_trade_no === out_trade_no);
  return fromPartner(wire);
}

async function queryCombined({ client }: Account, combine_out_trade_no: string): Promise<Transaction[]> {
  const route = 'GET /v3/combine-transactions/out-trade-no/{combine_out_trade_no}';
  const wire = await client.request(route, { combine_out_trade_no });
  checkAnswer(wire?.combine_out_trade_no === combine_out_trade_no && Array.isArray(wire.sub_orders));
  checkAnswer(wire.sub_orders.every((order) => typeof order?.out_trade_no === 'string'));
  return fromCombined(wire);
}

/** A signature authenticates the sender; the identifiers must match too. @throws WechatpayError RESPONSE_MALFORMED */
export function checkAnswer(fits: boolean): void {
  if (fits) return;
  throw new WechatpayError(
    'unknown',
    'RESPONSE_MALFORMED',
    'WeChat Pay signed an answer about another order, or one without the documented fields. Query again.',
  );
}
