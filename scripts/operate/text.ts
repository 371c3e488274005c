/** Amounts and times as operators read them: yuan, and China's time. */

export function money(amountFen: number | null): string {
  if (amountFen === null) return '—';
  const sign = amountFen < 0 ? '-' : '';
  const digits = String(Math.abs(amountFen)).padStart(3, '0');
  return `${sign}¥${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

const chinaOffsetMs = 8 * 3_600_000;

/** e.g. `2026-11-27 18:00:00`. */
export function moment(atMs: number): string {
  return new Date(atMs + chinaOffsetMs).toISOString().slice(0, 19).replace('T', ' ');
}
