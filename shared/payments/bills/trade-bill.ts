/**
 * Reads a trade bill (交易账单, bill_type ALL, SUCCESS or REFUND), line by line in constant memory.
 *
 * The file looks like CSV and is none: every value of a row starts with a backtick, and a value may hold commas and quotes
 * as they are, so values end where comma and backtick meet. The first line names the columns; the last two are the
 * summary. Amounts are in yuan, fees with five decimals. A refund stands on the day that it was accepted, whatever became
 * of it later. https://pay.weixin.qq.com/docs/merchant/products/bill-download/format-trade.html
 */
import { BillError } from './bill-error.ts';

/** One movement of the bill. */
export interface BillMovement {
  readonly kind: 'PAYMENT' | 'REFUND';
  /** transaction_id of a payment, out_refund_no of a refund. */
  readonly reference: string;
  readonly outTradeNo: string;
  readonly subMchid: string | null;
  /** Positive for a payment, negative for a refund. */
  readonly amountFen: number;
  /** In thousandths of a fen. */
  readonly feeMilliFen: number;
  /** Line in the file, from 1. */
  readonly line: number;
}

export interface BillSummary {
  readonly rows: number;
  readonly paidFen: number;
  readonly refundedFen: number;
  readonly feeMilliFen: number;
}

/** The columns that are read; others may come and go. The later name of a pair is used where the file has it. */
const columns = {
  subMchid: ['特约商户号'],
  transactionId: ['微信订单号'],
  outTradeNo: ['商户订单号'],
  tradeState: ['交易状态'],
  outRefundNo: ['商户退款单号'],
  refundFen: ['退款金额', '申请退款金额'],
  // The first name is of an early format that some merchants still get.
  paidFen: ['总金额', '应结订单金额', '订单金额'],
  fee: ['手续费'],
} as const;
type Column = keyof typeof columns;

interface Columns {
  readonly at: Readonly<Record<Column, number | undefined>>;
  readonly count: number;
  /** Where free text begins (商品名称, 商户数据包): it may hold what ends a value, so later columns count from the end. */
  readonly textFrom: number;
}

/** A refund's columns are missing from a bill of payments only. */
const optional: ReadonlySet<Column> = new Set(['outRefundNo', 'refundFen', 'subMchid']);

/**
 * Calls `take` for every movement of the bill, in the order of the file.
 * @returns the sums of the rows, which agree with the file's own summary
 * @throws BillError with the line at fault
 */
export async function readTradeBill(
  lines: AsyncIterable<string>,
  take: (movement: BillMovement) => Promise<void> | void,
): Promise<BillSummary> {
  const sum = { rows: 0, paidFen: 0, refundedFen: 0, feeMilliFen: 0 };
  let header: Columns | undefined;
  let summaryHeader: readonly string[] | undefined;
  let ended = false;
  let line = 0;
  for await (const text of lines) {
    line++;
    if (text.trim() === '') continue;
    if (ended) throw new BillError('BILL_ROW', 'there is more after the summary', line);
    if (!header) header = readHeader(text, line);
    else if (summaryHeader) {
      checkSummary(summaryHeader, valuesOf(text, line), sum, line);
      ended = true;
    } else if (!text.startsWith('`')) summaryHeader = namesOf(text);
    else {
      const movement = readRow(header, valuesOf(text, line), line);
      sum.rows++;
      if (movement.kind === 'PAYMENT') sum.paidFen += movement.amountFen;
      else sum.refundedFen -= movement.amountFen;
      sum.feeMilliFen += movement.feeMilliFen;
      await take(movement);
    }
  }
  if (!ended)
    throw new BillError('BILL_SUMMARY', 'the file ends before its summary: it is not complete', line);
  return sum;
}

/** `12.30` is 1230 and `-0.01` is -1, exactly. @throws BillError */
export function fenOf(yuan: string, line: number): number {
  return scaled(yuan, 2, line);
}

