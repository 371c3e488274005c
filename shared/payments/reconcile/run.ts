/** What the timer does. Each run is bounded in time; the next one goes on. */

import * as z from 'zod/mini';
import { type Account, providerKinds } from '../../core/account.ts';
import { CommerceError } from '../../core/errors.ts';
import { parseInput } from '../../core/input.ts';
import { keepCertificates, providerCertificatesAreOld } from '../../core/platform-certificates.ts';
import type { FunctionCaller } from '../../core/ports.ts';
import { hasDueApplications } from '../../merchants/due.ts';
import { isBillHour } from '../bills/bill-date.ts';
import { hasDueDays } from '../bills/days.ts';
import { checkComplaints, hasDueComplaints } from '../complaints/poll.ts';
import { type FulfilmentPorts, fulfilDue } from '../fulfilment/outbox.ts';
import { reportRefunds } from '../fulfilment/refund-events.ts';
import type { OrderPorts } from '../orders/ports.ts';
import { workOnDueRefunds } from '../refunds/find.ts';
import type { RefundPorts } from '../refunds/ports.ts';
import type { SharingPorts } from '../sharing/ports.ts';
import { hasDueSharings, workOnDueSharings } from '../sharing/work.ts';
import type { ShippingRpc } from '../shipping/ports.ts';
import { reconcileShipping } from '../shipping/serve.ts';
import type { TransferPorts } from '../transfers/ports.ts';
import { workOnDueTransfers } from '../transfers/work.ts';
import { hasDueWithdrawals } from '../withdrawals/work.ts';
import { checkDueOrders, hasDueOrders } from './check-orders.ts';
import {
  beat,
  type CallerFacts,
  describeCallerAction,
  type HeartbeatRecord,
  heartbeatsCollection,
} from './heartbeat.ts';
import { type RetentionSummary, removeOld } from './retention.ts';
import { reconcileBills, step, timeFor } from './step.ts';

export interface ReconcilePorts extends OrderPorts {
  readonly functions: FunctionCaller;
  readonly refunds: RefundPorts;
  readonly transfers: TransferPorts;
  readonly sharing: SharingPorts;
  /** The function that tells WeChat about shipments; undefined when the shop does not report them. */
  readonly shipping: ShippingRpc | undefined;
  /** Fails when FULFILMENT_FUNCTION is malformed; everything but the deliveries still runs then. */
  readonly fulfilment: () => FulfilmentPorts;
  /** The direct account. @throws an error that names what is missing in the configuration */
  readonly account: () => Account;
}

const cleaningRunMs = 5_000;
const billRunMs = 30_000;

/**
 * The timer's run: ask about what is unpaid, keep the certificates fresh, then deliver what was paid. Checks come first,
 * so that what was found paid or refunded just now counts, and each part has its own time limit.
 */
export async function reconcile(ports: ReconcilePorts, timerCaller: CallerFacts = {}): Promise<unknown> {
  const { checkRunMs, fulfilmentRunMs } = ports.policy;
  const direct = () => ports.accounts.find('direct');
  const [heartbeat, orders, certificates, provider, refunds, transfers, sharings, complaints] =
    await Promise.all([
      step(ports, 'heartbeat', () => beat(ports, timerCaller)),
      step(ports, 'orders', () => checkDueOrders(ports, ['direct'], timeFor(checkRunMs))),
      step(ports, 'certificates', async () => {
        const account = direct();
        return account !== undefined && keepCertificates(ports, account);
      }),
      step(ports, 'provider', () => reconcileProvider(ports)),
      step(ports, 'refunds', () => workOnDueRefunds(ports.refunds, timeFor(checkRunMs))),
      step(ports, 'transfers', () => workOnDueTransfers(ports.transfers, timeFor(checkRunMs))),
      step(ports, 'sharings', () => workOnDueSharings(ports.sharing, ['direct'], timeFor(checkRunMs))),
      step(ports, 'complaints', () => checkComplaints(ports, ['direct'], timeFor(checkRunMs))),
    ]);
  const fulfilled = await step(ports, 'fulfilment', () =>
    fulfilDue(ports.fulfilment(), timeFor(fulfilmentRunMs)),
  );
  const reported = await step(ports, 'refund events', () =>
    reportRefunds(ports.fulfilment(), timeFor(fulfilmentRunMs)),
  );
  const shipping = await step(ports, 'shipping', () => reconcileShipping(ports));
  const bills = await step(ports, 'bills', () => reconcileBills(ports, ['direct'], billRunMs));
  const known = heartbeat === 'failed' ? undefined : heartbeat;
  return {
    direct: orders,
    certificates,
    provider,
    refunds,
    transfers,
    sharings,
    complaints,
    fulfilled,
    reported,
    shipping,
    bills,
    removed: await step(ports, 'retention', () => clean(ports, known)),
  };
}

/** What another function asks of reconcile: fresh certificates of the direct account, or how its call arrived. */
export async function answerServer(
  ports: Pick<ReconcilePorts, 'account'>,
  event: unknown,
  describeCaller: () => CallerFacts = () => ({}),
): Promise<{ refreshed: number } | CallerFacts> {
  const { action } = parseInput(z.object({ action: z.unknown() }), event);
  if (action === describeCallerAction) return describeCaller();
  if (action !== 'refreshCertificates') throw new CommerceError('SOURCE_NOT_ALLOWED');
  return { refreshed: await ports.account().client.platformKeys.refresh() };
}

/** Removes expired documents, once an hour; what is left over then, in the runs right after it. */
async function clean(
  ports: ReconcilePorts,
  heartbeat: HeartbeatRecord | undefined,
): Promise<RetentionSummary | false> {
  const { clock, documents, policy } = ports;
  if (!heartbeat || clock.nowMs() - heartbeat.cleanedAtMs < policy.cleaningIntervalMs) return false;
  const removed = await removeOld(ports, timeFor(cleaningRunMs));
  if (removed.finished)
    await documents.update(heartbeatsCollection, heartbeat._id, {}, { cleanedAtMs: clock.nowMs() });
  return removed;
}

/** The provider's key is in another function, which is called only when there is something to do. */
async function reconcileProvider(ports: ReconcilePorts): Promise<boolean> {
  if (!ports.providerRpc) return false;
  const needed =
    (await hasDueOrders(ports, providerKinds)) ||
    (await hasDueSharings(ports, providerKinds)) ||
    (await hasDueApplications(ports)) ||
    (await hasDueWithdrawals(ports)) ||
    (await hasDueComplaints(ports, providerKinds)) ||
    (await providerCertificatesAreOld(ports)) ||
    isBillHour(ports.clock.nowMs()) ||
    (await hasDueDays(ports, providerKinds));
  if (needed) await ports.providerRpc.reconcile();
  return needed;
}
