/** What is to be seen of one payer's orders: here, at WeChat Pay, and at those who deliver and who were answered. */
import type { LedgerEntry } from '../../shared/payments/ledger/ledger.ts';
import type { CombinedPaymentRecord, OrderRecord } from '../../shared/payments/orders/records.ts';
import type { Call, Here, Order, OrdersSeen, There } from './orders-facts.ts';
import { describeCart, type OrdersShop } from './orders-shop.ts';

interface Part extends Pick<There, 'state' | 'amountFen' | 'transactionId'> {
  readonly outTradeNo: string;
}

interface Payment {
  readonly expiresAtMs: number;
  readonly orders: readonly Part[];
}

interface Refund {
  readonly outTradeNo: string;
  readonly status: string;
  readonly createdAtMs: number;
}

export async function seenNow(shop: OrdersShop): Promise<OrdersSeen> {
  const orders = new Map<string, Order>();
  const add = (no: string, seen: Partial<Order>) =>
    void orders.set(no, { entries: [], ...orders.get(no), ...seen });
  const carts = new Map<string, string>();
  for (const { _id, newOrders } of shop.documents.all<CombinedPaymentRecord>('combined_payments')) {
    shop.pricesAtFirst(_id);
    carts.set(_id, describeCart(newOrders.flatMap(({ items }) => items)));
  }
  for (const order of shop.documents.all<OrderRecord>('orders'))
    add(order._id, { here: hereOf(shop, order) });
  const refunds = await listOf<Refund>(shop, 'refunds');
  for (const { expiresAtMs, orders: parts } of await listOf<Payment>(shop, 'orders'))
    for (const part of parts) {
      const own = refunds.filter(({ outTradeNo }) => outTradeNo === part.outTradeNo);
      add(part.outTradeNo, { there: { ...part, expiresAtMs, ...refundsOf(own) } });
    }
  for (const { outTradeNo, kind, reference, amountFen } of shop.documents.all<LedgerEntry>('ledger')) {
    if (kind !== 'PAYMENT' || outTradeNo === null) continue;
    add(outTradeNo, { entries: [...(orders.get(outTradeNo)?.entries ?? []), { reference, amountFen }] });
  }
  const calls = new Map<string, Call[]>();
  for (const call of shop.calls) calls.set(call.outTradeNo, [...(calls.get(call.outTradeNo) ?? []), call]);
  const set = await listOf<{ times: number; struck: number }>(shop, 'faults');
  return {
    ...shop.takeNews(),
    nowMs: shop.sandbox.clock.now(),
    clocksDiffer: shop.clocksDiffer,
    orders,
    carts,
    calls,
    numbers: shop.numbers,
    isTroubled: set.some(({ times, struck }) => struck < times),
  };
}

async function listOf<T>({ sandbox }: OrdersShop, what: 'orders' | 'refunds' | 'faults'): Promise<T[]> {
  const { json } = await sandbox.control('GET', `/${what}`);
  return json[what];
}

function hereOf(shop: OrdersShop, order: OrderRecord): Here {
  const { _id: outTradeNo, paymentNo, state, amountFen, transactionId, fulfilment, expiresAtMs } = order;
  const combined = shop.documents.peek<CombinedPaymentRecord>('combined_payments', paymentNo);
  const { prepaidAtMs } = (order.request ?? combined?.request)!;
  const prices = shop.pricesAtFirst(paymentNo);
  const inCart = (combined?.newOrders ?? [order]).flatMap(({ items }) => items);
  return {
    ...{ outTradeNo, paymentNo, state, amountFen, transactionId, fulfilment, expiresAtMs, prepaidAtMs },
    pricedFen: order.items.reduce(
      (sum, { productId, quantity }) => sum + prices.get(productId)! * quantity,
      0,
    ),
    cart: describeCart(inCart),
    askedAtMs: order.checkAfterMs,
  };
}

function refundsOf(refunds: readonly Refund[]): Pick<There, 'refundedAtMs' | 'wasRefunded'> {
  const made = refunds.filter(({ status }) => status !== 'CLOSED').map(({ createdAtMs }) => createdAtMs);
  return { wasRefunded: refunds.length > 0, ...(made.length > 0 && { refundedAtMs: Math.min(...made) }) };
}
