/** RFC 3339 at +08:00, as WeChat Pay writes times. */
export function rfc3339(epochMs: number): string {
  return `${new Date(epochMs + 8 * 3_600_000).toISOString().slice(0, 19)}+08:00`;
}

/** yyyyMMddHHmmss in Beijing time, as used in generated numbers. */
export function compactTime(epochMs: number): string {
  return new Date(epochMs + 8 * 3_600_000).toISOString().slice(0, 19).replace(/[-:T]/g, '');
}

const format = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,3})?(Z|[+-]\d{2}:\d{2})$/;

/** Epoch ms of an RFC 3339 time; undefined when it is none, or has no zone. */
export function parseRfc3339(text: string): number | undefined {
  if (!format.test(text)) return undefined;
  const epochMs = Date.parse(text);
  return Number.isNaN(epochMs) ? undefined : epochMs;
}

/** `yyyy-MM-dd HH:mm:ss` in Beijing time, as in bills. */
export function wallTime(epochMs: number): string {
  return new Date(epochMs + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
}

/** `yyyy-MM-dd` in Beijing. */
export function dayOf(epochMs: number): string {
  return wallTime(epochMs).slice(0, 10);
}

/** When a day begins in Beijing; undefined when there is no such day. */
export function beginOfDay(day: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return undefined;
  const epochMs = Date.parse(`${day}T00:00:00+08:00`);
  return Number.isNaN(epochMs) || dayOf(epochMs) !== day ? undefined : epochMs;
}
