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
