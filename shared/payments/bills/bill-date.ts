/** When each bill is ready. Days are in China time. */
export const dayMs = 24 * 3600_000;
const chinaOffsetMs = 8 * 3600_000;
/** Yesterday's bills are ready from 10:00. */
const readyMs = 10 * 3600_000 + 5 * 60_000;

/** The day before today in China, `2026-03-21`; undefined before its bill is ready. */
export function billableDate(nowMs: number): string | undefined {
  const todayMs = Math.floor((nowMs + chinaOffsetMs) / dayMs) * dayMs;
  if (nowMs + chinaOffsetMs - todayMs < readyMs) return undefined;
  return new Date(todayMs - dayMs).toISOString().slice(0, 10);
}

/** The hour in which a function that has to be called for it looks for yesterday's bill. */
export function isBillHour(nowMs: number): boolean {
  const sinceReadyMs = ((nowMs + chinaOffsetMs) % dayMs) - readyMs;
  return sinceReadyMs >= 0 && sinceReadyMs < 3600_000;
}
