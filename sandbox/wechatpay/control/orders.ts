import { type ControlContext, ControlProblem, type ControlRoute, type SimulatorContext } from '../context.ts';
import type { ExchangeLog } from '../http/exchanges.ts';
import type { Notifier } from '../notifications/notifier.ts';
import type { Notification } from '../notifications/types.ts';
import { OrderStore } from '../orders/order-store.ts';
import type { Payment } from '../orders/types.ts';
import { controlView } from '../orders/views.ts';
import { openCashier } from '../payer/cashier.ts';
import { type PayRequest, pay } from '../payer/pay.ts';
import { RefundStore } from '../refunds/refund-store.ts';
import { refundControlView } from '../refunds/views.ts';
import { pageOf } from './page.ts';
import { notFound, objectBody, oneOf, optional, text } from './read.ts';

/** What the payer does and sees, and the list of orders. */
export function orderRoutes(notifier: Notifier, exchanges: ExchangeLog): ControlRoute[] {
  const shown = (context: SimulatorContext, payments: readonly Payment[]) => {
    const notifications = grouped(notifier.list(), ({ outTradeNo }) => outTradeNo);
    const refunds = grouped([...new RefundStore(context.state).all()], ({ paymentNo }) => paymentNo);
    return payments.map((payment) => ({
      ...controlView(payment),
      refunds: (refunds.get(payment.paymentNo) ?? []).map(refundControlView),
      notifications: (notifications.get(payment.paymentNo) ?? []).map(deliveryView),
    }));
  };
  return [
    {
      method: 'GET',
      path: '/_sandbox/orders',
      handle: (context) => {
        const store = new OrderStore(context.state);
        const { entries, ...page } = pageOf([...store.payments()], context.query);
        for (const payment of entries) store.settle(payment, context.clock.now());
        return { orders: shown(context, entries), ...page };
      },
    },
    {
      method: 'GET',
      path: '/_sandbox/orders/{out_trade_no}',
      handle: (context) => ({ order: shown(context, [findPayment(context)])[0] }),
    },
    {
      method: 'POST',
      path: '/_sandbox/orders/{out_trade_no}/pay',
      handle: (context) => {
        const payment = findPayment(context);
        const notification = pay(context, payment, readPay(context));
        return { order: controlView(payment), ...(notification && { notificationId: notification.id }) };
      },
    },
    {
      method: 'POST',
      path: '/_sandbox/cashier',
      handle: (context) => cashier(context, exchanges, objectBody(context)),
    },
  ];
}

function grouped<T>(values: readonly T[], keyOf: (value: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const group = groups.get(keyOf(value));
    if (group) group.push(value);
    else groups.set(keyOf(value), [value]);
  }
  return groups;
}

function deliveryView({ id, eventType, state, nextAtMs, attempts }: Notification) {
  return { id, eventType, state, nextAtMs, attempts };
}

function cashier(context: SimulatorContext, exchanges: ExchangeLog, given: Record<string, unknown>): unknown {
  const result = openCashier(context.state, given, context.clock.now());
  if ('payment' in result) return { order: controlView(result.payment) };
  const { code, en, zh, signature, outTradeNo } = result.refusal;
  const refusal = new ControlProblem(400, code, en, zh);
  // Recorded like a request to WeChat Pay, so that a wrong paySign is explained next to other wrong signatures.
  exchanges.add({
    atMs: context.clock.now(),
    durationMs: 0,
    api: 'wx.requestPayment',
    ...(outTradeNo !== undefined && { outTradeNo }),
    request: { method: 'POST', target: '/_sandbox/cashier', headers: {}, body: JSON.stringify(given) },
    answer: { status: 400, headers: {}, body: JSON.stringify(refusal.toBody()) },
    verdict: 'refused',
    code,
    check: signature ? 'signature' : 'cashier',
    explanation: refusal,
    page: 'https://pay.weixin.qq.com/doc/v3/merchant/4012791898',
    ...(signature && { signature }),
  });
  return Response.json({ ...refusal.toBody(), ...(signature && { signature }) }, { status: 400 });
}

function findPayment(context: ControlContext): Payment {
  const store = new OrderStore(context.state);
  const payment = store.find(context.params.out_trade_no!);
  if (!payment) {
    throw notFound(`order ${context.params.out_trade_no}`, `订单 ${context.params.out_trade_no}`);
  }
  store.settle(payment, context.clock.now());
  return payment;
}

function readPay(context: ControlContext): PayRequest {
  const { openid, result } = objectBody(context);
  const payer = optional(openid, 'openid', text);
  const wanted =
    result === undefined ? undefined : oneOf(result, 'result', ['SUCCESS', 'PAYERROR', 'CANCELLED'] as const);
  return { ...(payer !== undefined && { openid: payer }), ...(wanted !== undefined && { result: wanted }) };
}
