/** Buyers: place orders, pay them or not, look, close, and ask for their money back. And the shopkeeper's prices. */
import type { Document } from '../../../shared/core/ports.ts';
import type { LedgerEntry } from '../../../shared/payments/ledger/ledger.ts';
import type { OrderRecord } from '../../../shared/payments/orders/records.ts';
import { isPaid } from '../../../shared/payments/orders/transitions.ts';
import { between, pick, type Random } from '../random.ts';
import type { Books, Theirs } from '../theirs.ts';
import { type Action, type Kind, sum } from './kind.ts';
import { cartNames, Visit } from './visits.ts';

const minuteMs = 60_000;

export function planVisits(random: Random, count: number, busyMs: number): Visit[] {
  return Array.from(
    { length: count },
    (_, number) =>
      new Visit({
        number,
        atMs: between(random, 0, busyMs * 0.6),
        buyer: between(random, 0, 2),
        cart: pick(random, cartNames),
        ends: pick(random, ['pay', 'pay', 'pay', 'pay', 'fail to pay', 'cancel', 'leave']),
        payAfterMs: between(random, 500, pick(random, [5_000, 5 * minuteMs, 3 * 60 * minuteMs])),
      }),
  );
}

/** A time after a visit began, often soon. */
export function later(random: Random, { plan: { atMs } }: Visit, busyMs: number): number {
  const mostMs = pick(random, [10 * minuteMs, Math.max(10 * minuteMs, busyMs - atMs)]);
  return atMs + between(random, 1_000, mostMs);
}

/** At times, what follows a visit. */
export function some(random: Random, chance: number, make: () => Action): Action[] {
  return random() < chance ? [make()] : [];
}

export const buyers: Kind = {
  name: 'buyers',
  chance: 1,

  plan: (random, { visits, busyMs }) =>
    visits.flatMap((visit) => {
      const { number, atMs } = visit.plan;
      const then = (chance: number, what: string, act: Action['act']) =>
        some(random, chance, () => ({
          atMs: later(random, visit, busyMs),
          what: `${what} (visit ${number})`,
          act,
        }));
      return [
        { atMs, what: `buy ${JSON.stringify(visit.plan)}`, act: (shop) => visit.begin(shop) },
        ...then(0.3, 'look', (shop) => shop.call('queryOrder', visit.openid, { list: 'mine' })),
        ...then(0.3, 'pay again', (shop) => visit.payAgain(shop)),
        ...then(0.15, 'close', async (shop) => {
          const [order] = visit.orders(shop);
          if (order) await shop.call('closeOrder', visit.openid, { paymentNo: order.paymentNo });
        }),
        ...then(0.15, 'ask for a refund', async (shop) => {
          for (const { _id: outTradeNo } of visit.orders(shop))
            await shop.call('requestRefund', visit.openid, { action: 'ask', outTradeNo });
        }),
      ];
    }),

  check: checkPayments,

  count: ({ memory }, { orders }) => {
    const ours = memory.all<OrderRecord>('orders');
    return {
      orders: ours.length,
      payments: ours.filter(({ state }) => isPaid(state)).length,
      'payments of several sellers': ours.filter(
        ({ _id, state, paymentNo }) => isPaid(state) && paymentNo !== _id,
      ).length,
      'orders that were never paid': ours.filter(({ state }) => state === 'CLOSED').length,
      'orders that WeChat Pay never got': ours.filter(({ _id }) => !orders.has(_id)).length,
      'goods delivered': ours.filter(({ fulfilment }) => fulfilment === 'DONE').length,
      'goods held back': ours.filter(({ fulfilment }) => fulfilment === 'HELD').length,
    };
  },
};

function checkPayments({ memory, nowMs }: Books, theirs: Theirs): string[] {
  const found: string[] = [];
  const ledger = memory.all<LedgerEntry>('ledger');
  for (const [outTradeNo, { order, payment }] of theirs.orders) {
    const ours = memory.peek<OrderRecord>('orders', outTradeNo);
    if (!ours) {
      found.push(`${outTradeNo}: WeChat Pay has it, and here it is not stored`);
      continue;
    }
    const entries = ledger.filter((entry) => entry.outTradeNo === outTradeNo && entry.kind === 'PAYMENT');
    if (order.transactionId === undefined) {
      if (isPaid(ours.state)) found.push(`${outTradeNo}: ${ours.state} here, and not paid`);
      if (ours.state !== 'CLOSED') found.push(`${outTradeNo}: never paid, and ${ours.state} in the end`);
      if (entries.length > 0) found.push(`${outTradeNo}: a payment in the ledger that nobody made`);
      if (order.state === 'NOTPAY' && payment.expiresAtMs > nowMs)
        found.push(`${outTradeNo}: closed here, and can still be paid`);
      continue;
    }
    if (!isPaid(ours.state)) found.push(`${outTradeNo}: paid, and ${ours.state} here`);
    const right =
      entries.length === 1 &&
      entries[0]!.reference === order.transactionId &&
      entries[0]!.amountFen === order.amountFen;
    if (!right)
      found.push(`${outTradeNo}: paid ${order.amountFen} fen, and in the ledger ${JSON.stringify(entries)}`);
    if (ours.transactionId !== order.transactionId) found.push(`${outTradeNo}: another transaction_id`);
  }
  for (const { _id, state } of memory.all<OrderRecord>('orders'))
    if (!theirs.orders.has(_id) && state !== 'CLOSED')
      found.push(`${_id}: unknown to WeChat Pay, and ${state} in the end`);
  const paidFen = sum(theirs.ledger.filter(({ kind }) => kind === 'payment'));
  const recordedFen = sum(ledger.filter(({ kind }) => kind === 'PAYMENT'));
  if (paidFen !== recordedFen) found.push(`paid ${paidFen} fen, in our ledger ${recordedFen}`);
  return found;
}

/** Prices change while somebody has the old one on the screen. */
export const prices: Kind = {
  name: 'prices',
  chance: 0.1,
  plan: (random, { busyMs }) => {
    const product = pick(random, ['tea-longjing', 'cup-celadon', 'bread-rye']);
    const amountFen = between(random, 100, 20_000);
    return [
      {
        atMs: between(random, 0, busyMs),
        what: `the price of ${product} is now ${amountFen} fen`,
        act: async ({ memory }) => {
          const doc = memory.peek<Document>('products', product);
          if (doc) memory.put('products', { ...doc, price: { kind: 'fixed', amountFen } } as Document);
        },
      },
    ];
  },
};
