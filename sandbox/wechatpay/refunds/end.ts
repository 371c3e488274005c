import { refundArrived } from '../complaints/life.ts';
import type { SimulatorContext } from '../context.ts';
import { isFrozen } from '../orders/frozen.ts';
import { OrderStore } from '../orders/order-store.ts';
import { type Order, type Payment, payerOf } from '../orders/types.ts';
import { scenarioOfPart } from '../scenarios/of-payment.ts';
import { accounts } from '../state/accounts.ts';
import { RefundStore } from './refund-store.ts';
import type { Refund, RefundResult } from './types.ts';
import { refundCallback } from './views.ts';

/** A refund to 零钱 arrives within 5 minutes (doc/v3/merchant/4013071041); the sandbox takes this long. */
export const refundProcessingMs = 2 * 60_000;
export const refundTask = 'refund';

/** Which results can follow a status. An abnormal refund may also be settled manually. */
const possible: Readonly<Record<Refund['status'], readonly RefundResult[]>> = {
  PROCESSING: ['SUCCESS', 'CLOSED', 'ABNORMAL'],
  ABNORMAL: ['SUCCESS', 'CLOSED'],
  SUCCESS: [],
  CLOSED: [],
};

export function resultsOf(refund: Refund): readonly RefundResult[] {
  return possible[refund.status];
}

/** Called by the clock. */
export function endRefundInTime(context: SimulatorContext, refundId: string): void {
  const refund = new RefundStore(context.state).byId(refundId);
  if (refund?.status !== 'PROCESSING') return;
  const { payment, order } = new OrderStore(context.state).orderByTransactionId(refund.transactionId)!;
  const { reason } = JSON.parse(refund.request) as { reason?: string };
  const part = { texts: [reason], amountFen: refund.amountFen };
  endRefund(context, refund, scenarioOfPart(context, part, order, payment)?.refund ?? 'SUCCESS');
}

/** Ends a refund: the money goes to the payer, or back to where it came from, and the callback is sent. */
export function endRefund(context: SimulatorContext, refund: Refund, result: RefundResult): void {
  context.due.cancel(refundTask, refund.refundId);
  const { payment, order } = new OrderStore(context.state).orderByTransactionId(refund.transactionId)!;
  refund.status = result;
  if (result === 'SUCCESS') payOut(context, refund, payment);
  if (result === 'SUCCESS') refundArrived(context, refund.transactionId, refund.amountFen);
  if (result === 'CLOSED') giveBack(context, refund, order);
  const { refundId, outRefundNo, paymentNo, outTradeNo, status } = refund;
  const data = {
    change: `refund ${result.toLowerCase()}`,
    paymentNo,
    outTradeNo,
    outRefundNo,
    refundId,
    status,
  };
  context.bus.publish('order', { ...data, state: order.state }, paymentNo);
  if (refund.notifyUrl === undefined) return;
  context.notify({
    ...refundCallback(refund),
    outTradeNo: paymentNo,
    mchid: refund.mchid,
    url: refund.notifyUrl,
  });
}

function payOut({ state, clock }: SimulatorContext, refund: Refund, payment: Payment): void {
  const { payeeMchid, amountFen, refundId, outRefundNo } = refund;
  refund.successAtMs = clock.now();
  state.ledger.move({
    atMs: refund.successAtMs,
    kind: 'refund-paid',
    ref: refundId,
    outNo: outRefundNo,
    from: accounts.refunding(payeeMchid),
    to: refund.toMerchant ? accounts.bank(payeeMchid) : accounts.payer(payerOf(payment)),
    amountFen,
    reason: `refund ${outRefundNo}`,
  });
}

/** The money taken for a closed refund is returned, including the fee; it may be refunded again. */
function giveBack({ state, clock }: SimulatorContext, refund: Refund, order: Order): void {
  const money = order.money!;
  const { payeeMchid, feeFen, refundId: ref, outRefundNo, sources, advancedBy } = refund;
  const entry = { atMs: clock.now(), ref, outNo: outRefundNo };
  const reason = `refund ${outRefundNo} closed`;
  for (const { account, amountFen } of sources) {
    const frozen = account === 'UNAVAILABLE' && isFrozen(money);
    const to = frozen ? accounts.frozen(payeeMchid) : accounts.available(advancedBy ?? payeeMchid);
    const from = accounts.refunding(payeeMchid);
    state.ledger.move({ ...entry, kind: 'refund-returned', from, to, amountFen, reason });
    if (frozen) money.frozenFen += amountFen;
  }
  if (feeFen > 0) {
    const frozen = !advancedBy && sources[0]!.account === 'UNAVAILABLE' && isFrozen(money);
    const from = frozen ? accounts.frozen(payeeMchid) : accounts.available(payeeMchid);
    state.ledger.move({ ...entry, kind: 'fee-returned', from, to: accounts.fees, amountFen: feeFen, reason });
    if (frozen) money.frozenFen -= feeFen;
  }
  money.refundedFen -= refund.amountFen;
  money.feeRefundedFen -= feeFen;
}
