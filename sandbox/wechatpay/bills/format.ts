import type { Bill } from './types.ts';

/** `12.34` for 1234; negative amounts are allowed. */
export function yuan(fen: number): string {
  const digits = String(Math.abs(fen)).padStart(3, '0');
  return `${fen < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** Fees have five decimals: `0.06000`. */
export function feeYuan(fen: number): string {
  return `${yuan(fen)}000`;
}

/** `0.60%` for 60 basis points. */
export function percent(basisPoints: number): string {
  return `${yuan(basisPoints)}%`;
}

/**
 * The bytes of a bill: header, lines, header of the summary, summary; each value is prefixed with a backtick, so that a
 * spreadsheet treats it as text (docs/merchant/products/bill-download/format-trade). Commas in values are not escaped.
 */
export function billBytes({ columns, rows, summaryColumns, summary }: Bill): Buffer {
  const lines = [columns.join(','), ...rows.map(dataLine), summaryColumns.join(','), dataLine(summary)];
  return Buffer.from(`${lines.join('\r\n')}\r\n`);
}

function dataLine(values: readonly string[]): string {
  return values.map((value) => `\`${value.replace(/[\r\n]+/g, ' ')}`).join(',');
}
