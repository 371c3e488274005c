/** What is published of an invocation, and the order it concerns. */

import type { SandboxEvent } from '../../bus.ts';
import { isPlainObject } from '../database/values.ts';
import type { InvocationRecord, LateLine } from '../types.ts';

/** Above this an event or result is shown by its start only. */
const maxShownChars = 32_768;
const startChars = 1_024;
const searchDepth = 4;

/** The record as it is published: size-limited. */
export function shownRecord(record: InvocationRecord): InvocationRecord {
  return { ...record, event: shorten(record.event), result: shorten(record.result) };
}

/** All records, oldest first, each with the lines that were written after it was published. */
export function withLateLines(history: readonly SandboxEvent[]): InvocationRecord[] {
  const records = new Map<string, InvocationRecord>();
  const late: LateLine[] = [];
  for (const { type, data } of history) {
    if (type === 'log') late.push(data as LateLine);
    if (type !== 'invocation') continue;
    const record = data as InvocationRecord;
    records.set(record.invocationId, record);
  }
  for (const { invocationId, line } of late) {
    const record = records.get(invocationId);
    if (record) records.set(invocationId, { ...record, logs: [...record.logs, line] });
  }
  return [...records.values()];
}

/** The first out_trade_no (or a combined order's) in the event, then in the result. */
export function outTradeNoIn(...values: unknown[]): string | undefined {
  for (const value of values) {
    const found = search(value, searchDepth);
    if (found !== undefined) return found;
  }
  return undefined;
}

const names = ['outTradeNo', 'out_trade_no', 'combineOutTradeNo', 'combine_out_trade_no'];

function search(value: unknown, depth: number): string | undefined {
  if (depth === 0) return undefined;
  if (Array.isArray(value)) return first(value, depth);
  if (!isPlainObject(value)) return undefined;
  for (const name of names) {
    const found = value[name];
    if (typeof found === 'string' && found !== '') return found;
  }
  return first(Object.values(value), depth);
}

function first(values: unknown[], depth: number): string | undefined {
  for (const value of values.slice(0, 50)) {
    const found = search(value, depth - 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

function shorten(value: unknown): unknown {
  const text = JSON.stringify(value);
  if (text === undefined || text.length <= maxShownChars) return value;
  return { truncated: true, sizeBytes: Buffer.byteLength(text), start: text.slice(0, startChars) };
}
