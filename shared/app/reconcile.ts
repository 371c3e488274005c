/** What the timer does, and what partnerOrders does for it. Each run is bounded in time; the next one goes on. */

import * as z from 'zod/mini';
import type { AccountKind } from '../core/account.ts';
import { CommerceError } from '../core/errors.ts';
import { parseInput } from '../core/input.ts';
import { defaultPolicy } from '../core/policy.ts';
import type { HasTime } from '../core/ports.ts';
import { hasDueApplications } from '../merchants/due.ts';
import { billableDate, isBillHour } from '../payments/bills/bill-date.ts';
import { fulfilDue } from '../payments/fulfilment/outbox.ts';
import { reportRefunds } from '../payments/fulfilment/refund-events.ts';
import type { OrderPorts } from '../payments/orders/ports.ts';
import { parseProviderRequest, servePayment } from '../payments/orders/provider-rpc.ts';
import { checkDueOrders, hasDueOrders } from '../payments/reconcile/check-orders.ts';
import { type RetentionSummary, removeOld } from '../payments/reconcile/retention.ts';
import { loadRefund, workOnDueRefunds } from '../payments/refunds/find.ts';
import { refundOrder } from '../payments/refunds/refund-order.ts';
import { workOnRefund } from '../payments/refunds/work.ts';
import { WechatpayError } from '../wechatpay/errors.ts';
import { isConfigured, providerKind, signingAccount } from './accounts.ts';
import { claimDownload, loadCertificates, loadProviderCertificates } from './certificates.ts';
import type { App } from './container.ts';
import {
  beat,
  type CallerFacts,
  describeCallerAction,
  type HeartbeatRecord,
  heartbeatsCollection,
} from './heartbeat.ts';
import { fulfilmentPorts, orderPorts, providerKinds, providerOrderPorts } from './orders.ts';
import { providerRefundPorts, refundPorts } from './refunds.ts';
import { wechatpayAccounts, wechatpayClient } from './wechatpay-accounts.ts';

/** Of the minute that partnerOrders may take; what was begun may end after it. */
const providerRunMs = 20_000;
const cleaningRunMs = 5_000;

/**
 * The timer's run: ask about what is unpaid, keep the certificates fresh, then deliver what was paid. Checks come first,
 * so that what was found paid or refunded just now counts, and each part has a time of its own.
 */
export async function reconcile(app: App, timerCaller: CallerFacts = {}): Promise<unknown> {
  const ports = orderPorts(app);
  const { checkRunMs, fulfilmentRunMs } = ports.policy;
  const [heartbeat, direct, certificates, provider, refunds] = await Promise.all([
    step(app, 'heartbeat', () => beat(app, timerCaller)),
    step(app, 'orders', () => checkDueOrders(ports, ['direct'], timeFor(checkRunMs))),
    isConfigured(app, 'direct') && step(app, 'certificates', () => keepCertificates(app, 'direct')),
    step(app, 'provider', () => reconcileProvider(app, ports)),
    step(app, 'refunds', () => workOnDueRefunds(refundPorts(app), timeFor(checkRunMs))),
  ]);
  const deliver = () => fulfilDue(fulfilmentPorts(app), timeFor(fulfilmentRunMs));
  const fulfilled = await step(app, 'fulfilment', deliver);
  const reported = await step(app, 'refund events', () =>
    reportRefunds(fulfilmentPorts(app), timeFor(fulfilmentRunMs)),
  );
  const bills = await step(app, 'bills', () => reconcileBills(app, 'direct'));
  const known = heartbeat === 'failed' ? undefined : heartbeat;
  return {
    direct,
    certificates,
    provider,
    refunds,
    fulfilled,
    reported,
    bills,
    removed: await step(app, 'retention', () => clean(app, known)),
  };
}

/** What another function asks of reconcile: fresh certificates of the direct account, or how its call arrived. */
export async function answerServer(
  app: App,
  event: unknown,
  describeCaller: () => CallerFacts = () => ({}),
): Promise<{ refreshed: number } | CallerFacts> {
  const { action } = parseInput(z.object({ action: z.unknown() }), event);
  if (action === describeCallerAction) return describeCaller();
  if (action !== 'refreshCertificates') throw new CommerceError('SOURCE_NOT_ALLOWED');
  return { refreshed: await refresh(app, 'direct') };
}

/** Removes what is too old, once in an hour. */
async function clean(app: App, heartbeat: HeartbeatRecord | undefined): Promise<RetentionSummary | false> {
  const { clock, documents } = app;
  if (!heartbeat || clock.nowMs() - heartbeat.cleanedAtMs < defaultPolicy.cleaningIntervalMs) return false;
  const removed = await removeOld({ clock, documents, policy: defaultPolicy }, timeFor(cleaningRunMs));
  await documents.update(heartbeatsCollection, heartbeat._id, {}, { cleanedAtMs: clock.nowMs() });
  return removed;
}

