/** WeChat Pay's own shapes of a transaction, in the terms of the orders. */
import type { CombinedTransaction, Transaction } from '../core/ports.ts';
import type { CombineSubOrder, CombineTransaction } from '../wechatpay/api/combine.ts';
import type { JsapiTransaction } from '../wechatpay/api/jsapi.ts';
import type { TransactionBase } from '../wechatpay/api/order-types.ts';
import type { PartnerTransaction } from '../wechatpay/api/partner-jsapi.ts';

export function fromDirect(wire: JsapiTransaction): Transaction {
  return { appid: wire.appid, mchid: wire.mchid, ...common(wire) };
}

export function fromPartner(wire: PartnerTransaction): Transaction {
  return { appid: wire.sp_appid, mchid: wire.sp_mchid, subMchid: wire.sub_mchid, ...common(wire) };
}

export function fromCombined(wire: CombineTransaction): CombinedTransaction {
  return {
    combineOutTradeNo: wire.combine_out_trade_no,
    appid: wire.combine_appid,
    mchid: wire.combine_mchid,
    orders: wire.sub_orders.map((order) => fromSubOrder(wire.combine_appid, order)),
  };
}

function fromSubOrder(appid: string, wire: CombineSubOrder): Transaction {
  return {
    appid,
    mchid: wire.mchid,
    ...(wire.sub_mchid !== undefined && { subMchid: wire.sub_mchid }),
    ...facts(wire),
    ...(wire.amount && amount(wire.amount.total_amount, wire.amount.currency)),
  };
}

function common(wire: TransactionBase) {
  return { ...facts(wire), ...(wire.amount && amount(wire.amount.total, wire.amount.currency)) };
}

function facts(
  wire: Pick<TransactionBase, 'out_trade_no' | 'trade_state' | 'transaction_id' | 'success_time'>,
) {
  const successAtMs = wire.success_time === undefined ? Number.NaN : Date.parse(wire.success_time);
  return {
    outTradeNo: wire.out_trade_no,
    tradeState: wire.trade_state,
    // Some answers about unpaid orders carry an empty string.
    ...(wire.transaction_id && { transactionId: wire.transaction_id }),
    ...(Number.isFinite(successAtMs) && { successAtMs }),
  };
}

function amount(amountFen: number | undefined, currency: string | undefined) {
  return { ...(amountFen !== undefined && { amountFen }), ...(currency && { currency }) };
}
