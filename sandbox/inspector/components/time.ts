/** Times are shown as in China, where WeChat Pay's days begin and end. */
const chinaOffsetMs = 8 * 3_600_000;

/** `2026-01-31 09:30:00` */
export function dateTime(epochMs: number): string {
  return new Date(epochMs + chinaOffsetMs).toISOString().slice(0, 19).replace('T', ' ');
}

/** `09:30:00` */
export function clockTime(epochMs: number): string {
  return dateTime(epochMs).slice(11);
}

/** `09:30:00.123` */
export function preciseTime(epochMs: number): string {
  return new Date(epochMs + chinaOffsetMs).toISOString().slice(11, 23);
}

/** `+12 ms`, `+1.3 s` */
export function sinceMs(ms: number): string {
  return ms < 1 ? '+0 ms' : `+${duration(ms)}`;
}

/** `12 ms`, `1.3 s`, `4 min`, `6 h`, `3 d` */
export function duration(ms: number): string {
  if (ms < 1) return '<1 ms';
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${trimmed(ms / 1000)} s`;
  if (ms < 3_600_000) return `${trimmed(ms / 60_000)} min`;
  if (ms < 86_400_000) return `${trimmed(ms / 3_600_000)} h`;
  return `${trimmed(ms / 86_400_000)} d`;
}

function trimmed(value: number): string {
  return value < 10 ? String(Number(value.toFixed(1))) : String(Math.round(value));
}
