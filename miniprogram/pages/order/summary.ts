/** The summary of one payment and its orders on the detail page. */
import type { OrderView } from '../../../shared/contract/index.ts';
import { texts } from '../../i18n/index';
import { stateOf, type Tone } from '../../services/orders';
import { countdown, dateTime } from '../../utils/time';

const t = texts({
  orderNo: ['订单号', 'Order'],
  createdAt: ['下单时间', 'Ordered'],
  paidAt: ['支付时间', 'Paid at'],
  preparing: ['小铺正在为你准备', 'We are getting it ready'],
  delivered: ['已经交付', 'Delivered'],
  closed: ['这笔订单不会再扣款', 'Nothing will be charged for this order'],
  expired: ['已超过支付时间，正在关闭', 'The time to pay is over; it is being closed'],
});

export interface OrderSummary {
  readonly stateText: string;
  readonly tone: Tone;
  readonly hint: string;
  readonly amountFen: number;
  readonly payable: boolean;
  readonly closable: boolean;
  readonly facts: readonly { readonly label: string; readonly value: string }[];
}

export function summaryOf(orders: readonly OrderView[], nowMs: number): OrderSummary {
  const [first] = orders;
  if (!first) throw new RangeError('a payment has at least one order');
  const { text, tone } = stateOf(first);
  const payable = orders.every((order) => order.payable && order.expiresAtMs > nowMs);
  const open = orders.every(({ state }) => ['CREATED', 'NOTPAY', 'USERPAYING', 'PAYERROR'].includes(state));
  return {
    stateText: text,
    tone,
    hint: hintOf(orders, open && !payable),
    amountFen: orders.reduce((sum, order) => sum + order.amountFen, 0),
    payable,
    closable: open,
    facts: [
      ...orders.map((order) => ({ label: t.orderNo, value: order.outTradeNo })),
      { label: t.createdAt, value: dateTime(first.createdAtMs) },
      ...(first.paidAtMs === undefined ? [] : [{ label: t.paidAt, value: dateTime(first.paidAtMs) }]),
    ],
  };
}

function hintOf(orders: readonly OrderView[], expired: boolean): string {
  if (expired) return t.expired;
  if (orders.every(({ fulfilment }) => fulfilment === 'DONE')) return t.delivered;
  if (orders.some(({ fulfilment }) => fulfilment === 'PENDING')) return t.preparing;
  if (orders.every(({ state }) => state === 'CLOSED')) return t.closed;
  return '';
}

/** The time left to pay; empty when nothing is due or the time has expired. */
export function timeLeft(orders: readonly OrderView[], nowMs: number): string {
  if (!orders.every((order) => order.payable)) return '';
  return countdown(Math.min(...orders.map((order) => order.expiresAtMs)) - nowMs);
}
