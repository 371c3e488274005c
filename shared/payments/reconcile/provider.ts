/** What partnerOrders does for the other functions: the part that needs the service provider's key. */
import { type Account, providerKinds } from '../../core/account.ts';
import { CommerceError } from '../../core/errors.ts';
import { keepCertificates } from '../../core/platform-certificates.ts';
import type { HasTime } from '../../core/ports.ts';
import { hasDueApplications } from '../../merchants/due.ts';
import type { OnboardingPorts } from '../../merchants/ports.ts';
import { handleComplaints } from '../complaints/handle-complaints.ts';
import { checkComplaints } from '../complaints/poll.ts';
import type { ComplaintPorts } from '../complaints/ports.ts';
import type { OrderPorts } from '../orders/ports.ts';
import { parseProviderRequest, servePayment } from '../orders/provider-rpc.ts';
import { loadRefund } from '../refunds/find.ts';
import type { RefundPorts } from '../refunds/ports.ts';
import { refundOrder } from '../refunds/refund-order.ts';
import { workOnRefund } from '../refunds/work.ts';
import type { SharingPorts } from '../sharing/ports.ts';
import { shareProfit } from '../sharing/share-profit.ts';
import { workOnDueSharings } from '../sharing/work.ts';
import type { WithdrawalPorts } from '../withdrawals/ports.ts';
import { workOnDueWithdrawals } from '../withdrawals/work.ts';
import { checkDueOrders } from './check-orders.ts';
import { reconcileBills, step, timeFor } from './step.ts';

export interface ProviderPorts extends OrderPorts {
  readonly refunds: RefundPorts;
  readonly withdrawals: WithdrawalPorts;
  readonly sharing: SharingPorts;
  readonly complaints: () => ComplaintPorts;
  readonly onboarding: () => OnboardingPorts;
  /** The provider's account. @throws an error that names what is missing in the configuration */
  readonly account: () => Account;
}

/** Time budget within the minute that partnerOrders may take; work already begun may end after it. */
const providerRunMs = 20_000;
const billRunMs = 15_000;

/** @throws CommerceError BAD_REQUEST, ORDER_NOT_FOUND, REFUND_NOT_FOUND, …; WechatpayError */
export async function serveProviderRequest(ports: ProviderPorts, event: unknown): Promise<unknown> {
  const request = parseProviderRequest(event);
  switch (request.action) {
    case 'refresh':
    case 'close':
      return servePayment(ports, request);
    case 'workOnRefund':
      return serveRefund(ports.refunds, request.outRefundNo);
    case 'refundOrder':
      return refundOrder(ports.refunds, undefined, request.event);
    case 'shareProfit':
      return shareProfit(ports.sharing, request.operator, request.event);
    case 'handleComplaints':
      return handleComplaints(ports.complaints(), request.operator, request.event);
    case 'refreshCertificates':
      return { refreshed: await ports.account().client.platformKeys.refresh() };
    case 'reconcile':
      return reconcileProvider(ports);
  }
}

/** The provider's part of the timer's run. */
async function reconcileProvider(ports: ProviderPorts): Promise<unknown> {
  const hasTime = timeFor(providerRunMs);
  // Both kinds, whichever is configured, so that orders of the other kind are reported instead of ignored.
  const [orders, certificates, applications, withdrawals, sharings, complaints] = await Promise.all([
    step(ports, 'orders', () => checkDueOrders(ports, providerKinds, hasTime)),
    step(ports, 'certificates', async () => keepCertificates(ports, ports.account())),
    step(ports, 'applications', () => checkApplications(ports, hasTime)),
    step(ports, 'withdrawals', () => workOnDueWithdrawals(ports.withdrawals, hasTime)),
    step(ports, 'sharings', () => workOnDueSharings(ports.sharing, providerKinds, hasTime)),
    step(ports, 'complaints', () => checkComplaints(ports.complaints(), providerKinds, hasTime)),
  ]);
  const bills = await step(ports, 'bills', () => reconcileBills(ports, providerKinds, billRunMs));
  return { orders, certificates, applications, withdrawals, sharings, complaints, bills };
}

async function serveRefund(ports: RefundPorts, outRefundNo: string): Promise<void> {
  const refund = await loadRefund(ports.documents, outRefundNo);
  if (!refund) throw new CommerceError('REFUND_NOT_FOUND');
  await workOnRefund(ports, refund);
}

/** The form schemas are large, and only a run with an application that is due needs them. */
async function checkApplications(ports: ProviderPorts, hasTime: HasTime): Promise<unknown> {
  if (!(await hasDueApplications(ports))) return false;
  const { pollApplications } = await import('../../merchants/poll.ts');
  return pollApplications(ports.onboarding(), hasTime);
}
