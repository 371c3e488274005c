/**
 * Tells the merchant's own function that goods were refunded which it delivered, or may have delivered without saying so,
 * until it says done: it may take them back.
 */
import { workThroughDue } from '../../core/due.ts';
import { delayAfter } from '../../core/policy.ts';
import type { HasTime } from '../../core/ports.ts';
import { changeRefund, type RefundRecord, refundsCollection } from '../refunds/records.ts';
import { type FulfilmentPorts, isDone } from './outbox.ts';

/** What the fulfilment function is called with. It may come more than once for a refund, so it must be idempotent. */
interface RefundEvent {
  readonly event: 'refunded';
  readonly outTradeNo: string;
  readonly outRefundNo: string;
  readonly amountFen: number;
  /** Of the whole order. */
  readonly totalFen: number;
}

const queue = { collection: refundsCollection, field: 'notifyAfterMs', where: { state: 'SUCCESS' } } as const;
const retryMs = 10 * 60_000;

/** @returns how many the function confirmed */
export async function reportRefunds(ports: FulfilmentPorts, hasTime: HasTime): Promise<number> {
  const { fulfilmentFunction, policy } = ports;
  if (fulfilmentFunction === undefined) return 0;
  let done = 0;
  const run = { concurrency: policy.fulfilmentConcurrency, retryMs, hasTime };
  await workThroughDue<RefundRecord>(ports, queue, run, async (refund) => {
    if (await report(ports, fulfilmentFunction, refund)) done++;
  });
  return done;
}

async function report(ports: FulfilmentPorts, name: string, known: RefundRecord): Promise<boolean> {
  const { clock, documents, functions, log, policy } = ports;
  const nowMs = clock.nowMs();
  const turn = await changeRefund(documents, known, ({ notifyAfterMs, attempts }) =>
    notifyAfterMs === null || notifyAfterMs > nowMs
      ? undefined
      : { attempts: attempts + 1, notifyAfterMs: nowMs + delayAfter(policy.fulfilmentDelaysMs, attempts) },
  );
  if (!turn.changed) return false;
  const { _id: outRefundNo, outTradeNo, amountFen, totalFen } = turn.doc;
  const event: RefundEvent = { event: 'refunded', outTradeNo, outRefundNo, amountFen, totalFen };
  try {
    if (!isDone(await functions.call(name, { ...event }))) return false;
  } catch (error) {
    log.warn('fulfilment.refund_not_reported', { outTradeNo, outRefundNo, error });
    return false;
  }
  await changeRefund(documents, turn.doc, () => ({ notifyAfterMs: null }));
  return true;
}
