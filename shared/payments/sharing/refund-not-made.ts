import type { Clock, Documents, Log } from '../../core/ports.ts';
import { recordOrderAnomaly } from '../orders/anomalies.ts';
import type { OrderRecord } from '../orders/records.ts';
import { changeSharing, loadSharing, type ShareReturn } from './records.ts';

interface Ports {
  readonly clock: Clock;
  readonly documents: Documents;
  readonly log: Log;
}

/**
 * For a refund that WeChat Pay refused or closed: later refunds of the order no longer count it, and use what receivers
 * returned for it; an order that was not shared because all of it was to be refunded is shared after all. Until then the
 * seller has that money, which a person has to know. Safe to repeat.
 */
export async function recordRefundNotMade(
  ports: Ports,
  order: OrderRecord,
  outRefundNo: string,
): Promise<void> {
  const known = await loadSharing(ports.documents, order._id);
  if (!known) return;
  const isOfIt = (each: ShareReturn) => each.outRefundNo === outRefundNo && each.state === 'SUCCESS';
  const nowMs = ports.clock.nowMs();
  const { doc } = await changeSharing(ports.documents, known, ({ refunds, returns, plan, state }) => {
    if (!refunds.some((each) => each.outRefundNo === outRefundNo && !each.notMade)) return undefined;
    const wasAll = plan?.netFen === 0 && state === 'FREED';
    return {
      ...(wasAll && { state: 'WAITING', plan: null, attempts: 0, nextAtMs: nowMs }),
      refunds: refunds.map((each) => (each.outRefundNo === outRefundNo ? { ...each, notMade: true } : each)),
      returns: returns.map((each) => (isOfIt(each) ? { ...each, creditFen: each.amountFen } : each)),
    };
  });
  const returnedFen = doc.returns.filter(isOfIt).reduce((sum, { amountFen }) => sum + amountFen, 0);
  if (returnedFen === 0) return;
  const state = `${outRefundNo} NOT_MADE`;
  await recordOrderAnomaly(ports, 'SHARES_RETURNED_WITHOUT_REFUND', order, { amountFen: returnedFen, state });
}
