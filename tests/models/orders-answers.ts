/** What the payer must be answered when nothing fails and nobody else does anything: pure, from what was seen last. */

import type { Order } from './orders-facts.ts';
import { isOpen, isPaid, type OrdersModel, paymentsIn } from './orders-model.ts';

export type Asked =
  | { readonly does: 'create'; readonly paymentNo: string; readonly cart: string }
  | { readonly does: 'pay again' | 'close'; readonly paymentNo: string };

const minuteMs = 60_000;
const prepayReuseMs = 110 * minuteMs;
const leastToPayMs = minuteMs;

/** The answer of the function, or why the payer's WeChat does not take what it answered. */
export function rightAnswers(model: OrdersModel, asked: Asked): readonly string[] {
  const payments = paymentsIn(model);
  const orders = payments.get(asked.paymentNo);
  const troubles = model.isTroubled ? ['WECHATPAY_REFUSED', 'OUTCOME_UNKNOWN'] : [];
  if (asked.does === 'close') return [...(orders ? closed(orders) : ['ORDER_NOT_FOUND']), ...troubles];
  const open = [...payments.values()].filter((each) => isCounted(each, model.nowMs)).length;
  if (asked.does === 'create') {
    const cart = orders?.[0]?.here?.cart ?? model.carts.get(asked.paymentNo);
    if (cart !== undefined && cart !== asked.cart) return ['TOKEN_REUSED'];
    if (!orders) return open + 1 > model.limit ? ['TOO_MANY_UNPAID'] : ['OK', ...troubles];
  }
  if (!orders) return ['ORDER_NOT_FOUND'];
  return [...paid(orders, model.nowMs, open > model.limit), ...troubles];
}

function closed(orders: readonly Order[]): readonly string[] {
  if (orders.some(({ here, there }) => isPaid(here?.state) || isPaid(there?.state))) return ['ORDER_PAID'];
  return ['OK'];
}

/** What somebody needs to pay what is stored already. */
function paid(orders: readonly Order[], nowMs: number, isTooMuch: boolean): readonly string[] {
  const [{ here, there }] = orders as [Order];
  if (orders.some((each) => isPaid(each.here?.state))) return ['OK'];
  if (!orders.every((each) => isOpen(each.here?.state))) return ['ORDER_CLOSED'];
  if (nowMs >= here!.expiresAtMs - leastToPayMs) return ['ORDER_CLOSED'];
  // Whoever stored it died before it was counted.
  if (isTooMuch && orders.every((each) => each.here?.state === 'CREATED') && here!.prepaidAtMs === null)
    return ['TOO_MANY_UNPAID'];
  const isFresh = nowMs - (here!.prepaidAtMs ?? 0) < prepayReuseMs;
  if (isPaid(there?.state)) return [isFresh ? 'the cashier: ORDERPAID' : 'OK'];
  if (there?.state === 'CLOSED') return [isFresh ? 'the cashier: ORDER_CLOSED' : 'ORDER_CLOSED'];
  return ['OK'];
}

/** An open payment counts, whether WeChat Pay has it or not. */
function isCounted(orders: readonly Order[], nowMs: number): boolean {
  return orders.some(({ here }) => isOpen(here?.state) && here!.expiresAtMs > nowMs);
}
