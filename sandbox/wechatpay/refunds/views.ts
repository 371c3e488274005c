import { rfc3339 } from '../state/time.ts';
import type { Refund, RefundResult } from './types.ts';

function sourcesView({ sources }: Refund) {
  return sources.map(({ account, amountFen }) => ({ account, amount: amountFen }));
}

const fundsAccountOf = ({ sources }: Refund) => sources[0]!.account;

/** What apply, query and apply-abnormal-refund of direct and partner refunds answer: doc/v3/merchant/4013071036. */
export function domesticView(refund: Refund): Record<string, unknown> {
  return {
    amount: {
      currency: 'CNY',
      discount_refund: 0,
      from: refund.sourcesGiven ? sourcesView(refund) : [],
      payer_refund: refund.amountFen,
      payer_total: refund.totalFen,
      refund: refund.amountFen,
      refund_fee: refund.feeFen,
      settlement_refund: refund.amountFen,
      settlement_total: refund.totalFen,
      total: refund.totalFen,
    },
    channel: refund.channel,
    create_time: rfc3339(refund.createdAtMs),
    funds_account: fundsAccountOf(refund),
    out_refund_no: refund.outRefundNo,
    out_trade_no: refund.outTradeNo,
    promotion_detail: [],
    refund_id: refund.refundId,
    status: refund.status,
    ...successTime(refund),
    transaction_id: refund.transactionId,
    user_received_account: refund.receivedBy,
  };
}

const ecommerceAmount = (refund: Refund) => ({
  refund: refund.amountFen,
  ...(refund.sourcesGiven && { from: sourcesView(refund) }),
  payer_refund: refund.amountFen,
  discount_refund: 0,
  currency: 'CNY',
  ...(refund.advancedBy !== undefined && { advance: refund.amountFen }),
});

const refundAccountOf = ({ advancedBy }: Refund) =>
  advancedBy === undefined ? 'REFUND_SOURCE_SUB_MERCHANT' : 'REFUND_SOURCE_PARTNER_ADVANCE';

/** What the application of an e-commerce refund answers: it names neither status nor order. */
export function ecommerceAccepted(refund: Refund): Record<string, unknown> {
  return {
    refund_id: refund.refundId,
    out_refund_no: refund.outRefundNo,
    create_time: rfc3339(refund.createdAtMs),
    amount: ecommerceAmount(refund),
    promotion_detail: [],
    refund_account: refundAccountOf(refund),
  };
}

export function ecommerceView(refund: Refund): Record<string, unknown> {
  return {
    refund_id: refund.refundId,
    out_refund_no: refund.outRefundNo,
    transaction_id: refund.transactionId,
    out_trade_no: refund.outTradeNo,
    channel: refund.channel,
    user_received_account: refund.receivedBy,
    ...successTime(refund),
    create_time: rfc3339(refund.createdAtMs),
    status: statusOf(refund),
    amount: ecommerceAmount(refund),
    promotion_detail: [],
    refund_account: refundAccountOf(refund),
    funds_account: fundsAccountOf(refund),
  };
}

/** The e-commerce family says CLOSE where the domestic one says CLOSED. */
function statusOf({ family, status }: Refund): string {
  return family === 'ecommerce' && status === 'CLOSED' ? 'CLOSE' : status;
}

const summaries: Readonly<Record<RefundResult, string>> = {
  SUCCESS: '退款成功',
  CLOSED: '退款关闭',
  ABNORMAL: '退款异常',
};

/** REFUND.SUCCESS, REFUND.CLOSED, REFUND.ABNORMAL: doc/v3/merchant/4012791886, partner 4012085830. */
export function refundCallback(refund: Refund) {
  const parties =
    refund.subMchid === undefined
      ? { mchid: refund.mchid }
      : { sp_mchid: refund.mchid, sub_mchid: refund.subMchid };
  return {
    eventType: `REFUND.${refund.status}`,
    originalType: 'refund',
    summary: summaries[refund.status as RefundResult],
    resource: {
      ...parties,
      out_trade_no: refund.outTradeNo,
      transaction_id: refund.transactionId,
      out_refund_no: refund.outRefundNo,
      refund_id: refund.refundId,
      refund_status: statusOf(refund),
      ...successTime(refund),
      amount: {
        total: refund.totalFen,
        refund: refund.amountFen,
        payer_total: refund.totalFen,
        payer_refund: refund.amountFen,
        ...(refund.advancedBy !== undefined && { advance: refund.amountFen }),
      },
      user_received_account: refund.receivedBy,
      ...(refund.family === 'ecommerce' && { refund_account: refundAccountOf(refund) }),
    },
  };
}

function successTime({ successAtMs }: Refund) {
  return successAtMs === undefined ? {} : { success_time: rfc3339(successAtMs) };
}

/** What the control API shows. Times in epoch ms, amounts in fen. */
export function refundControlView(refund: Refund): Record<string, unknown> {
  const { request: _request, sourcesGiven: _given, ...shown } = refund;
  return shown;
}
