/** Operators who give money back, and banks that refuse it. */
import { findContradictions } from '../../../shared/payments/ledger/check.ts';
import type { LedgerEntry } from '../../../shared/payments/ledger/ledger.ts';
import type { OrderRecord } from '../../../shared/payments/orders/records.ts';
import type { RefundRecord } from '../../../shared/payments/refunds/records.ts';
import { between, type Random } from '../random.ts';
import type { Shop } from '../shop.ts';
import type { Books, Theirs } from '../theirs.ts';
import { later, some } from './buyers.ts';
import { type Action, type Kind, operator, sum } from './kind.ts';
import type { Visit } from './visits.ts';

export const refunders: Kind = {
  name: 'refunders',
  chance: 0.5,

  plan: (random, { visits, busyMs }) =>
    visits.flatMap((visit) => {
      const of = `(visit ${visit.plan.number})`;
      const then = (chance: number, make: () => Omit<Action, 'atMs'>) =>
        some(random, chance, () => ({ atMs: later(random, visit, busyMs), ...make() }));
      return [
        ...refundAndBank(random, visit, busyMs),
        ...then(0.3, () => refund(visit, between(random, 1, 1000), 'second')),
        ...then(0.15, () => ({ what: `deliver the rest ${of}`, act: (shop) => deliverRest(shop, visit) })),
      ];
    }),

  check: checkRefunds,

  count: (_shop, { refunds, orders }) => ({
    refunds: refunds.length,
    'refunds that the bank refused': refunds.filter(({ status }) => status === 'CLOSED').length,
    'refunds of a part': refunds.filter(
      ({ outTradeNo, amountFen }) => amountFen < (orders.get(outTradeNo)?.order.amountFen ?? 0),
    ).length,
  }),
};

/** Of many that are refunded, the bank refuses some while the money is on its way. */
function refundAndBank(random: Random, visit: Visit, busyMs: number): Action[] {
  if (random() < 0.2) return [];
  const atMs = later(random, visit, busyMs);
  const made = { atMs, ...refund(visit, random() < 0.4 ? null : between(random, 1, 700), 'first') };
  const laterMs = between(random, 5_000, 110_000);
  if (random() < 0.6) return [made];
  const what = `the bank refuses the refund (visit ${visit.plan.number})`;
  return [made, { atMs: atMs + laterMs, what, act: (shop) => refuse(shop, visit) }];
}

/** @param permille of the order's amount; null for all that is left */
function refund(visit: Visit, permille: number | null, which: string): Omit<Action, 'atMs'> {
  return {
    what: `refund ${permille ?? 'all'} (visit ${visit.plan.number})`,
    act: async (shop) => {
      for (const order of visit.orders(shop)) {
        const amountFen = Math.max(1, Math.floor((order.amountFen * (permille ?? 0)) / 1000));
        await shop.call('refundOrder', operator, {
          action: 'refund',
          outTradeNo: order._id,
          requestToken: `refund-${visit.plan.number}-${which}`.padEnd(16, '0'),
          ...(permille !== null && { amountFen }),
        });
      }
    },
  };
}

async function deliverRest(shop: Shop, visit: Visit): Promise<void> {
  for (const { _id: outTradeNo, fulfilment } of visit.orders(shop))
    if (fulfilment === 'HELD')
      await shop.call('refundOrder', operator, { action: 'deliverRest', outTradeNo });
}

async function refuse(shop: Shop, visit: Visit): Promise<void> {
  const numbers = new Set(visit.orders(shop).map(({ _id }) => _id));
  const underWay = shop.memory
    .all<RefundRecord>('refunds')
    .find(({ state, outTradeNo }) => state === 'PROCESSING' && numbers.has(outTradeNo));
  if (underWay) await shop.control('POST', `/refunds/${underWay._id}/settle`, { result: 'CLOSED' });
}

function checkRefunds({ memory }: Books, theirs: Theirs): string[] {
  const found: string[] = [];
  const refunds = memory.all<RefundRecord>('refunds');
  const ledger = memory.all<LedgerEntry>('ledger');
  for (const order of memory.all<OrderRecord>('orders')) {
    const of = <T extends { outTradeNo: string | null }>(all: readonly T[]) =>
      all.filter(({ outTradeNo }) => outTradeNo === order._id);
    found.push(...findContradictions(order, of(refunds), of(ledger)));
    const refundedFen = sum(of(theirs.refunds).filter(({ status }) => status !== 'CLOSED'));
    if (refundedFen > order.amountFen)
      found.push(`${order._id}: ${refundedFen} fen refunded of ${order.amountFen}`);
  }
  for (const refund of theirs.refunds) {
    const ours = refunds.find(({ _id }) => _id === refund.outRefundNo);
    if (ours?.state !== refund.status)
      found.push(`${refund.outRefundNo}: ${refund.status} there, ${ours?.state} here`);
    if (ours?.amountFen !== refund.amountFen) found.push(`${refund.outRefundNo}: another amount`);
  }
  for (const { _id, state } of refunds) {
    const known = theirs.refunds.some(({ outRefundNo }) => outRefundNo === _id);
    if (!known && state !== 'REFUSED') found.push(`${_id}: unknown to WeChat Pay, and ${state} in the end`);
  }
  const refundedFen = sum(theirs.refunds.filter(({ status }) => status === 'SUCCESS'));
  const recordedFen = -sum(ledger.filter(({ kind }) => kind === 'REFUND'));
  if (refundedFen !== recordedFen) found.push(`refunded ${refundedFen} fen, in our ledger ${recordedFen}`);
  return found;
}
