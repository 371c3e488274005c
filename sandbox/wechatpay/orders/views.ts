import { createHash } from 'node:crypto';
import { rfc3339 } from '../state/time.ts';
import { type Order, type Payment, stateOf, type TradeState, tradeTypeOf } from './types.ts';

const descriptions: Record<TradeState, string> = {
  NOTPAY: '订单未支付',
  SUCCESS: '支付成功',
  REFUND: '订单发生过退款',
  CLOSED: '订单已关闭',
  PAYERROR: '支付失败(其他原因，如银行返回失败)',
  USERPAYING: '用户支付中',
  REVOKED: '已撤销',
};

/** The transaction as the query and callback of a direct or partner order return it. */
export function transactionView(payment: Payment): Record<string, unknown> {
  const order = payment.orders[0]!;
  const common = {
    ...partiesOf(payment, order),
    out_trade_no: order.outTradeNo,
    trade_state: order.state,
    trade_state_desc: descriptions[order.state],
    promotion_detail: [],
  };
  const { amountFen: total } = order;
  if (order.transactionId === undefined) {
    // Field sets of paid and unpaid orders as captured from the real one; attach comes with paid ones only
    // (doc/v3/merchant/4012525182).
    return {
      ...common,
      amount: { payer_currency: 'CNY', total },
      scene_info: { device_id: payment.deviceId ?? '' },
    };
  }
  return {
    ...common,
    transaction_id: order.transactionId,
    trade_type: tradeTypeOf(payment),
    bank_type: order.bankType,
    success_time: rfc3339(payment.paidAtMs!),
    attach: order.attach ?? '',
    payer: payerView(payment, order),
    amount: { total, payer_total: total, currency: 'CNY', payer_currency: 'CNY' },
    ...(payment.deviceId !== undefined && { scene_info: { device_id: payment.deviceId } }),
  };
}

function partiesOf(payment: Payment, order: Order): Record<string, unknown> {
  if (payment.kind === 'direct') return { appid: payment.appid, mchid: payment.mchid };
  return {
    sp_appid: payment.appid,
    sp_mchid: payment.mchid,
    ...(order.subAppid !== undefined && { sub_appid: order.subAppid }),
    sub_mchid: order.subMchid,
  };
}

/** The payer of a partner order has an openid under each appid: with a sub_appid both are returned, else that of the provider. */
function payerView({ appid, payer }: Payment, { subAppid }: Order): Record<string, unknown> {
  const { openid, spOpenid, subOpenid } = payer;
  if (openid !== undefined) return { openid };
  const known = spOpenid ?? subOpenid;
  if (known === undefined) return {};
  return {
    sp_openid: spOpenid ?? otherOpenid(appid, known),
    ...(subAppid !== undefined && { sub_openid: subOpenid ?? otherOpenid(subAppid, known) }),
  };
}

/** That of the same person under another appid, always the same. */
function otherOpenid(appid: string, openid: string): string {
  return `o${createHash('sha256').update(`${appid}/${openid}`).digest('base64url').slice(0, 27)}`;
}

/** A combined payment, as its query and callback return it. */
export function combinedView(payment: Payment): Record<string, unknown> {
  const paid = payment.paidAtMs !== undefined;
  return {
    combine_appid: payment.appid,
    combine_mchid: payment.mchid,
    combine_out_trade_no: payment.paymentNo,
    ...(payment.combineTransactionId !== undefined && {
      combine_transaction_id: payment.combineTransactionId,
    }),
    ...(payment.deviceId !== undefined && { scene_info: { device_id: payment.deviceId } }),
    sub_orders: payment.orders.map((order) => subOrderView(payment, order)),
    ...(paid &&
      payment.payer.openid !== undefined && { combine_payer_info: { openid: payment.payer.openid } }),
  };
}

function subOrderView(payment: Payment, order: Order): Record<string, unknown> {
  const paid = order.transactionId !== undefined;
  return {
    mchid: order.mchid,
    ...(order.subMchid !== undefined && { sub_mchid: order.subMchid }),
    ...(order.subAppid !== undefined && { sub_appid: order.subAppid }),
    ...(payment.payer.subOpenid !== undefined && paid && { sub_openid: payment.payer.subOpenid }),
    out_trade_no: order.outTradeNo,
    trade_type: tradeTypeOf(payment),
    trade_state: order.state,
    ...(order.attach !== undefined && { attach: order.attach }),
    ...(paid && {
      transaction_id: order.transactionId,
      bank_type: order.bankType,
      success_time: rfc3339(payment.paidAtMs!),
      promotion_detail: [],
    }),
    amount: paid
      ? {
          total_amount: order.amountFen,
          currency: 'CNY',
          payer_amount: order.amountFen,
          payer_currency: 'CNY',
        }
      : { total_amount: order.amountFen, currency: 'CNY' },
  };
}

/** What the control API and the cashier show of a payment. Times in epoch ms, amounts in fen. */
export function controlView(payment: Payment): Record<string, unknown> {
  const { request: _request, ...shown } = payment;
  return {
    outTradeNo: payment.paymentNo,
    ...shown,
    state: stateOf(payment),
    totalFen: payment.orders.reduce((sum, order) => sum + order.amountFen, 0),
    currency: 'CNY',
  };
}
