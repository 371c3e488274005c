/** The lines of all invocations as one log, newest last. */
import type { Invocation, InvocationEvent } from './events.ts';

export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

export interface LogEntry {
  key: string;
  atMs: number;
  level: LogLevel;
  /** The event's name of a structured line, or the text of any other. */
  message: string;
  /** What else a structured line says. */
  fields: Record<string, unknown>;
  invocation: Invocation;
}

const known = new WeakMap<Invocation, readonly LogEntry[]>();

/** @param invocations in the order in which they ended */
export function logEntriesOf(invocations: readonly InvocationEvent[]): LogEntry[] {
  return invocations.flatMap(({ data }) => entriesOf(data)).sort((a, b) => a.atMs - b.atMs);
}

function entriesOf(invocation: Invocation): readonly LogEntry[] {
  const cached = known.get(invocation);
  if (cached) return cached;
  const entries = invocation.logs.map((line, index) => entryOf(line, index, invocation));
  const failure = failureEntry(invocation);
  if (failure) entries.push(failure);
  known.set(invocation, entries);
  return entries;
}

function entryOf(line: string, index: number, invocation: Invocation): LogEntry {
  const { time, level, event, ...fields } = parsed(line) ?? { event: line };
  const atMs = typeof time === 'string' ? Date.parse(time) : Number.NaN;
  return {
    key: `${invocation.invocationId}:${index}`,
    atMs: Number.isFinite(atMs) ? atMs : invocation.startedAtMs,
    level: logLevels.find((one) => one === level) ?? 'info',
    message: typeof event === 'string' ? event : line,
    fields,
    invocation,
  };
}

/** What the platform writes when an invocation does not come to its end. */
function failureEntry(invocation: Invocation): LogEntry | undefined {
  const { error, invocationId, startedAtMs, durationMs } = invocation;
  if (!error) return undefined;
  const { code, message, stack } = error;
  return {
    key: `${invocationId}:failure`,
    atMs: startedAtMs + durationMs,
    level: 'error',
    message: code,
    fields: { message, ...(stack !== undefined && { stack }) },
    invocation,
  };
}

export interface LogFilter {
  functionName: string;
  /** This level and above. */
  level: LogLevel;
  search: string;
  /** Only these invocations. */
  invocationIds: ReadonlySet<string> | undefined;
}

export function matchesFilter(entry: LogEntry, filter: LogFilter): boolean {
  const { functionName, level, search, invocationIds } = filter;
  const { invocation, message, fields } = entry;
  if (functionName !== '' && invocation.functionName !== functionName) return false;
  if (logLevels.indexOf(entry.level) < logLevels.indexOf(level)) return false;
  if (invocationIds && !invocationIds.has(invocation.invocationId)) return false;
  const wanted = search.trim().toLowerCase();
  if (wanted === '') return true;
  const text = `${message} ${invocation.functionName} ${invocation.invocationId} ${JSON.stringify(fields)}`;
  return text.toLowerCase().includes(wanted);
}

function parsed(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
