/**
 * A refund before the delivery holds it (REFUNDED_BEFORE_FULFILMENT): an operator lets the rest be delivered, or leaves it.
 */
import type { RefundOrderAnswers } from '../../contract/index.ts';
import { CommerceError } from '../../core/errors.ts';
import { changeOrder } from '../orders/store.ts';
import { findOrder, refundsOf } from './find.ts';
import type { RefundPorts } from './ports.ts';
import { refundableFen, reservedFen } from './reserve.ts';

/**
 * Delivers what is left with the next run of the timer. A refund that comes after this decision holds the order again.
 * The sum that was refunded is known once a refund is reserved, or every one of ours ended without money (CLOSED).
 * @throws CommerceError ORDER_NOT_FOUND; REFUND_STATE when it is not held, all of it was refunded, or the refunded sum
 * is unknown until the next day's bill
 */
export async function deliverRest(
  { clock, documents, log }: Pick<RefundPorts, 'clock' | 'documents' | 'log'>,
  outTradeNo: string,
): Promise<RefundOrderAnswers['deliverRest']> {
  const known = await findOrder(documents, outTradeNo);
  const hasClosed = (await refundsOf(documents, outTradeNo)).some(({ state }) => state === 'CLOSED');
  const { order, changed } = await changeOrder(
    documents,
    outTradeNo,
    (current) =>
      current.fulfilment === 'HELD' && (reservedFen(current) > 0 || hasClosed) && refundableFen(current) > 0
        ? {
            fulfilment: 'PENDING',
            fulfilAfterMs: clock.nowMs(),
            releasedAtRefundedFen: reservedFen(current),
          }
        : undefined,
    known,
  );
  // A repeated request returns what the first one decided.
  const released = order.releasedAtRefundedFen === reservedFen(order) && order.fulfilment !== 'HELD';
  if (!released) throw new CommerceError('REFUND_STATE', { texts: notHeldTexts });
  if (changed) log.info('order.released', { outTradeNo, refundedFen: reservedFen(order) });
  return { refundedFen: reservedFen(order), refundableFen: refundableFen(order) };
}

const notHeldTexts = {
  zh: '该订单没有因部分退款而暂停发货，或已全额退款，或退款金额尚未确定（次日对账后可知）。',
  en: "Delivery is not on hold for a partial refund, or the order was refunded in full, or the refunded amount is not known yet (it is after the next day's reconciliation).",
};
