import type { RefundView } from '../../contract/index.ts';
import type { RefundRecord } from './records.ts';

/** A refund for the mini-program. Why it failed is for operators only. */
export function viewRefund(refund: RefundRecord, viewer: 'operator' | 'buyer'): RefundView {
  const { state, reason, receivedAccount, endedAtMs, failure } = refund;
  return {
    outRefundNo: refund._id,
    outTradeNo: refund.outTradeNo,
    amountFen: refund.amountFen,
    state: state === 'REQUESTED' || state === 'RESERVED' ? 'WAITING' : state,
    requestedBy: refund.requestedBy,
    createdAtMs: refund.createdAtMs,
    ...(reason !== null && { reason }),
    ...(receivedAccount !== null && { receivedAccount }),
    ...(endedAtMs !== null && { endedAtMs }),
    ...(refund.platformAdvance && viewer === 'operator' && { advanced: true as const }),
    ...(failure !== null && viewer === 'operator' && { failure }),
  };
}
