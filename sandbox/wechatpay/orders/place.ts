import type { ApiContext } from '../context.ts';
import { schedulePayer } from '../scenarios/of-payment.ts';
import { compactTime } from '../state/time.ts';
import { OrderStore } from './order-store.ts';
import { type Expiry, orderClosed, orderPaid, otherParameters } from './rules.ts';
import { canonical, changedFields } from './same-request.ts';
import { type Order, type Payment, prepayValidMsOf, stateOf, type TradeType, tradeTypeOf } from './types.ts';

/** A checked request to place a payment. */
export interface NewPayment
  extends Pick<Payment, 'paymentNo' | 'kind' | 'mchid' | 'appid' | 'payAppid' | 'payer'> {
  readonly tradeType: TradeType;
  readonly notifyUrl: string;
  readonly orders: readonly Omit<Order, 'state'>[];
  readonly deviceId?: string;
  /** A function, since without time_expire it counts from the first request. */
  readonly expiry: () => Expiry;
}

/**
 * Places a payment, or finds it when the same request was made before: the same number with the same parameters returns
 * the latest prepay_id, or a new one after two hours; different parameters are refused.
 */
export function place(context: ApiContext, wanted: NewPayment): Payment {
  const store = new OrderStore(context.state);
  const request = canonical(context.body);
  const known = store.payment(wanted.mchid, wanted.paymentNo, wanted.kind === 'combine');
  if (known) return again(context, store, known, request, wanted.tradeType);
  const prepayId = newPrepayId(context);
  const payment: Payment = {
    paymentNo: wanted.paymentNo,
    kind: wanted.kind,
    mchid: wanted.mchid,
    appid: wanted.appid,
    payAppid: wanted.payAppid,
    tradeType: wanted.tradeType,
    payer: wanted.payer,
    notifyUrl: wanted.notifyUrl,
    ...(wanted.deviceId !== undefined && { deviceId: wanted.deviceId }),
    orders: wanted.orders.map((order) => ({ ...order, state: 'NOTPAY' })),
    request,
    createdAtMs: context.nowMs,
    ...wanted.expiry(),
    prepayId,
    prepayAtMs: context.nowMs,
    failures: 0,
  };
  store.add(payment);
  schedulePayer(context, payment, context.nowMs);
  context.bus.publish(
    'order',
    { change: 'placed', state: 'NOTPAY', paymentNo: payment.paymentNo },
    payment.paymentNo,
  );
  return payment;
}

function again(
  context: ApiContext,
  store: OrderStore,
  payment: Payment,
  request: string,
  tradeType: TradeType,
): Payment {
  store.settle(payment, context.nowMs);
  const state = stateOf(payment);
  if (state === 'SUCCESS' || state === 'REFUND') throw orderPaid();
  if (state === 'CLOSED') throw orderClosed();
  if (tradeType !== tradeTypeOf(payment)) throw otherParameters(['trade_type']);
  if (request !== payment.request) throw otherParameters(changedFields(payment.request, request));
  if (context.nowMs >= payment.expiresAtMs) {
    throw orderClosed('订单已超过商户设置的最晚支付成功时间，请使用新的商户订单号重新下单');
  }
  if (context.nowMs - payment.prepayAtMs >= prepayValidMsOf(payment)) {
    payment.prepayId = newPrepayId(context);
    payment.prepayAtMs = context.nowMs;
    store.addPrepayId(payment);
  }
  return payment;
}

function newPrepayId(context: ApiContext): string {
  return `wx${compactTime(context.nowMs)}${context.state.random.hex(14)}${context.state.random.digits(6)}`;
}
