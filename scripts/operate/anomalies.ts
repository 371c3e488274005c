/** Payments that match no order, for the terminal: the list, and one of them with both sides. */
import type { Documents } from '../../shared/core/ports.ts';
import {
  type AnomalyRecord,
  type AnomalySide,
  anomaliesCollection,
  listAnomalies,
} from '../../shared/payments/orders/anomalies.ts';
import { anomalyRemedies } from '../../shared/payments/orders/anomaly-remedies.ts';
import { Problem } from '../cloud/problem.ts';
import { moment, money } from './text.ts';

/** By its id or the first characters of it. @throws Problem when none or several begin like that */
export async function findAnomaly(data: Documents, id: string): Promise<AnomalyRecord> {
  const exact = await data.get<AnomalyRecord>(anomaliesCollection, id);
  if (exact) return exact;
  const found = (await listAnomalies(data, true)).filter(({ _id }) => id !== '' && _id.startsWith(id));
  const [only] = found;
  if (only && found.length === 1) return only;
  throw new Problem(
    'no-anomaly',
    found.length === 0
      ? { zh: `没有编号为 ${id} 的异常。`, en: `There is no anomaly ${id}.` }
      : { zh: `有 ${found.length} 个异常以 ${id} 开头。`, en: `${found.length} anomalies begin with ${id}.` },
    { zh: '请执行 npm run anomalies 查看编号。', en: 'npm run anomalies lists them.' },
  );
}

/** One line of the list. */
export function describeAnomaly({
  _id,
  kind,
  outTradeNo,
  received,
  seenAtMs,
  resolvedAtMs,
}: AnomalyRecord): string {
  const state = resolvedAtMs ? `已处理 resolved ${moment(resolvedAtMs)}` : '待处理 open';
  return `  ${_id.slice(0, 8)}  ${moment(seenAtMs)}  ${kind.padEnd(26)} ${outTradeNo}  ${money(received.amountFen)}  ${state}`;
}

/** Both sides, field by field, and what to do. */
export function explainAnomaly(anomaly: AnomalyRecord): string[] {
  const { kind, expected, received, source, account, seenAtMs, resolvedAtMs, note } = anomaly;
  const { meaning, remedy } = anomalyRemedies[kind];
  const fields = ['state', 'amountFen', 'currency', 'transactionId', 'mchid', 'subMchid', 'appid'] as const;
  const rows = fields.map((field) => {
    const [ours, theirs] = [textOf(expected, field), textOf(received, field)];
    return `  ${ours === theirs ? ' ' : '≠'} ${field.padEnd(14)} ${ours.padEnd(34)} ${theirs}`;
  });
  return [
    `${anomaly._id}`,
    `  ${kind} · ${anomaly.outTradeNo} · ${account} · ${source} · ${moment(seenAtMs)}`,
    `  ${meaning.zh}`,
    `  ${meaning.en}`,
    `    ${''.padEnd(14)} ${'订单 order'.padEnd(32)} 收到 received`,
    ...rows,
    `  建议 ${remedy.zh}`,
    `  Do   ${remedy.en}`,
    ...(resolvedAtMs ? [`  已处理 resolved ${moment(resolvedAtMs)}：${note ?? ''}`] : []),
  ];
}

function textOf(side: AnomalySide | null, field: keyof AnomalySide): string {
  const value = side?.[field];
  if (value === null || value === undefined) return '—';
  return field === 'amountFen' ? money(Number(value)) : String(value);
}
