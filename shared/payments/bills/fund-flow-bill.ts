/**
 * Reads a fund flow bill (资金账单), line by line in constant memory: what changed the balance of an account, in yuan.
 * https://pay.weixin.qq.com/docs/merchant/products/bill-download/format-fundflow.html
 */
import { BillError } from './bill-error.ts';
import { atMsOf, BillTable, fenOf, type TableFormat, type TableRow } from './bill-table.ts';
import { flowKinds, type MovementKind, outsideTypes } from './flow-kinds.ts';
import type { BilledMovement, BillReader, BillSums } from './movement.ts';

type Column = 'at' | 'businessNo' | 'type' | 'direction' | 'amount' | 'note' | 'voucherNo';

const format: TableFormat<Column> = {
  columns: {
    at: ['记账时间'],
    businessNo: ['微信支付业务单号'],
    type: ['业务类型'],
    direction: ['收支类型'],
    amount: ['收支金额(元)', '收支金额（元）'],
    note: ['备注'],
    voucherNo: ['业务凭证号'],
  },
  optional: new Set(['note']),
  freeText: '备注',
};

interface FlowRow {
  readonly businessNo: string;
  readonly voucherNo: string;
  readonly type: string;
  readonly direction: 'income' | 'expense';
  /** Positive. */
  readonly amountFen: number;
  readonly note: string;
  readonly atMs: number;
}

type Counted = Map<string, { rows: number; fen: number }>;

export function fundFlowReader(): BillReader {
  const table = new BillTable(format);
  const sum = { rows: 0, incomeFen: 0, expenseFen: 0 };
  const counts = { income: 0, expense: 0 };
  const outside: Counted = new Map();
  const unknownTypes: Counted = new Map();
  return {
    subMchids: new Set(),
    unknownTypes,
    take(text) {
      const found = table.take(text);
      if (!found) return [];
      const row = rowOf(found);
      sum.rows++;
      sum[row.direction === 'income' ? 'incomeFen' : 'expenseFen'] += row.amountFen;
      counts[row.direction]++;
      const kind = kindOf(row);
      if (kind) return movementsOf(row, kind);
      count(outsideTypes.has(`${row.direction} ${row.type}`) ? outside : unknownTypes, row);
      return [];
    },
    end(): BillSums {
      const summary = table.end();
      summary.expectRows('资金流水总笔数', sum.rows);
      summary.expectCount('收入笔数', counts.income);
      summary.expectCount('支出笔数', counts.expense);
      summary.expectFen(['收入金额'], sum.incomeFen);
      summary.expectFen(['支出金额'], sum.expenseFen);
      const known = outside.size > 0 && { outside: Object.fromEntries(outside) };
      return { ...sum, ...known };
    },
  };
}

function rowOf(row: TableRow<Column>): FlowRow {
  const { line } = row;
  const direction = { 收入: 'income', 支出: 'expense' }[row.at('direction')];
  if (direction === undefined) throw new BillError('BILL_ROW', 'a line is neither 收入 nor 支出', line);
  return {
    businessNo: row.at('businessNo'),
    voucherNo: row.at('voucherNo'),
    type: row.at('type'),
    direction: direction as FlowRow['direction'],
    amountFen: fenOf(row.at('amount'), line),
    note: row.at('note'),
    atMs: atMsOf(row.at('at'), line),
  };
}

const kindsByType: ReadonlyMap<string, MovementKind> = new Map(
  (Object.keys(flowKinds) as MovementKind[]).flatMap((kind) =>
    flowKinds[kind].types.map((type): [string, MovementKind] => [
      `${flowKinds[kind].direction} ${type}`,
      kind,
    ]),
  ),
);

function kindOf({ direction, type }: FlowRow): MovementKind | undefined {
  return kindsByType.get(`${direction} ${type}`);
}

/** The movement of a line; a refund's may hold its fee too, as `退款总金额10.00元;含手续费0.06元` says. */
function movementsOf(row: FlowRow, kind: MovementKind): BilledMovement[] {
  const { reference, direction } = flowKinds[kind];
  const sign = direction === 'income' ? 1 : -1;
  const common = {
    reference: reference === 'voucherNoAndFen' ? `${row.voucherNo}#${row.amountFen}` : row[reference],
    // For a payment and its fee, the voucher is the out_trade_no.
    outTradeNo: kind === 'PAYMENT' || kind === 'FEE' ? row.voucherNo : undefined,
    atMs: row.atMs,
  };
  const parts = partsOf(row, kind);
  if (!parts) return [{ ...common, kind, amountFen: sign * row.amountFen }];
  return [
    { ...common, kind, amountFen: sign * parts.wholeFen },
    { ...common, kind: parts.feeKind, amountFen: -sign * parts.feeFen },
  ];
}

const feeKinds: Partial<Record<MovementKind, MovementKind>> = {
  REFUND: 'FEE_RETURN',
  // For a closed refund the fee is charged again.
  REFUND_CLOSED: 'FEE',
};

function partsOf(row: FlowRow, kind: MovementKind) {
  const feeKind = feeKinds[kind];
  const match = /^退款总金额(\d+\.\d\d)元;含手续费(\d+\.\d\d)元$/.exec(row.note);
  if (!feeKind || !match) return undefined;
  const [wholeFen, feeFen] = [fenOf(match[1]!, 0), fenOf(match[2]!, 0)];
  // Merchants write notes too: ignore one whose amounts do not add up.
  return feeFen > 0 && wholeFen - feeFen === row.amountFen ? { wholeFen, feeFen, feeKind } : undefined;
}

function count(counted: Counted, { type, amountFen, direction }: FlowRow): void {
  const known = counted.get(type) ?? { rows: 0, fen: 0 };
  const fen = known.fen + (direction === 'income' ? amountFen : -amountFen);
  counted.set(type, { rows: known.rows + 1, fen });
}
