/**
 * The sharing of one order, step by step. Each step is stored before the next one begins and is safe to repeat, so an
 * instance may die anywhere and the next one goes on from there. WeChat Pay takes one request of an order at a time.
 *
 * ```
 * WAITING ──rules due──▶ SHARING ──every receiver has it──▶ SHARED ──its time──▶ FREED
 *                          ▲  └──a receiver could not──▶ FAILED
 *                          └────────────try again────────┘
 * ```
 * A request is RESERVED until WeChat Pay answered it: the same number with the same parameters goes out again, never
 * another number.
 */
import type { Account, AccountKind } from '../../core/account.ts';
import { type DuePorts, findDue, workThroughDue } from '../../core/due.ts';
import { CommerceError } from '../../core/errors.ts';
import { createPace } from '../../core/pace.ts';
import type { HasTime } from '../../core/ports.ts';
import { leaseMs } from '../failed-call.ts';
import { recordOrderAnomaly } from '../orders/anomalies.ts';
import type { OrderRecord } from '../orders/records.ts';
import { loadOrder } from '../orders/store.ts';
import { turnFrom } from '../turn.ts';
import { workOnAfterSales } from './after-sales-step.ts';
import { decide } from './decide.ts';
import type { SharingPorts } from './ports.ts';
import { changeSharing, hasEnded, isPendingFee, type SharingRecord, sharingsCollection } from './records.ts';
import { ask, send } from './requests.ts';
import { workOnReturn } from './returns.ts';
import { rest, type Step, warnAtMs } from './step.ts';
import { pendingSubsidy, workOnSubsidy } from './subsidies.ts';

/** Steps of one turn: more than an order can need without waiting. */
const maxSteps = 20;
const retryMs = 10 * 60_000;

/**
 * Does what is due for the sharing of an order.
 * @returns it as it is afterwards
 * @throws CommerceError CONFIG_INVALID when its account is not configured any more
 */
export async function workOnSharing(ports: SharingPorts, known: SharingRecord): Promise<SharingRecord> {
  const nowMs = ports.clock.nowMs();
  const { doc, changed } = await changeSharing(ports.documents, known, (current) =>
    current.nextAtMs === null || current.nextAtMs > nowMs
      ? undefined
      : { nextAtMs: nowMs + leaseMs, ...turnFrom(current, nowMs) },
  );
  if (!changed) return doc;
  const account = await accountOf(ports, doc);
  await warnInTime(ports, doc);
  let step: Step = { sharing: doc, waits: false };
  for (let count = 0; count < maxSteps && !step.waits; count++) {
    step = await nextStep(ports, account, step.sharing);
  }
  return step.sharing;
}

/** Works on every sharing of these accounts whose turn has come, until the time is up. @returns how many */
export async function workOnDueSharings(
  ports: SharingPorts,
  accounts: readonly AccountKind[],
  hasTime: HasTime,
): Promise<number> {
  let worked = 0;
  const paced = { pace: createPace(), ...ports };
  const run = { concurrency: ports.policy.sharingConcurrency, retryMs, hasTime };
  await workThroughDue<SharingRecord>(ports, queueOf(accounts), run, async (sharing) => {
    await workOnSharing(paced, sharing);
    worked++;
  });
  return worked;
}

/** Whether the sharing of an order of these accounts is due. */
export async function hasDueSharings(ports: DuePorts, accounts: readonly AccountKind[]): Promise<boolean> {
  return (await findDue(ports, queueOf(accounts), 1)).length > 0;
}

function queueOf(accounts: readonly AccountKind[]) {
  return {
    collection: sharingsCollection,
    field: 'nextAtMs',
    where: { account: { in: accounts } },
  } as const;
}

async function nextStep(ports: SharingPorts, account: Account, sharing: SharingRecord): Promise<Step> {
  const pending = pendingSubsidy(sharing);
  if (pending && pending.notBeforeMs <= ports.clock.nowMs()) {
    return workOnSubsidy(ports, account, sharing, pending);
  }
  // An order is shared only after its subsidy has arrived.
  if (pending && !('outRefundNo' in pending)) return rest(ports, sharing, () => ({ nextAtMs: null }));
  const request = sharing.requests.find((each) => !hasEnded(each));
  if (request) {
    return request.state === 'RESERVED'
      ? send(ports, account, sharing, request)
      : ask(ports, account, sharing, request);
  }
  const nowMs = ports.clock.nowMs();
  const made = sharing.returns.find(
    ({ state, notBeforeMs }) => (state === 'RESERVED' || state === 'PROCESSING') && notBeforeMs <= nowMs,
  );
  if (made) return workOnReturn(ports, account, sharing, made);
  const { afterSales } = sharing;
  return afterSales && isPendingFee(afterSales) && afterSales.notBeforeMs <= nowMs
    ? workOnAfterSales(ports, account, sharing, afterSales)
    : decide(ports, account, sharing);
}

/** Always the order's account: under another merchant number WeChat Pay has no such order. */
async function accountOf(ports: SharingPorts, sharing: SharingRecord): Promise<Account> {
  const account = ports.accounts.find(sharing.account);
  if (account?.appid === sharing.appid && account.mchid === sharing.mchid) return account;
  const configured = account && { appid: account.appid, mchid: account.mchid };
  await recordOrderAnomaly(ports, 'ACCOUNT_CHANGED', await orderOf(ports, sharing), configured);
  throw new CommerceError('CONFIG_INVALID');
}

async function orderOf({ documents }: SharingPorts, { _id }: SharingRecord): Promise<OrderRecord> {
  const order = await loadOrder(documents, _id);
  if (!order)
    throw new Error(
      `The order ${_id} is missing, although orders are never deleted. Restore it from a backup.`,
    );
  return order;
}

/** WeChat Pay is about to unfreeze the money automatically; after that it cannot be shared. A person has to look. */
async function warnInTime(ports: SharingPorts, sharing: SharingRecord): Promise<void> {
  if (sharing.state === 'FREED' || ports.clock.nowMs() < warnAtMs(ports, sharing)) return;
  await recordOrderAnomaly(ports, 'SHARING_EXPIRES', await orderOf(ports, sharing));
}
