import { workThroughDue } from '../../core/due.ts';
import { CommerceError } from '../../core/errors.ts';
import { createPace } from '../../core/pace.ts';
import type { Documents, HasTime } from '../../core/ports.ts';
import type { OrderRecord } from '../orders/records.ts';
import { loadOrder } from '../orders/store.ts';
import type { RefundPorts } from './ports.ts';
import { type RefundRecord, refundsCollection } from './records.ts';
import { workOnRefund } from './work.ts';

/** @throws CommerceError ORDER_NOT_FOUND */
export async function findOrder(documents: Documents, outTradeNo: string): Promise<OrderRecord> {
  const order = await loadOrder(documents, outTradeNo);
  if (!order) throw new CommerceError('ORDER_NOT_FOUND');
  return order;
}

export function loadRefund(documents: Documents, outRefundNo: string): Promise<RefundRecord | undefined> {
  return documents.get<RefundRecord>(refundsCollection, outRefundNo);
}

/** An order's refunds, the oldest first. */
export async function refundsOf(documents: Documents, outTradeNo: string): Promise<RefundRecord[]> {
  const found = await documents.find<RefundRecord>(refundsCollection, { where: { outTradeNo }, limit: 1000 });
  return found.sort((a, b) => a.createdAtMs - b.createdAtMs);
}

const queue = { collection: refundsCollection, field: 'nextAtMs', where: {} } as const;
const retryMs = 10 * 60_000;

/** Works on every refund whose turn has come, until the time is up. @returns how many were worked on */
export async function workOnDueRefunds(ports: RefundPorts, hasTime: HasTime): Promise<number> {
  let worked = 0;
  const paced = { pace: createPace(), ...ports };
  const run = { concurrency: ports.policy.checkConcurrency, retryMs, hasTime };
  await workThroughDue<RefundRecord>(ports, queue, run, async (refund) => {
    await workOnRefund(paced, refund);
    worked++;
  });
  return worked;
}
