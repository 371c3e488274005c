/** What operators see and decide before, and while, money that was shared is refunded. */
import type { RefundOrderAnswers } from '../../contract/index.ts';
import { CommerceError } from '../../core/errors.ts';
import type { OrderRecord } from '../orders/records.ts';
import { loadSharing } from '../sharing/records.ts';
import { previewReturns } from '../sharing/return-parts.ts';
import { findOrder, loadRefund } from './find.ts';
import type { RefundPorts } from './ports.ts';
import { changeRefund } from './records.ts';
import { refundableFen } from './reserve.ts';
import { viewRefund } from './view.ts';
import { workOnRefund } from './work.ts';

/** @throws CommerceError ORDER_NOT_FOUND */
export async function preview(
  ports: RefundPorts,
  outTradeNo: string,
  wantedFen: number | undefined,
): Promise<RefundOrderAnswers['preview']> {
  const order = await findOrder(ports.documents, outTradeNo);
  const amountFen = wantedFen ?? refundableFen(order);
  return { amountFen, ...(await previewOf(ports, order, amountFen)) };
}

async function previewOf({ documents, clock }: RefundPorts, order: OrderRecord, amountFen: number) {
  return previewReturns(await loadSharing(documents, order._id), amountFen, clock.nowMs());
}

/** Whether part of a refund's shares could not be returned. */
export async function lossFen(ports: RefundPorts, order: OrderRecord, amountFen: number): Promise<number> {
  return (await previewOf(ports, order, amountFen)).lossFen;
}

/**
 * Reports the sum that cannot be returned before anything begins.
 * @throws CommerceError SHARES_NOT_RETURNABLE unless exactly that sum was accepted
 */
export async function checkLoss(
  ports: RefundPorts,
  order: OrderRecord,
  amountFen: number,
  acceptedFen: number | undefined,
): Promise<void> {
  const lost = await lossFen(ports, order, amountFen);
  if (lost === 0 || lost === acceptedFen) return;
  const yuan = (lost / 100).toFixed(2);
  throw new CommerceError('SHARES_NOT_RETURNABLE', {
    texts: {
      zh: `已分账资金中有 ${yuan} 元无法回退（个人接收方，或分账已超过 180 天），退款后由商家承担。如同意，请以 acceptedLossFen: ${lost} 重新发起。`,
      en: `¥${yuan} of the shared money cannot be returned (personal receivers, or shares older than 180 days); the seller bears it. To accept that, send the request again with acceptedLossFen: ${lost}.`,
    },
  });
}

/** @throws CommerceError REFUND_NOT_FOUND, REFUND_STATE */
export async function keepShares(
  ports: RefundPorts,
  outRefundNo: string,
): Promise<RefundOrderAnswers['keepShares']> {
  const stored = await loadRefund(ports.documents, outRefundNo);
  if (!stored) throw new CommerceError('REFUND_NOT_FOUND');
  const nowMs = ports.clock.nowMs();
  const { doc, changed } = await changeRefund(
    ports.documents,
    stored,
    ({ state, sharesReturned, sendAfterMs }) =>
      (state === 'REQUESTED' || state === 'RESERVED') && !sharesReturned
        ? { keepShares: true, nextAtMs: Math.max(nowMs, sendAfterMs) }
        : undefined,
  );
  if (!changed) throw new CommerceError('REFUND_STATE');
  return { refund: viewRefund(await workOnRefund(ports, doc), 'operator') };
}
