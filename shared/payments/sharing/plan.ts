/** When an order's rules are due, and the amounts they give. */
import type { SharingRule } from '../../contract/index.ts';
import { delayAfter } from '../../core/policy.ts';
import type { OrderRecord } from '../orders/records.ts';
import { isPaid } from '../orders/transitions.ts';
import { reservedFen } from '../refunds/reserve.ts';
import { familyOf } from './families.ts';
import type { PlannedShare, SharingChanges, SharingPlan, SharingRecord } from './records.ts';
import { committedFen, sharedFen } from './records.ts';
import { applyRules } from './rules.ts';

const dayMs = 24 * 3600_000;
/** Delay between checks of an order that is not shipped or received yet. */
const eventDelaysMs = [10, 30, 60, 180, 360].map((minutes) => minutes * 60_000);

const exceedsFailure = {
  code: 'SHARING_EXCEEDS',
  message:
    '按规则计算的分账金额超过可分金额或最大分账比例，请修改规则。The amount under the rule exceeds what can be shared of this order, or the maximum sharing ratio: change the rule.',
};

/**
 * When the rules are due: the latest of those that are for the order.
 * @returns undefined while one waits for something that has not happened, like the shipment
 */
function dueAtMs(
  sharing: SharingRecord,
  order: OrderRecord,
  rules: readonly SharingRule[],
): number | undefined {
  let latestMs = sharing.paidAtMs + familyOf(sharing.account).minAgeMs;
  for (const { after, days } of rules) {
    const eventMs = eventAtMs(sharing, order, after);
    if (eventMs === undefined) return undefined;
    const lastRefundMs = Math.max(0, ...(order.refunds ?? []).map(({ sendAfterMs }) => sendAfterMs));
    const fromMs = days > 0 ? Math.max(eventMs, lastRefundMs) : eventMs;
    latestMs = Math.max(latestMs, fromMs + days * dayMs);
  }
  return latestMs;
}

function eventAtMs(
  { paidAtMs }: SharingRecord,
  { shippedAtMs, receivedAtMs }: OrderRecord,
  after: SharingRule['after'],
): number | undefined {
  if (after === 'PAYMENT') return paidAtMs;
  // A receiver that has the money was sent it, whether or not that was recorded.
  return (after === 'SHIPPING' ? (shippedAtMs ?? receivedAtMs) : receivedAtMs) ?? undefined;
}

/**
 * The changes from evaluating the rules: a plan when they are due, else the time of the next check.
 * @param rules those of the order's seller
 * @param mostFen what may be shared of the order in all
 */
export function planChanges(
  sharing: SharingRecord,
  order: OrderRecord,
  rules: readonly SharingRule[],
  mostFen: number,
  nowMs: number,
): SharingChanges {
  const waits = waitingFor(sharing, nowMs);
  // Stored just before the order is marked as paid.
  if (!isPaid(order.state)) return waits;
  if (rules.length === 0) return { ...waits, nextAtMs: null };
  const dueMs = dueAtMs(sharing, order, rules);
  if (dueMs === undefined) return waits;
  if (dueMs > nowMs) return { ...waits, nextAtMs: dueMs };
  const netFen = order.amountFen - reservedFen(order);
  const shares = applyRules(order, rules, netFen, mostFen - committedFen(sharing));
  if (!shares) return { state: 'FAILED', failure: exceedsFailure, nextAtMs: null };
  const plan: SharingPlan = {
    shares,
    netFen,
    freeAtMs: dueMs + Math.max(...rules.map(({ freeAfterDays }) => freeAfterDays)) * dayMs,
    onFailure: rules.some(({ onFailure }) => onFailure === 'HOLD') ? 'HOLD' : 'FREE',
  };
  // Everything is refunded: nothing is left to share, nor to unfreeze once the money has gone back.
  if (netFen === 0) return { state: 'FREED', plan, failure: null, nextAtMs: null };
  return { state: 'SHARING', plan, failure: null, attempts: 0 };
}

/** Nothing can be planned yet: the changes until the next check. */
export function waitingFor({ attempts }: Pick<SharingRecord, 'attempts'>, nowMs: number): SharingChanges {
  const nextAtMs = nowMs + delayAfter(eventDelaysMs, attempts);
  return { state: 'WAITING', failure: null, attempts: attempts + 1, nextAtMs };
}

/**
 * What the plan still owes: what was not received yet, minus reductions by later refunds.
 * @param netFen what is left of the payment now
 */
export function owedShares({ plan, requests }: SharingRecord, netFen: number): PlannedShare[] {
  if (!plan || plan.netFen === 0) return [];
  const byRule = requests.filter(({ by }) => by === 'RULE');
  return plan.shares.flatMap((planned) => {
    const targetFen = Math.floor((planned.amountFen * Math.min(netFen, plan.netFen)) / plan.netFen);
    const own = byRule.map((request) => ({
      ...request,
      receivers: request.receivers.filter(
        ({ type, account }) => type === planned.type && account === planned.account,
      ),
    }));
    const amountFen = targetFen - sharedFen({ requests: own });
    return amountFen > 0 ? [{ ...planned, amountFen }] : [];
  });
}
