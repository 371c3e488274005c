import * as z from 'zod/mini';
import { documentId, parseInput } from '../core/input.ts';
import type { Clock, Document, Documents } from '../core/ports.ts';

const deliveriesCollection = 'deliveries';

/** The example's side effect: one document per order. `_id` is the out_trade_no, so it can be done once only. */
interface DeliveryRecord extends Document {
  readonly openid: string;
  readonly amountFen: number;
  readonly items: unknown;
  readonly deliveredAtMs: number;
  /** Set once the goods were refunded. */
  readonly refundedAtMs?: number;
}

/** What this example needs of a RefundEvent. */
const refundEvent = z.object({ event: z.literal('refunded'), outTradeNo: documentId });

/** What it needs of a FulfilmentCall. */
const fulfilmentCall = z.object({
  outTradeNo: documentId,
  openid: z.string(),
  amountFen: z.int(),
  items: z.array(
    z.object({ productId: documentId, title: z.string(), quantity: z.int(), amountFen: z.optional(z.int()) }),
  ),
});

/**
 * An example of a fulfilment function: idempotent, so that being called again after a lost answer does no harm.
 * @param event a FulfilmentCall, or a RefundEvent for goods that were delivered, or may have been
 */
export async function deliver(
  ports: { readonly documents: Documents; readonly clock: Clock },
  event: unknown,
): Promise<{ done: true }> {
  if (Object(event).event === 'refunded') {
    const refundedAtMs = ports.clock.nowMs();
    const { outTradeNo } = parseInput(refundEvent, event);
    await ports.documents.update(deliveriesCollection, outTradeNo, {}, { refundedAtMs });
    return { done: true };
  }
  const { outTradeNo, openid, amountFen, items } = parseInput(fulfilmentCall, event);
  const delivery: DeliveryRecord = {
    _id: outTradeNo,
    openid,
    amountFen,
    items,
    deliveredAtMs: ports.clock.nowMs(),
  };
  await ports.documents.insertIfAbsent(deliveriesCollection, delivery);
  return { done: true };
}
