/** Where the money of a paid order is, to the fen. */
import type { ControlContext, ControlRoute } from '../context.ts';
import { OrderStore } from '../orders/order-store.ts';
import type { Order, OrderMoney } from '../orders/types.ts';
import { RefundStore } from '../refunds/refund-store.ts';
import type { Refund } from '../refunds/types.ts';
import { SharingStore } from '../sharing/sharing-store.ts';
import type { State } from '../state/state.ts';
import type { AfterSales, Subsidy } from '../subsidies/types.ts';
import { notFound } from './read.ts';

/**
 * - `paid`: by the payer; `subsidy`: added by the platform; `advance`: refunded by the platform in place of the payee, which
 *   has not paid it back; `payee`: from the payee's other money, for a refund of more than it has of this order
 */
interface Source {
  readonly kind: 'paid' | 'subsidy' | 'advance' | 'payee';
  readonly amountFen: number;
}

/**
 * - `refunded`, `refunding`: to the payer
 * - `fee`: WeChat Pay's
 * - `receiver`: a share that `account` has; `sharing`: on its way to receivers
 * - `after-sales`: the platform's fee for handling a refund
 * - `frozen`: not usable by the payee yet
 * - `available`: the rest, which the payee has
 */
interface Part {
  readonly kind:
    | 'refunded'
    | 'refunding'
    | 'fee'
    | 'receiver'
    | 'sharing'
    | 'after-sales'
    | 'frozen'
    | 'available';
  readonly account?: string;
  readonly amountFen: number;
}

export interface OrderMoneyView {
  readonly outTradeNo: string;
  readonly payeeMchid: string;
  /** They add up to the same sum as the parts. */
  readonly sources: readonly Source[];
  readonly parts: readonly Part[];
}

const sumOf = (parts: readonly { readonly amountFen: number }[]) =>
  parts.reduce((sum, { amountFen }) => sum + amountFen, 0);

/** @param order a paid one */
function moneyOf(state: State, order: Order & { money: OrderMoney }): OrderMoneyView {
  const { outTradeNo, payeeMchid, money, amountFen } = order;
  const refunds = [...new RefundStore(state).all()].filter(
    (each) => each.transactionId === order.transactionId,
  );
  const kept = refunds.filter(({ status }) => status !== 'CLOSED');
  const ended = kept.filter(({ status }) => status === 'SUCCESS');
  const parts: Part[] = [
    { kind: 'refunded', amountFen: sumOf(ended) },
    { kind: 'refunding', amountFen: sumOf(kept) - sumOf(ended) },
    ...receiversOf(state, order.transactionId!),
    { kind: 'sharing', amountFen: money.sharingFen },
    { kind: 'after-sales', amountFen: afterSalesFen(state, order.transactionId!) },
    { kind: 'fee', amountFen: money.feeFen - money.feeRefundedFen },
    { kind: 'frozen', amountFen: money.frozenFen },
  ];
  const sources: Source[] = [
    { kind: 'paid', amountFen },
    { kind: 'subsidy', amountFen: subsidyFen(state, order.transactionId!) },
    { kind: 'advance', amountFen: sumOf(kept.filter(isAdvanced)) },
  ];
  const restFen = sumOf(sources) - sumOf(parts);
  const isThere = (part: { readonly amountFen: number }) => part.amountFen > 0;
  return {
    outTradeNo,
    payeeMchid,
    sources: [...sources, { kind: 'payee' as const, amountFen: -restFen }].filter(isThere),
    parts: [...parts, { kind: 'available' as const, account: payeeMchid, amountFen: restFen }].filter(
      isThere,
    ),
  };
}

function isAdvanced({ advancedBy, advanceReturn }: Refund): boolean {
  return advancedBy !== undefined && advanceReturn?.result !== 'SUCCESS';
}

/** What each receiver has of the order, less what it returned. */
function receiversOf(state: State, transactionId: string): Part[] {
  const received = new Map<string, number>();
  for (const { shares } of new SharingStore(state).ofTransaction(transactionId)) {
    for (const { account, amountFen, returnedFen, result } of shares) {
      if (result !== 'SUCCESS') continue;
      received.set(account, (received.get(account) ?? 0) + amountFen - returnedFen);
    }
  }
  return [...received].map(([account, amountFen]) => ({ kind: 'receiver', account, amountFen }));
}

function afterSalesFen(state: State, transactionId: string): number {
  return state.slot<AfterSales>('after_sales').get(transactionId)?.amountFen ?? 0;
}

function subsidyFen(state: State, transactionId: string): number {
  return [...state.slot<Subsidy>('subsidies').peek()]
    .filter((each) => each.transactionId === transactionId && !each.reversed)
    .reduce((sum, { amountFen, returnedFen }) => sum + amountFen - returnedFen, 0);
}

function show(context: ControlContext): { orders: OrderMoneyView[] } {
  const number = context.params.out_trade_no!;
  const payment = new OrderStore(context.state).find(number);
  if (!payment) throw notFound(`order ${number}`, `订单 ${number}`);
  const isPaid = (order: Order): order is Order & { money: OrderMoney } => order.money !== undefined;
  return { orders: payment.orders.filter(isPaid).map((order) => moneyOf(context.state, order)) };
}

export const orderMoneyRoutes: readonly ControlRoute[] = [
  { method: 'GET', path: '/_sandbox/orders/{out_trade_no}/money', handle: show },
];
