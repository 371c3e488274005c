/** How an order's state is worded and displayed, and paging through orders. */
import type { OrderState, OrderView } from '../../shared/contract/index.ts';
import { fill, type Pair, say } from '../i18n/index';

export type Tone = 'wait' | 'good' | 'plain' | 'bad';

const states: Readonly<Record<OrderState, { readonly text: Pair; readonly tone: Tone }>> = {
  CREATED: { text: ['待支付', 'Unpaid'], tone: 'wait' },
  NOTPAY: { text: ['待支付', 'Unpaid'], tone: 'wait' },
  USERPAYING: { text: ['支付中', 'Being paid'], tone: 'wait' },
  PAYERROR: { text: ['支付失败', 'Payment failed'], tone: 'bad' },
  SUCCESS: { text: ['已支付', 'Paid'], tone: 'good' },
  REFUND: { text: ['已退款', 'Refunded'], tone: 'plain' },
  CLOSED: { text: ['已关闭', 'Closed'], tone: 'plain' },
  REVOKED: { text: ['已撤销', 'Revoked'], tone: 'plain' },
};

export function stateOf(order: Pick<OrderView, 'state'>): { text: string; tone: Tone } {
  const { text, tone } = states[order.state];
  return { text: say(text), tone };
}

const andMore: Pair = ['{title} 等{count}件', '{title} and {more} more'];

/** What an order is about, in the user's language: its first product, and how many more. */
export function titleOf({ items }: Pick<OrderView, 'items'>): string {
  const [first] = items;
  if (!first) return '';
  const title = say([first.title, first.titleEn ?? first.title]);
  const count = items.length;
  return count === 1 ? title : fill(say(andMore), { title, count: String(count), more: String(count - 1) });
}

/** Appends a newly loaded page; an order that appears twice is kept once, in its newer form. */
export function mergeOrders(before: readonly OrderView[], next: readonly OrderView[]): OrderView[] {
  const fresh = new Map(next.map((order) => [order.outTradeNo, order]));
  const kept = before.map((order) => fresh.get(order.outTradeNo) ?? order);
  const known = new Set(before.map((order) => order.outTradeNo));
  return [...kept, ...next.filter((order) => !known.has(order.outTradeNo))];
}
