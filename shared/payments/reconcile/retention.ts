import type { Policy } from '../../core/policy.ts';
import type { Clock, Documents, HasTime } from '../../core/ports.ts';
import { type NotificationRecord, notificationsCollection } from '../notifications/receive.ts';
import { type AnomalyRecord, anomaliesCollection } from '../orders/anomalies.ts';

export interface RetentionPorts {
  readonly documents: Documents;
  readonly clock: Clock;
  readonly policy: Pick<Policy, 'notificationRetentionMs' | 'anomalyRetentionMs'>;
}

export interface RetentionSummary {
  readonly notifications: number;
  readonly anomalies: number;
  /** False when the time was up, or when there may be more of them than one run reads. */
  readonly finished: boolean;
}

/** Of each collection, in one run. */
const batch = 500;

/**
 * Removes what is no longer needed: the record of a callback long after WeChat Pay has stopped repeating it, and an
 * anomaly long after somebody resolved it. Orders, payments and open anomalies are never removed.
 */
export async function removeOld(ports: RetentionPorts, hasTime: HasTime): Promise<RetentionSummary> {
  const { documents, clock, policy } = ports;
  const nowMs = clock.nowMs();
  const notifications = await documents.find<NotificationRecord>(notificationsCollection, {
    where: { receivedAtMs: { lte: nowMs - policy.notificationRetentionMs } },
    orderBy: { field: 'receivedAtMs', direction: 'asc' },
    limit: batch,
  });
  // A range excludes documents without the time, and open ones have none.
  const anomalies = await documents.find<AnomalyRecord>(anomaliesCollection, {
    where: { resolvedAtMs: { gt: 0, lte: nowMs - policy.anomalyRetentionMs } },
    limit: batch,
  });
  const removed = {
    notifications: await removeEach(documents, notificationsCollection, notifications, hasTime),
    anomalies: await removeEach(documents, anomaliesCollection, anomalies, hasTime),
  };
  const hadAll = notifications.length < batch && anomalies.length < batch;
  return { ...removed, finished: hadAll && hasTime() };
}

async function removeEach(
  documents: Documents,
  collection: string,
  found: readonly { readonly _id: string }[],
  hasTime: HasTime,
): Promise<number> {
  let removed = 0;
  for (const { _id } of found) {
    if (!hasTime()) break;
    if (await documents.remove(collection, _id)) removed += 1;
  }
  return removed;
}