/** What partnerOrders does for the other functions. */
export async function serveProviderRequest(app: App, event: unknown): Promise<unknown> {
  const request = parseProviderRequest(event);
  switch (request.action) {
    case 'refresh':
    case 'close':
      return servePayment(providerOrderPorts(app), request);
    case 'workOnRefund':
      return serveRefund(app, request.outRefundNo);
    case 'refundOrder':
      return refundOrder(providerRefundPorts(app), undefined, request.event);
    case 'refreshCertificates':
      return { refreshed: await refresh(app, providerKind(app)) };
    case 'reconcile': {
      const hasTime = timeFor(providerRunMs);
      // Both kinds, whichever is configured: orders of the other one are reported, not forgotten.
      const [orders, certificates, applications] = await Promise.all([
        step(app, 'orders', () => checkDueOrders(providerOrderPorts(app), providerKinds, hasTime)),
        step(app, 'certificates', () => keepCertificates(app, providerKind(app))),
        step(app, 'applications', () => checkApplications(app, hasTime)),
      ]);
      const bills = await step(app, 'bills', () => reconcileBills(app, providerKind(app)));
      return { orders, certificates, applications, bills };
    }
  }
}

/** The module is loaded in the hour of the bills only. */
async function reconcileBills(app: App, kind: AccountKind): Promise<unknown> {
  if (billableDate(app.clock.nowMs()) === undefined) return false;
  const account = wechatpayAccounts(app, [kind]).find(kind);
  if (!account) return false;
  const { reconcileYesterday } = await import('../payments/bills/reconcile-day.ts');
  return (await reconcileYesterday(app, account)) ?? false;
}

async function serveRefund(app: App, outRefundNo: string): Promise<void> {
  const refund = await loadRefund(app.documents, outRefundNo);
  if (!refund) throw new CommerceError('REFUND_NOT_FOUND');
  await workOnRefund(providerRefundPorts(app), refund);
}

/** The provider's key is in another function, which is woken only when there is something to do. */
async function reconcileProvider(app: App, ports: OrderPorts): Promise<boolean> {
  const needed =
    (await hasDueOrders(ports, providerKinds)) ||
    (await hasDueApplications(app)) ||
    (await providerCertificatesAreOld(app)) ||
    isBillHour(app.clock.nowMs());
  if (needed) await ports.providerRpc?.reconcile();
  return needed;
}

/** The form schemas are large, and only a run with an application that is due needs them. */
async function checkApplications(app: App, hasTime: HasTime): Promise<unknown> {
  if (!(await hasDueApplications(app))) return false;
  const [{ pollApplications }, { onboardingPorts }] = await Promise.all([
    import('../merchants/poll.ts'),
    import('./onboarding.ts'),
  ]);
  return pollApplications(onboardingPorts(app), hasTime);
}

async function providerCertificatesAreOld(app: App): Promise<boolean> {
  const known = await loadProviderCertificates(app.documents);
  return known !== undefined && known.items.length > 0 && isDue(app, known, defaultPolicy.certificateRetryMs);
}

/**
 * Downloads the certificates when they are old or missing, beside a public key too: during the switch WeChat Pay signs
 * callbacks with either, and no callback makes anybody download.
 */
async function keepCertificates(app: App, kind: AccountKind): Promise<number | false> {
  const { mchid, publicKey } = signingAccount(app, kind);
  const known = await loadCertificates(app.documents, mchid);
  const publicKeyAlone = publicKey !== undefined && known?.items.length === 0;
  const { certificateAgeMs, certificateRetryMs, certificateCoolDownMs } = defaultPolicy;
  if (known && !isDue(app, known, publicKeyAlone ? certificateAgeMs : certificateRetryMs)) return false;
  if (!(await claimDownload(app, kind, mchid, certificateCoolDownMs))) return false;
  try {
    return await refresh(app, kind);
  } catch (error) {
    if (publicKey && error instanceof WechatpayError && error.code === 'CERTIFICATES_NOT_AVAILABLE') return 0;
    throw error;
  }
}

function isDue(
  app: App,
  known: { readonly savedAtMs: number; readonly triedAtMs: number },
  retryMs: number,
): boolean {
  const nowMs = app.clock.nowMs();
  const old = nowMs - known.savedAtMs >= defaultPolicy.certificateAgeMs;
  return old && nowMs - known.triedAtMs >= retryMs;
}

function refresh(app: App, kind: AccountKind): Promise<number> {
  return wechatpayClient(app, kind).platformKeys.refresh();
}

function timeFor(budgetMs: number): HasTime {
  const startedAtMs = performance.now();
  return () => performance.now() - startedAtMs < budgetMs;
}

/** One part that fails does not keep the others from their turn. */
async function step<T>(app: App, name: string, run: () => Promise<T>): Promise<T | 'failed'> {
  try {
    return await run();
  } catch (error) {
    app.log.error('reconcile.step_failed', { step: name, error });
    return 'failed';
  }
}
