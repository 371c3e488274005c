import type { AnomalyView } from '../../contract/index.ts';
import type { AnomalyRecord, AnomalySide } from '../orders/anomalies.ts';
import { anomalyRemedies } from '../orders/anomaly-remedies.ts';

const fields = ['state', 'amountFen', 'currency', 'transactionId', 'mchid', 'subMchid', 'appid'] as const;

/** What was received and what was expected, and what to do about it. */
export function viewAnomaly(anomaly: AnomalyRecord): AnomalyView {
  const { _id, kind, outTradeNo, seenAtMs, expected, received, resolvedAtMs, note } = anomaly;
  return {
    anomalyId: _id,
    kind,
    outTradeNo,
    seenAtMs,
    differences: fields.flatMap((field) => {
      const [ours, theirs] = [textOf(expected, field), textOf(received, field)];
      return ours === theirs ? [] : [{ field, expected: ours, received: theirs }];
    }),
    ...anomalyRemedies[kind],
    ...(resolvedAtMs && { resolvedAtMs }),
    ...(note !== undefined && { note }),
  };
}

function textOf(side: AnomalySide | null, field: keyof AnomalySide): string {
  const value = side?.[field];
  if (value === null || value === undefined) return '';
  return field === 'amountFen' ? (Number(value) / 100).toFixed(2) : String(value);
}
