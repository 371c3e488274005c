import { asId, asRecord } from '../core/input.ts';
import type { Clock, Document, Documents } from '../core/ports.ts';

const deliveriesCollection = 'deliveries';

/** The side effect of the example: a document for each order. `_id` is the out_trade_no, so it can be done once only. */
interface DeliveryRecord extends Document {
  readonly openid: string;
  readonly amountFen: number;
  readonly items: unknown;
  readonly deliveredAtMs: number;
  /** Set once the goods were refunded. */
  readonly refundedAtMs?: number;
}

/**
 * An example of a fulfilment function: idempotent, so that being called again after a lost answer does no harm.
 * @param event a FulfilmentCall, or a RefundEvent for goods that were delivered
 */
export async function deliver(
  ports: { readonly documents: Documents; readonly clock: Clock },
  event: unknown,
): Promise<{ done: true }> {
  const call = asRecord(event, '');
  if (call.event === 'refunded') {
    const refundedAtMs = ports.clock.nowMs();
    await ports.documents.update(
      deliveriesCollection,
      asId(call.outTradeNo, 'outTradeNo'),
      {},
      { refundedAtMs },
    );
    return { done: true };
  }
  const delivery: DeliveryRecord = {
    _id: asId(call.outTradeNo, 'outTradeNo'),
    openid: String(call.openid ?? ''),
    amountFen: Number(call.amountFen ?? 0),
    items: call.items ?? [],
    deliveredAtMs: ports.clock.nowMs(),
  };
  await ports.documents.insertIfAbsent(deliveriesCollection, delivery);
  return { done: true };
}
