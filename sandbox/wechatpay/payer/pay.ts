import { ControlProblem, type Kernel } from '../context.ts';
import type { Notification } from '../notifications/types.ts';
import { OrderBook } from '../orders/order-store.ts';
import { type Order, type Payment, payerOf, stateOf } from '../orders/types.ts';
import { combinedView, transactionView } from '../orders/views.ts';
import { accounts, feeBasisPointsOf } from '../state/accounts.ts';
import { feeFenOf } from '../state/merchants.ts';
import { compactTime } from '../state/time.ts';

/** Why a payment cannot be paid now; undefined when it can. */
export function obstacle(payment: Payment, nowMs: number): { code: string; message: string } | undefined {
  const state = stateOf(payment);
  if (state === 'SUCCESS' || state === 'REFUND') return { code: 'ORDERPAID', message: '该订单已支付' };
  if (state === 'CLOSED') return { code: 'ORDER_CLOSED', message: '该订单已关闭' };
  if (nowMs >= payment.expiresAtMs) {
    return { code: 'ORDER_EXPIRED', message: '订单已超过商户设置的最晚支付成功时间，请重新发起支付' };
  }
  return undefined;
}

export interface PayRequest {
  readonly openid?: string;
  /** `CANCELLED`: the payer looked at the cashier and left; nothing changes, and that is reported. */
  readonly result?: 'SUCCESS' | 'PAYERROR' | 'CANCELLED';
}

/**
 * The payer pays, or fails to: all orders of the payment change together, the money moves, and the callback
 * goes out. @throws ControlProblem 409 when it cannot be paid.
 */
export function pay(kernel: Kernel, payment: Payment, request: PayRequest): Notification | undefined {
  const book = new OrderBook(kernel.world);
  const nowMs = kernel.clock.now();
  book.settle(payment, nowMs);
  const reason = obstacle(payment, nowMs);
  if (reason) throw new ControlProblem(409, reason.code, reason.message);
  const openids = Object.values(payment.payer);
  if (request.openid !== undefined && !openids.includes(request.openid)) {
    throw new ControlProblem(
      409,
      'OPENID_MISMATCH',
      `下单账号与支付账号不一致: the order is for ${openids.join(', ')}`,
    );
  }
  if (request.result === 'CANCELLED') {
    tell(kernel, payment, 'payment cancelled');
    return undefined;
  }
  if (request.result === 'PAYERROR') {
    payment.failures++;
    for (const order of payment.orders) order.state = 'PAYERROR';
    tell(kernel, payment, 'payment failed');
    return undefined;
  }
  settlePayment(kernel, book, payment, nowMs);
  tell(kernel, payment, 'paid');
  return kernel.notify({
    eventType: 'TRANSACTION.SUCCESS',
    originalType: 'transaction',
    summary: '支付成功',
    outTradeNo: payment.paymentNo,
    mchid: payment.mchid,
    url: payment.notifyUrl,
    resource: payment.kind === 'combine' ? combinedView(payment) : transactionView(payment),
  });
}

function settlePayment(kernel: Kernel, book: OrderBook, payment: Payment, nowMs: number): void {
  const { random } = kernel.world;
  payment.paidAtMs = nowMs;
  for (const order of payment.orders) {
    order.state = 'SUCCESS';
    order.transactionId = `4200${random.digits(6)}${compactTime(nowMs).slice(0, 8)}${random.digits(10)}`;
    order.bankType = 'OTHERS';
    book.addTransactionId(payment, order.transactionId);
    collect(kernel, payment, order, nowMs);
  }
  if (payment.kind === 'combine') {
    payment.combineTransactionId = `4200${random.digits(6)}${compactTime(nowMs).slice(0, 8)}${random.digits(10)}`;
  }
}

/** The payee gets the amount and pays the fee at once. Orders for profit sharing are frozen until shared or freed. */
function collect({ world }: Kernel, payment: Payment, order: Order, nowMs: number): void {
  const { amountFen, payeeMchid, outTradeNo, profitSharing } = order;
  const ref = order.transactionId!;
  const to = profitSharing ? accounts.frozen(payeeMchid) : accounts.available(payeeMchid);
  const feeFen = feeFenOf(amountFen, feeBasisPointsOf(world, payeeMchid));
  order.money = {
    feeFen,
    frozenFen: profitSharing ? amountFen - feeFen : 0,
    refundedFen: 0,
    feeRefundedFen: 0,
    refunds: 0,
  };
  const entry = { atMs: nowMs, ref };
  const from = accounts.payer(payerOf(payment));
  world.ledger.move({ ...entry, kind: 'payment', from, to, amountFen, reason: `payment ${outTradeNo}` });
  if (feeFen === 0) return;
  const reason = `fee of ${outTradeNo}`;
  world.ledger.move({ ...entry, kind: 'fee', from: to, to: accounts.fees, amountFen: feeFen, reason });
}

function tell(kernel: Kernel, payment: Payment, change: string): void {
  const { paymentNo } = payment;
  kernel.bus.publish('order', { change, paymentNo, state: stateOf(payment) }, paymentNo);
}
