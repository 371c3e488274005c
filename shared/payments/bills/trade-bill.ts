/**
 * Reads a trade bill (交易账单, bill_type ALL, SUCCESS or REFUND), line by line in constant memory. Amounts are in yuan,
 * fees with five decimals, of which the last three are 0. A refund is listed on the day that it was accepted,
 * regardless of its outcome. https://pay.weixin.qq.com/docs/merchant/products/bill-download/format-trade.html
 */
import { BillError } from './bill-error.ts';
import { atMsOf, BillTable, feeFenOf, fenOf, type TableFormat, type TableRow } from './bill-table.ts';
import type { BilledMovement, BillReader, BillSums } from './movement.ts';

type Column =
  | 'at'
  | 'subMchid'
  | 'transactionId'
  | 'outTradeNo'
  | 'tradeState'
  | 'outRefundNo'
  | 'refundFen'
  | 'paidFen'
  | 'fee';

/** The columns that are read; others may be added or removed. */
const format: TableFormat<Column> = {
  columns: {
    at: ['交易时间'],
    subMchid: ['特约商户号'],
    transactionId: ['微信订单号'],
    outTradeNo: ['商户订单号'],
    tradeState: ['交易状态'],
    outRefundNo: ['商户退款单号'],
    refundFen: ['退款金额', '申请退款金额'],
    // The first name is of an early format that some merchants still get.
    paidFen: ['总金额', '应结订单金额', '订单金额'],
    fee: ['手续费'],
  },
  // A refund's columns are missing from a bill of payments only.
  optional: new Set(['outRefundNo', 'refundFen', 'subMchid']),
  freeText: '商品名称',
};

export function tradeBillReader(): BillReader {
  const table = new BillTable(format);
  const sum = { rows: 0, paidFen: 0, refundedFen: 0, feeFen: 0 };
  const subMchids = new Set<string>();
  return {
    subMchids,
    unknownTypes: new Map(),
    take(text) {
      const row = table.take(text);
      if (!row) return [];
      const [main, fee] = movementsOf(row);
      sum.rows++;
      if (main.kind === 'PAYMENT') sum.paidFen += main.amountFen;
      else sum.refundedFen -= main.amountFen;
      if (fee) sum.feeFen -= fee.amountFen;
      // 0 for a merchant without sub-merchants.
      const subMchid = row.at('subMchid');
      if (subMchid !== '' && subMchid !== '0') subMchids.add(subMchid);
      return fee ? [main, fee] : [main];
    },
    end(): BillSums {
      const summary = table.end();
      summary.expectRows('总交易单数', sum.rows);
      summary.expectFen(['总交易额', '应结订单总金额', '订单总金额'], sum.paidFen);
      summary.expectFen(['退款总金额', '申请退款总金额'], sum.refundedFen);
      return sum;
    },
  };
}

/** A payment or a refund, and the fee that it cost or gave back. */
function movementsOf(row: TableRow<Column>): [BilledMovement] | [BilledMovement, BilledMovement] {
  const { line } = row;
  const state = row.at('tradeState');
  const refund = state === 'REFUND' || state === 'REVOKED';
  if (!refund && state !== 'SUCCESS') {
    throw new BillError('BILL_ROW', `the state ${state.slice(0, 16)} is not known`, line);
  }
  const common = {
    reference: row.at(refund ? 'outRefundNo' : 'transactionId'),
    outTradeNo: row.at('outTradeNo'),
    atMs: atMsOf(row.at('at'), line),
  };
  const fen = fenOf(row.at(refund ? 'refundFen' : 'paidFen'), line);
  const feeFen = -feeFenOf(row.at('fee'), line);
  const main: BilledMovement = {
    ...common,
    kind: refund ? 'REFUND' : 'PAYMENT',
    amountFen: refund && fen !== 0 ? -fen : fen,
  };
  if (feeFen === 0) return [main];
  return [main, { ...common, kind: refund ? 'FEE_RETURN' : 'FEE', amountFen: feeFen }];
}
