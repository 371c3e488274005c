import type { Text } from '../../text.ts';
import { ControlProblem, type SimulatorContext } from '../context.ts';
import type { Notification } from '../notifications/types.ts';
import { OrderStore } from '../orders/order-store.ts';
import { type Order, type Payment, payerOf, stateOf } from '../orders/types.ts';
import { combinedView, transactionView } from '../orders/views.ts';
import { scenarioOfPayment } from '../scenarios/of-payment.ts';
import { unfreezeTask } from '../sharing/end.ts';
import { freezesUntilReceipt } from '../shipping/types.ts';
import { accounts, feeBasisPointsOf } from '../state/accounts.ts';
import { feeFenOf } from '../state/merchants.ts';
import { compactTime } from '../state/time.ts';

/** Why a payment cannot be paid now; undefined when it can. */
export function obstacle(payment: Payment, nowMs: number): Obstacle | undefined {
  const state = stateOf(payment);
  if (state === 'SUCCESS' || state === 'REFUND') return obstacles.paid;
  if (state === 'REVOKED') return obstacles.revoked;
  if (state === 'CLOSED') return obstacles.closed;
  return nowMs >= payment.expiresAtMs ? obstacles.expired : undefined;
}

interface Obstacle extends Text {
  readonly code: string;
}

/** The Chinese texts are WeChat's own. */
const obstacles = {
  paid: { code: 'ORDERPAID', en: 'The order is already paid.', zh: '该订单已支付' },
  revoked: { code: 'ORDER_REVOKED', en: 'The order is revoked.', zh: '该订单已撤销' },
  closed: { code: 'ORDER_CLOSED', en: 'The order is closed.', zh: '该订单已关闭' },
  expired: {
    code: 'ORDER_EXPIRED',
    en: 'The order is past its time_expire: place a new one.',
    zh: '订单已超过商户设置的最晚支付成功时间，请重新发起支付',
  },
} satisfies Record<string, Obstacle>;

export interface PayRequest {
  readonly openid?: string;
  /** `CANCELLED`: the payer opened the cashier and left; nothing changes except that this is published. */
  readonly result?: 'SUCCESS' | 'PAYERROR' | 'CANCELLED';
}

/**
 * The payer pays, or fails to: all orders of the payment change together, the money moves, and the callback is sent.
 * @throws ControlProblem 409 when it cannot be paid.
 */
export function pay(
  context: SimulatorContext,
  payment: Payment,
  request: PayRequest,
): Notification | undefined {
  const store = new OrderStore(context.state);
  const nowMs = context.clock.now();
  store.settle(payment, nowMs);
  const reason = obstacle(payment, nowMs);
  if (reason) throw new ControlProblem(409, reason.code, reason.en, reason.zh);
  const openids = Object.values(payment.payer);
  if (openids.length > 0 && request.openid !== undefined && !openids.includes(request.openid)) {
    throw new ControlProblem(
      409,
      'OPENID_MISMATCH',
      `The order is for ${openids.join(', ')}, not for ${request.openid}.`,
      `下单账号与支付账号不一致：订单属于 ${openids.join('、')}，不是 ${request.openid}。`,
    );
  }
  if (request.result === 'CANCELLED') {
    publish(context, payment, 'payment cancelled');
    return undefined;
  }
  if (request.result === 'PAYERROR') {
    payment.failures++;
    for (const order of payment.orders) order.state = 'PAYERROR';
    publish(context, payment, 'payment failed');
    return undefined;
  }
  if (openids.length === 0) payment.payer = payerAs(payment, request.openid ?? usualOpenid);
  settlePayment(context, store, payment, nowMs);
  publish(context, payment, 'paid');
  if (payment.notifyUrl === '') return undefined;
  return context.notify({
    eventType: 'TRANSACTION.SUCCESS',
    originalType: 'transaction',
    summary: '支付成功',
    outTradeNo: payment.paymentNo,
    mchid: payment.mchid,
    url: payment.notifyUrl,
    delivery: scenarioOfPayment(context, payment)?.callback,
    resource: payment.kind === 'combine' ? combinedView(payment) : transactionView(payment),
  });
}

/** The default payer, when neither the order nor the caller names one. */
export const usualOpenid = 'oSandboxPayer000000000000001';

/** The payer who scanned, opened or showed the code. */
function payerAs({ kind }: Payment, openid: string): Payment['payer'] {
  return kind === 'partner' ? { spOpenid: openid } : { openid };
}

function settlePayment(context: SimulatorContext, store: OrderStore, payment: Payment, nowMs: number): void {
  const { random } = context.state;
  payment.paidAtMs = nowMs;
  for (const order of payment.orders) {
    order.state = 'SUCCESS';
    order.transactionId = `4200${random.digits(6)}${compactTime(nowMs).slice(0, 8)}${random.digits(10)}`;
    order.bankType = 'OTHERS';
    store.addTransactionId(payment, order.transactionId);
    collect(context, payment, order, nowMs);
    scheduleUnfreezing(context, order, nowMs);
  }
  if (payment.kind === 'combine') {
    payment.combineTransactionId = `4200${random.digits(6)}${compactTime(nowMs).slice(0, 8)}${random.digits(10)}`;
  }
}

/**
 * The payee gets the amount and pays the fee at once. Orders for profit sharing are frozen until shared or released,
 * those of a mini-program whose shipping is managed until receipt.
 */
function collect({ state }: SimulatorContext, payment: Payment, order: Order, nowMs: number): void {
  const { amountFen, payeeMchid, outTradeNo, profitSharing } = order;
  const ref = order.transactionId!;
  const awaitsReceipt = freezesUntilReceipt(state, payment);
  const frozen = profitSharing || awaitsReceipt;
  const to = frozen ? accounts.frozen(payeeMchid) : accounts.available(payeeMchid);
  const feeFen = feeFenOf(amountFen, feeBasisPointsOf(state, payeeMchid));
  order.money = {
    feeFen,
    frozenFen: frozen ? amountFen - feeFen : 0,
    sharingFen: 0,
    sharedFen: 0,
    sharingFinished: !profitSharing,
    ...(awaitsReceipt && { awaitsReceipt }),
    refundedFen: 0,
    feeRefundedFen: 0,
    refunds: 0,
  };
  const entry = { atMs: nowMs, ref, outNo: outTradeNo };
  const from = accounts.payer(payerOf(payment));
  state.ledger.move({ ...entry, kind: 'payment', from, to, amountFen, reason: `payment ${outTradeNo}` });
  if (feeFen === 0) return;
  const reason = `fee of ${outTradeNo}`;
  state.ledger.move({ ...entry, kind: 'fee', from: to, to: accounts.fees, amountFen: feeFen, reason });
}

/** Money that is not shared is released automatically: after 180 days on platforms, after 30 elsewhere. */
function scheduleUnfreezing({ state, due }: SimulatorContext, order: Order, nowMs: number): void {
  if (!order.profitSharing) return;
  const days = state.merchants.get(order.mchid)?.kind === 'ecommerce' ? 180 : 30;
  due.schedule(unfreezeTask, order.transactionId!, nowMs + days * 86_400_000);
}

function publish(context: SimulatorContext, payment: Payment, change: string): void {
  const { paymentNo } = payment;
  context.bus.publish('order', { change, paymentNo, state: stateOf(payment) }, paymentNo);
}
