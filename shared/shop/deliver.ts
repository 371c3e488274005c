import { asId, asRecord } from '../core/input.ts';
import type { Clock, Document, Documents } from '../core/ports.ts';

const deliveriesCollection = 'deliveries';

/** The side effect of the example: a document for each order. `_id` is the out_trade_no, so it can be done once only. */
interface DeliveryRecord extends Document {
  readonly openid: string;
  readonly amountFen: number;
  readonly items: unknown;
  readonly deliveredAtMs: number;
}

/**
 * An example of a fulfilment function: idempotent, so that being called again after a lost answer does no harm.
 * @param event a FulfilmentCall
 */
export async function deliver(
  ports: { readonly documents: Documents; readonly clock: Clock },
  event: unknown,
): Promise<{ done: true }> {
  const call = asRecord(event, '');
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
