import type { OrderRecord } from '../orders/records.ts';
import { applyRefundStatus } from './apply-status.ts';
import { loadRefund } from './find.ts';
import type { RefundPorts } from './ports.ts';
import type { RefundRecord } from './records.ts';
import { storeRefund } from './request.ts';
import { reserve } from './reserve.ts';
import type { RefundStatus } from './wire.ts';

/**
 * Records what WeChat Pay says about a refund of an order. One that was made in the merchant platform has a number that is
 * not ours: it is still recorded as a refund of the order, so that only the rest can be refunded here.
 * @returns the refund as it is afterwards
 */
export async function adoptRefund(
  ports: Pick<RefundPorts, 'clock' | 'documents' | 'log'>,
  order: OrderRecord,
  status: RefundStatus,
): Promise<RefundRecord> {
  const refund =
    (await loadRefund(ports.documents, status.outRefundNo)) ??
    (await storeRefund(ports, order, status.outRefundNo, {
      amountFen: status.amountFen,
      reason: null,
      requestedBy: 'merchant-platform',
      operatorOpenid: null,
      platformAdvance: false,
    }));
  // Also when an earlier instance stored it and ended before it counted. One that was closed never counts: another
  // instance that hears of it may have released it already.
  const counts = refund.state === 'REQUESTED' && status.status !== 'CLOSED';
  if (refund.requestedBy === 'merchant-platform' && counts) await reserve(ports, refund);
  return applyRefundStatus(ports, refund, status);
}
