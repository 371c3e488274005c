import type { OrderView } from '../../contract/index.ts';
import type { Policy } from '../../core/policy.ts';
import type { OrderRecord } from './records.ts';
import { isOpen } from './transitions.ts';

/** An order as its payer or its seller sees it. */
export function viewOrder(order: OrderRecord, nowMs: number, policy: Policy): OrderView {
  return {
    outTradeNo: order._id,
    paymentNo: order.paymentNo,
    account: order.account,
    state: order.state,
    amountFen: order.amountFen,
    currency: order.currency,
    description: order.description,
    items: order.items,
    ...(order.sellerId !== null && { sellerId: order.sellerId }),
    ...(order.sellerName !== null && { sellerName: order.sellerName }),
    createdAtMs: order.createdAtMs,
    expiresAtMs: order.expiresAtMs,
    ...(order.paidAtMs !== null && { paidAtMs: order.paidAtMs }),
    payable: isOpen(order.state) && nowMs < order.expiresAtMs - policy.minTimeToPayMs,
    fulfilment: order.fulfilment,
    ...(order.shipping && { shipping: order.shipping }),
    ...(order.shipping && order.transactionId !== null && { transactionId: order.transactionId }),
    ...(order.shippedAtMs && { shippedAtMs: order.shippedAtMs }),
    ...(order.receivedAtMs && { receivedAtMs: order.receivedAtMs }),
    ...(order.settledAtMs && { settledAtMs: order.settledAtMs }),
  };
}
