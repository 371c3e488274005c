import { OrderStore } from '../orders/order-store.ts';
import { type Order, type Payment, payerOf, tradeTypeOf } from '../orders/types.ts';
import { RefundStore } from '../refunds/refund-store.ts';
import type { Refund } from '../refunds/types.ts';
import { feeBasisPointsOf } from '../state/accounts.ts';
import type { State } from '../state/state.ts';
import { beginOfDay, wallTime } from '../state/time.ts';
import { feeYuan, percent, yuan } from './format.ts';
import { readyAtMs } from './ready.ts';
import type { Bill, TradeBillSpec, TradeBillType } from './types.ts';

/** One payment or one refund of the day. */
interface Entry {
  readonly payment: Payment;
  readonly order: Order;
  readonly refund?: Refund;
  readonly atMs: number;
}

type Value = (entry: Entry, context: { state: State; asOfMs: number }) => string;

const refundStatus: Value = ({ refund }, { asOfMs }) => {
  if (!refund) return '';
  // A refund that ended after the bill was generated appears with its state at that time.
  if (refund.status === 'SUCCESS') return refund.successAtMs! <= asOfMs ? 'SUCCESS' : 'PROCESSING';
  return { PROCESSING: 'PROCESSING', CLOSED: 'FAIL', ABNORMAL: 'CHANGE' }[refund.status];
};

const fee: Value = ({ order, refund }) => feeYuan(refund ? -refund.feeFen : order.money!.feeFen);

/** doc: pay.weixin.qq.com/docs/merchant/products/bill-download/format-trade; values as in captured bills. */
const values: Readonly<Record<string, Value>> = {
  交易时间: ({ atMs }) => wallTime(atMs),
  公众账号ID: ({ payment }) => payment.appid,
  商户号: ({ order }) => order.mchid,
  特约商户号: ({ order }) => order.subMchid ?? '0',
  设备号: ({ payment }) => payment.deviceId ?? '',
  微信订单号: ({ order }) => order.transactionId!,
  商户订单号: ({ order }) => order.outTradeNo,
  用户标识: ({ payment }) => payerOf(payment),
  交易类型: ({ payment }) => tradeTypeOf(payment),
  交易状态: ({ refund }) => (refund ? 'REFUND' : 'SUCCESS'),
  付款银行: ({ order }) => order.bankType!,
  货币种类: () => 'CNY',
  应结订单金额: ({ order, refund }) => yuan(refund ? 0 : order.amountFen),
  代金券金额: () => yuan(0),
  退款申请时间: ({ refund }) => wallTime(refund!.createdAtMs),
  退款成功时间: ({ refund }, { asOfMs }) =>
    refund!.successAtMs !== undefined && refund!.successAtMs <= asOfMs ? wallTime(refund!.successAtMs) : '',
  微信退款单号: ({ refund }) => refund?.refundId ?? '0',
  商户退款单号: ({ refund }) => refund?.outRefundNo ?? '0',
  退款金额: ({ refund }) => yuan(refund?.amountFen ?? 0),
  充值券退款金额: () => yuan(0),
  退款类型: ({ refund }) => refund?.channel ?? '',
  退款状态: refundStatus,
  商品名称: ({ order }) => order.description,
  商户数据包: ({ order }) => order.attach ?? '',
  手续费: fee,
  费率: ({ order }, { state }) => percent(feeBasisPointsOf(state, order.payeeMchid)),
  订单金额: ({ order, refund }) => yuan(refund ? 0 : order.amountFen),
  申请退款金额: ({ refund }) => yuan(refund?.amountFen ?? 0),
  费率备注: () => '',
};

const head =
  '交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额';
const refundPart = '微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态';
const columnsOf: Readonly<Record<TradeBillType, readonly string[]>> = {
  ALL: `${head},${refundPart},商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注`.split(','),
  SUCCESS: `${head},商品名称,商户数据包,手续费,费率,订单金额,费率备注`.split(','),
  REFUND:
    `${head},退款申请时间,退款成功时间,${refundPart},商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注`.split(
      ',',
    ),
};
const summaryWithRefunds =
  '总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额'.split(',');
