/** What must hold when everything has settled: WeChat Pay's books, ours, and what was delivered. */
import { users } from '../../sandbox/system/shop.ts';
import type { AnomalyRecord } from '../../shared/payments/orders/anomalies.ts';
import type { OrderRecord } from '../../shared/payments/orders/records.ts';
import { isPaid } from '../../shared/payments/orders/transitions.ts';
import { personalData } from './people/applicants.ts';
import { kinds } from './people/kinds.ts';
import type { Shop } from './shop.ts';
import type { Theirs } from './theirs.ts';

/** @returns what does not hold */
export function findAtTheEnd(shop: Shop, theirs: Theirs): string[] {
  return [
    ...checkPromptness(shop, theirs),
    ...checkDeliveries(shop, theirs),
    ...kinds.flatMap((kind) => kind.check?.(shop, theirs) ?? []),
    ...checkSecrets(shop),
  ];
}

/** From one check of an unpaid order to the next (shared/core/policy.ts), the timer's minute, and the run itself. */
const latestFoundMs = { soon: 62 * 60_000, later: 362 * 60_000 };
/** The checks of the first two hours are no further apart than an hour. */
const soonMs = 120 * 60_000;

/** A payment whose callback is lost is found by asking, in the time that the policy promises. */
function checkPromptness({ memory, faults, recordedAtMs }: Shop, theirs: Theirs): string[] {
  if (!faults.onlyCallbacks) return [];
  return [...theirs.orders].flatMap(([outTradeNo, { payment }]) => {
    const ours = memory.peek<OrderRecord>('orders', outTradeNo);
    const foundAtMs = recordedAtMs.get(outTradeNo);
    if (payment.paidAtMs === undefined || !ours || foundAtMs === undefined) return [];
    const tookMs = foundAtMs - payment.paidAtMs;
    const mostMs = payment.paidAtMs - ours.createdAtMs < soonMs ? latestFoundMs.soon : latestFoundMs.later;
    return tookMs <= mostMs ? [] : [`${outTradeNo}: paid, and found ${tookMs} ms later`];
  });
}

/** What was confirmed a moment ago may have gone back since: shared/core/policy.ts, and how far clocks may differ. */
const latestAfterRefundMs = 2 * 60_000 + 2 * 120_000 + 60_000;

function checkDeliveries({ memory, deliveries }: Shop, theirs: Theirs): string[] {
  const found: string[] = [];
  const anomalies = memory.all<AnomalyRecord>('anomalies');
  for (const outTradeNo of theirs.orders.keys()) {
    const ours = memory.peek<OrderRecord>('orders', outTradeNo);
    if (!ours || !isPaid(ours.state)) continue;
    const delivered = memory.peek('deliveries', outTradeNo) !== undefined;
    const refunds = theirs.refunds.filter(
      (refund) => refund.outTradeNo === outTradeNo && refund.status !== 'CLOSED',
    );
    if (ours.fulfilment === 'DONE' && !delivered)
      found.push(`${outTradeNo}: DONE, and nothing was delivered`);
    if (ours.fulfilment === 'PENDING') found.push(`${outTradeNo}: paid, and not delivered in the end`);
    if (ours.fulfilment === 'NONE') found.push(`${outTradeNo}: paid, and its delivery was never begun`);
    const held = anomalies.some(
      (each) => each.kind === 'REFUNDED_BEFORE_FULFILMENT' && each.outTradeNo === outTradeNo,
    );
    const givenBackFen = (ours.refunds ?? []).reduce((total, { amountFen }) => total + amountFen, 0);
    if (ours.fulfilment === 'HELD' && !held && givenBackFen < ours.amountFen)
      found.push(
        `${outTradeNo}: held, with ${givenBackFen} fen of ${ours.amountFen} refunded and no word about it`,
      );
    const firstRefundMs = Math.min(...refunds.map(({ createdAtMs }) => createdAtMs));
    const late = deliveries.find(
      (each) => each.outTradeNo === outTradeNo && each.atMs > firstRefundMs + latestAfterRefundMs,
    );
    if (
      late &&
      ours.releasedAtRefundedFen === undefined &&
      !wasDeliveredBefore(deliveries, outTradeNo, firstRefundMs)
    )
      found.push(`${outTradeNo}: delivered ${late.atMs - firstRefundMs} ms after it was refunded`);
  }
  for (const { outTradeNo } of deliveries)
    if (theirs.orders.get(outTradeNo)?.order.transactionId === undefined)
      found.push(`${outTradeNo}: delivered, and never paid`);
  return found;
}

/** Its first delivery came before the refund; what follows repeats it. */
function wasDeliveredBefore(deliveries: Shop['deliveries'], outTradeNo: string, beforeMs: number): boolean {
  return deliveries.some(
    (each) => each.outTradeNo === outTradeNo && each.atMs < beforeMs + latestAfterRefundMs,
  );
}

function checkSecrets({ memory, logged, answers, secrets }: Shop): string[] {
  const texts = [
    ['a document', memory.dump()],
    ['the log', logged.join('\n')],
    ['an answer', JSON.stringify(answers)],
  ] as const;
  const openids = users.filter(({ openid }) => texts[1][1].includes(openid));
  if (openids.length > 0) return ['an openid in the log'];
  return texts.flatMap(([where, text]) => [
    ...(secrets.some((secret) => text.includes(secret)) ? [`a secret in ${where}`] : []),
    ...(personalData.some((each) => text.includes(each)) ? [`personal data in ${where}`] : []),
  ]);
}
