/** Times arrive as epoch ms and are shown in China time, which the shop, WeChat Pay and its bills use. */

const chinaOffsetMs = 8 * 3600_000;

const two = (value: number) => String(value).padStart(2, '0');

/** `2026-03-01 09:05` */
export function dateTime(epochMs: number): string {
  const date = new Date(epochMs + chinaOffsetMs);
  const day = `${date.getUTCFullYear()}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`;
  return `${day} ${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`;
}

/** What is left of a time limit, `mm:ss` or `h:mm:ss`; empty when it has expired. */
export function countdown(leftMs: number): string {
  if (leftMs <= 0) return '';
  const seconds = Math.ceil(leftMs / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  const tail = `${two(minutes)}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${tail}` : tail;
}
