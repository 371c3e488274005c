/** Times are shown as in China, where WeChat Pay's days begin and end. */
const chinaOffsetMs = 8 * 3_600_000;

function inChina(epochMs: number): string {
  return new Date(epochMs + chinaOffsetMs).toISOString().replace('T', ' ');
}

/** `2026-01-31 09:30:00 +08:00` */
export function dateTime(epochMs: number): string {
  return `${inChina(epochMs).slice(0, 19)} +08:00`;
}

/** `2026-01-31` */
export function date(epochMs: number): string {
  return inChina(epochMs).slice(0, 10);
}

/** `09:30:00`, or with its date in front when that is another than the reference's: `02-01 09:30:00`. */
export function clockTime(epochMs: number, referenceMs: number): string {
  const [text, reference] = [inChina(epochMs), inChina(referenceMs)];
  if (text.slice(0, 10) === reference.slice(0, 10)) return text.slice(11, 19);
  return text.slice(0, 4) === reference.slice(0, 4) ? text.slice(5, 19) : text.slice(0, 19);
}

/** `09:30:00.123` */
export function preciseTime(epochMs: number): string {
  return inChina(epochMs).slice(11, 23);
}

/** `+12 ms`, `+1.3 s` */
export function sinceMs(ms: number): string {
  return ms < 1 ? '+0 ms' : `+${duration(ms)}`;
}

/** `12 ms`, `1.3 s`, `4 min`, `6 h`, `3 d` */
export function duration(ms: number): string {
  if (ms < 1) return '<1 ms';
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 59_500) return `${trimmed(ms / 1000)} s`;
  if (ms < 59.5 * 60_000) return `${trimmed(ms / 60_000)} min`;
  if (ms < 23.5 * 3_600_000) return `${trimmed(ms / 3_600_000)} h`;
  return `${trimmed(ms / 86_400_000)} d`;
}

function trimmed(value: number): string {
  return value < 10 ? String(Number(value.toFixed(1))) : String(Math.round(value));
}
