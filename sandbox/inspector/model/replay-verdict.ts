/** Whether the receiver answered a replayed or forged callback as it should. */
import type { Attempt, DocumentEvent } from './events.ts';
import type { Feed, NotificationLog } from './feed.ts';
import { requestIdOf } from './numbers.ts';

export type ReplayVerdict =
  /** Genuine, and acknowledged. */
  | { kind: 'acknowledged' }
  /** Genuine, and not acknowledged or not answered. */
  | { kind: 'not-acknowledged' }
  /** Forged, and not answered: whether it would have been refused is not known. */
  | { kind: 'unanswered' }
  /** Forged, and refused. */
  | { kind: 'refused' }
  /** Forged, and acknowledged: a gap in the receiver. */
  | { kind: 'accepted' }
  /** Genuine except for the amount or the merchant, and recorded as an anomaly. */
  | { kind: 'anomaly'; document: string }
  /** The same, and nothing was recorded. */
  | { kind: 'no-anomaly'; because: 'known-id' | 'not-recorded' | 'unknown' };

/** @returns undefined for a delivery on the schedule */
export function verdictOf(attempt: Attempt, log: NotificationLog, feed: Feed): ReplayVerdict | undefined {
  if (attempt.kind !== 'replay') return undefined;
  if (attempt.tamper === undefined) return { kind: attempt.ok ? 'acknowledged' : 'not-acknowledged' };
  if (attempt.status === undefined) return { kind: 'unanswered' };
  const isGenuine = attempt.tamper === 'amount' || attempt.tamper === 'merchant';
  if (!isGenuine) return { kind: attempt.ok ? 'accepted' : 'refused' };
  if (!attempt.ok) return { kind: 'refused' };
  return anomalyOf(attempt, log, feed);
}

function anomalyOf(attempt: Attempt, log: NotificationLog, feed: Feed): ReplayVerdict {
  const invocation = feed.invocations.findLast(
    ({ data }) => attempt.requestId !== undefined && requestIdOf(data) === attempt.requestId,
  )?.data;
  // A receiver outside this sandbox keeps its own records.
  if (!invocation) return { kind: 'no-anomaly', because: 'unknown' };
  const written = feed
    .story(log.outTradeNo)
    ?.events.find(
      (event): event is DocumentEvent =>
        event.type === 'document' &&
        event.invocationId === invocation.invocationId &&
        event.data.collection === 'anomalies',
    );
  if (written) return { kind: 'anomaly', document: `anomalies/${written.data.id}` };
  const known = invocation.logs.some((line) => line.includes('"isNew":false'));
  return { kind: 'no-anomaly', because: known ? 'known-id' : 'not-recorded' };
}
