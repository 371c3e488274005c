import type { MovementKind } from './flow-kinds.ts';

/** One movement as a bill has it. */
export interface BilledMovement {
  readonly kind: MovementKind;
  /** The number under which our own records have it. */
  readonly reference: string;
  /** Where the bill says it. */
  readonly outTradeNo: string | undefined;
  /** Positive when the account receives. */
  readonly amountFen: number;
  readonly atMs: number;
}

/** Totals of a file. Amounts in fen, never negative; fees are net of refunds. */
export interface BillSums {
  readonly rows: number;
  readonly paidFen?: number;
  readonly refundedFen?: number;
  readonly feeFen?: number;
  readonly incomeFen?: number;
  readonly expenseFen?: number;
  /** By 业务类型: lines that no record of ours is compared with. */
  readonly outside?: Readonly<Record<string, { readonly rows: number; readonly fen: number }>>;
}

/** Reads one file of a bill, line by line. */
export interface BillReader {
  /**
   * @returns the movements of the line: none, one, or an amount and its fee @throws BillError with the line at fault
   */
  take(text: string): readonly BilledMovement[];
  /** @returns the sums, which agree with the file's own summary @throws BillError */
  end(): BillSums;
  /** 特约商户号 of the rows so far, where the bill has them. */
  readonly subMchids: ReadonlySet<string>;
  /** 业务类型 that no page lists. */
  readonly unknownTypes: ReadonlyMap<string, { readonly rows: number; readonly fen: number }>;
}

/** Adds the sums of several files. */
export function addSums(all: readonly BillSums[]): BillSums {
  const total: Record<string, number> = {};
  const outside: Record<string, { rows: number; fen: number }> = {};
  for (const sums of all) {
    for (const [key, value] of Object.entries(sums)) {
      if (typeof value === 'number') total[key] = (total[key] ?? 0) + value;
    }
    for (const [type, { rows, fen }] of Object.entries(sums.outside ?? {})) {
      const known = outside[type] ?? { rows: 0, fen: 0 };
      outside[type] = { rows: known.rows + rows, fen: known.fen + fen };
    }
  }
  return { rows: 0, ...total, ...(Object.keys(outside).length > 0 && { outside }) };
}