const summaryColumnsOf: Readonly<Record<TradeBillType, readonly string[]>> = {
  ALL: summaryWithRefunds,
  SUCCESS: '总交易单数,应结订单总金额,手续费总金额,订单总金额'.split(','),
  REFUND: summaryWithRefunds,
};

/**
 * 交易账单: payments by the time they succeeded, refunds by the time they were accepted. Undefined on a day without either.
 */
export function tradeBill(state: State, spec: TradeBillSpec): Bill | undefined {
  const real = entriesOf(state, spec);
  if (real.length === 0) return undefined;
  const entries = damaged(real, spec);
  const context = { state, asOfMs: readyAtMs(spec.day) };
  const columns = columnsOf[spec.type];
  const sums = summaryOf(entries);
  return {
    columns,
    rows: entries.map((entry) => columns.map((column) => values[column]!(entry, context))),
    summaryColumns: summaryColumnsOf[spec.type],
    summary: summaryColumnsOf[spec.type].map((column) => sums[column]!),
  };
}

/** Newest first, as in real bills. */
function entriesOf(state: State, { mchid, subMchid, day, type }: TradeBillSpec): Entry[] {
  const fromMs = beginOfDay(day)!;
  const inDay = ({ atMs }: Entry) => atMs >= fromMs && atMs < fromMs + 86_400_000;
  const own = ({ order }: Entry) =>
    order.mchid === mchid && (subMchid === undefined || order.subMchid === subMchid);
  const store = new OrderStore(state);
  const paid: Entry[] = [];
  for (const payment of type === 'REFUND' ? [] : store.payments()) {
    if (payment.paidAtMs === undefined) continue;
    for (const order of payment.orders) paid.push({ payment, order, atMs: payment.paidAtMs });
  }
  const refunded: Entry[] = [];
  for (const refund of type === 'SUCCESS' ? [] : new RefundStore(state).all()) {
    const target = store.orderByTransactionId(refund.transactionId)!;
    refunded.push({ ...target, refund, atMs: refund.createdAtMs });
  }
  const entries = [...paid, ...refunded].filter((entry) => inDay(entry) && own(entry));
  entries.sort((a, b) => b.atMs - a.atMs);
  if (type !== 'REFUND') return entries;
  // In that bill the first column is the payment time; refunds have columns of their own.
  return entries.map((entry) => ({ ...entry, atMs: entry.payment.paidAtMs! }));
}

function damaged(entries: readonly Entry[], { fault }: TradeBillSpec): readonly Entry[] {
  const [first, ...rest] = entries;
  if (!first || !fault) return entries;
  if (fault === 'bill-missing-line') return rest;
  if (fault === 'bill-line-twice') return [first, ...entries];
  if (fault === 'bill-wrong-amount') return [{ ...first, ...withAmount(first, 1) }, ...rest];
  if (fault !== 'bill-unknown-order') return entries;
  const order = { ...first.order, outTradeNo: 'UNKNOWNORDER', transactionId: '4200000000000000000000000000' };
  const { refund: _refund, ...payment } = first;
  return [{ ...payment, order }, ...entries];
}

function withAmount({ order, refund }: Entry, addedFen: number): Pick<Entry, 'order' | 'refund'> {
  if (refund) return { order, refund: { ...refund, amountFen: refund.amountFen + addedFen } };
  return { order: { ...order, amountFen: order.amountFen + addedFen } };
}

function summaryOf(entries: readonly Entry[]): Readonly<Record<string, string>> {
  const sum = (fen: (entry: Entry) => number) => entries.reduce((total, entry) => total + fen(entry), 0);
  const paidFen = sum(({ order, refund }) => (refund ? 0 : order.amountFen));
  const refundedFen = sum(({ refund }) => refund?.amountFen ?? 0);
  const feeFen = sum(({ order, refund }) => (refund ? -refund.feeFen : order.money!.feeFen));
  return {
    总交易单数: String(entries.length),
    应结订单总金额: yuan(paidFen),
    退款总金额: yuan(refundedFen),
    充值券退款总金额: yuan(0),
    手续费总金额: feeYuan(feeFen),
    订单总金额: yuan(paidFen),
    申请退款总金额: yuan(refundedFen),
  };
}
