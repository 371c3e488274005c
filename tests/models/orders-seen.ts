/** What is to be seen of one payer's orders: here, at WeChat Pay, and at those who deliver and who were answered. */
import type { LedgerEntry } from '../../shared/payments/ledger/ledger.ts';
import type { CombinedPaymentRecord, OrderRecord } from '../../shared/payments/orders/records.ts';
import { describeCart, type OrdersShop } from './orders-shop.ts';

interface Here {
  readonly outTradeNo: string;
  readonly paymentNo: string;
  readonly state: string;
  readonly amountFen: number;
  /** What its goods cost when its payment was stored. */
  readonly pricedFen: number;
  /** What was put into the cart of the payment. */
  readonly cart: string;
  readonly transactionId: string | null;
  readonly fulfilment: string;
  readonly expiresAtMs: number;
  /** When the prepay_id was asked for. */
  readonly prepaidAtMs: number | null;
  /** When WeChat Pay is going to be asked about it; null: never again. */
  readonly askedAtMs: number | null;
}

interface There {
  readonly state: string;
  readonly amountFen: number;
  readonly transactionId?: string;
  readonly expiresAtMs: number;
  /** When the first refund was made that did not fail. */
  readonly refundedAtMs?: number;
  /** A refund was made, even if it failed afterwards. */
  readonly wasRefunded: boolean;
}

/** One order, by its out_trade_no. */
export interface Order {
  readonly here?: Here;
  readonly there?: There;
  /** Payments in our ledger. */
  readonly entries: readonly { readonly reference: string; readonly amountFen: number }[];
}

/** Of the fulfilment function. */
export interface Call {
  readonly outTradeNo: string;
  readonly amountFen: number;
  readonly transactionId: string;
  readonly atMs: number;
  /** It had its effect, whatever it answered. */
  readonly delivers: boolean;
}

/** An order as its payer was shown it. */
export interface Told {
  readonly outTradeNo: string;
  readonly state: string;
  readonly amountFen: number;
  readonly fulfilment: string;
}

/** What was not there, or different, when it was last looked at. */
export interface News {
  readonly told: readonly Told[];
  /** out_trade_no of each order whose payment, or refund, a callback reported that was acknowledged. */
  readonly paymentsAcknowledged: readonly string[];
  readonly refundsAcknowledged: readonly string[];
  /** Payments that WeChat Pay had when somebody asked to close them, and was told that they are closed. */
  readonly closed: readonly string[];
  /** What must never happen at all. */
  readonly wrong: readonly string[];
}

export interface OrdersSeen extends News {
  readonly nowMs: number;
  /** Clocks of instances were ahead or behind. */
  readonly clocksDiffer: boolean;
  readonly orders: ReadonlyMap<string, Order>;
  /** All until now, by out_trade_no. */
  readonly calls: ReadonlyMap<string, readonly Call[]>;
  /** By the number of each payment that a token gives: the orders that it may have, by what is in the cart. */
  readonly numbers: ReadonlyMap<string, readonly (readonly string[])[]>;
  /** What is in the cart of each payment of sellers' goods, also when none of its orders is stored yet. */
  readonly carts: ReadonlyMap<string, string>;
  /** WeChat Pay is going to refuse something for no reason. */
  readonly isTroubled: boolean;
}

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