/** Yuan as a whole number of its 10^`decimals`-th part, exactly. */
function scaled(yuan: string, decimals: number, line: number): number {
  const match = /^(-?)(\d{1,10})(?:\.(\d{1,5}))?$/.exec(yuan.trim());
  const [, sign, whole, fraction = ''] = match ?? [];
  if (!match || fraction.replace(/0+$/, '').length > decimals) {
    throw new BillError('BILL_AMOUNT', `an amount is not in yuan with at most ${decimals} decimals`, line);
  }
  const value = Number(whole) * 10 ** decimals + Number(fraction.slice(0, decimals).padEnd(decimals, '0'));
  return sign === '-' && value !== 0 ? -value : value;
}

function readHeader(text: string, line: number): Columns {
  const names = namesOf(text);
  const found = Object.entries(columns).map(([column, candidates]) => {
    const index = candidates.map((name) => names.indexOf(name)).findLast((position) => position >= 0);
    if (index === undefined && !optional.has(column as Column)) {
      throw new BillError('BILL_COLUMN', `the column ${candidates.join(' or ')} is missing`, line);
    }
    return [column, index];
  });
  const goods = names.indexOf('商品名称');
  return {
    at: Object.fromEntries(found) as Columns['at'],
    count: names.length,
    textFrom: goods < 0 ? names.length : goods,
  };
}

/** The file may begin with a byte order mark. */
function namesOf(text: string): string[] {
  return text
    .replace(/^\uFEFF/, '')
    .split(',')
    .map((name) => name.trim());
}

function valuesOf(text: string, line: number): string[] {
  if (!text.startsWith('`')) throw new BillError('BILL_ROW', 'a row does not start with a backtick', line);
  return text.trimEnd().slice(1).split(',`');
}

function readRow(header: Columns, values: readonly string[], line: number): BillMovement {
  const more = values.length - header.count;
  if (more < 0) throw new BillError('BILL_ROW', 'a row has fewer values than columns', line);
  const at = (column: Column): string => {
    const index = header.at[column];
    if (index === undefined) return '';
    return values[index > header.textFrom ? index + more : index] ?? '';
  };
  const state = at('tradeState');
  const common = {
    outTradeNo: at('outTradeNo'),
    subMchid: subMchidOf(at('subMchid')),
    feeMilliFen: scaled(at('fee'), 5, line),
    line,
  };
  if (state === 'REFUND' || state === 'REVOKED') {
    const refundFen = fenOf(at('refundFen'), line);
    return {
      ...common,
      kind: 'REFUND',
      reference: at('outRefundNo'),
      amountFen: refundFen === 0 ? 0 : -refundFen,
    };
  }
  if (state !== 'SUCCESS')
    throw new BillError('BILL_ROW', `the state ${state.slice(0, 16)} is not known`, line);
  return {
    ...common,
    kind: 'PAYMENT',
    reference: at('transactionId'),
    amountFen: fenOf(at('paidFen'), line),
  };
}

/** A merchant without sub-merchants has 0 there. */
function subMchidOf(value: string): string | null {
  return value === '' || value === '0' ? null : value;
}

const summaryNames = {
  rows: '总交易单数',
  paidFen: ['总交易额', '应结订单总金额', '订单总金额'],
  refundedFen: ['退款总金额', '申请退款总金额'],
} as const;

function checkSummary(
  names: readonly string[],
  values: readonly string[],
  sum: BillSummary,
  line: number,
): void {
  const at = (candidates: readonly string[]): string | undefined =>
    candidates.map((name) => values[names.indexOf(name)]).findLast((value) => value !== undefined);
  const rows = at([summaryNames.rows]);
  if (rows === undefined) throw new BillError('BILL_SUMMARY', 'the summary has no count of rows', line);
  if (Number(rows) !== sum.rows) {
    throw new BillError('BILL_SUMMARY', `the file has ${sum.rows} rows, its summary says ${rows}`, line);
  }
  for (const key of ['paidFen', 'refundedFen'] as const) {
    const said = at(summaryNames[key]);
    if (said !== undefined && fenOf(said, line) !== sum[key]) {
      throw new BillError('BILL_SUMMARY', `${summaryNames[key][0]} is not the sum of the rows`, line);
    }
  }
}
