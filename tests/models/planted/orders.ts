/** Mistakes in orders, their callbacks, checks and deliveries, one line each. */
import type { Patch } from '../../simulation/bundle.ts';

interface MistakeOfOrders extends Patch {
  readonly name: string;
  readonly model: 'orders';
}

const orders = (file: string) => `shared/payments/orders/${file}.ts`;
const outbox = 'shared/payments/fulfilment/outbox.ts';
const receive = 'shared/payments/notifications/receive.ts';

const inOrders: readonly Omit<MistakeOfOrders, 'model'>[] = [
  {
    name: 'a token pays another cart',
    file: orders('new-payment'),
    from: "  if (payment.request.cartFingerprint !== cartFingerprint) throw new CommerceError('TOKEN_REUSED');\n",
    to: '',
  },
  {
    name: 'two calls at once take the number of a token, one for one order and one for several',
    file: orders('new-payment'),
    from: ': insertForSellers(documents, sellerPaymentRecord(order));',
    to: ': insertOrder(documents, order);',
  },
  {
    name: 'who asks again for what was never counted passes the limit',
    file: orders('create'),
    from: 'if (isNew(payment)) await limitOpenPayments',
    to: 'if (!isEarlier && isNew(payment)) await limitOpenPayments',
  },
  {
    name: 'one payment more than the limit may be open',
    file: orders('open-payments'),
    from: 'payments.size <= maxOpenPayments &&',
    to: 'payments.size <= maxOpenPayments + 1 &&',
  },
  {
    name: 'a prepay_id is answered after its two hours',
    file: orders('prepay'),
    from: 'return ports.clock.nowMs() - (request.prepaidAtMs ?? 0) < ports.policy.prepayReuseMs;',
    to: 'return request.prepaidAtMs !== null;',
  },
  {
    name: 'what was closed while WeChat Pay was asked is answered as payable',
    file: orders('prepay'),
    from: '  if (!isSettled(accepted)) checkPayable(ports, accepted);\n',
    to: '',
  },
  {
    name: 'a prepay_id that is answered again counts as new',
    file: orders('prepay'),
    from: '    if (current.request.prepayId === fresh.prepayId) return current;\n',
    to: '',
  },
  {
    name: 'a close without an answer counts as closed',
    file: orders('close'),
    from: '    if (!isRefusal(error, closedCodes)) throw explainWechatpayError(error);\n',
    to: '',
  },
  {
    name: 'what WeChat Pay does not know yet is closed for good',
    file: orders('close'),
    from: 'return closeHere(ports, payment, false);',
    to: 'return closeHere(ports, payment, true);',
  },
  {
    name: 'an unpaid order counts as settled',
    file: orders('classify'),
    from: 'if (order.checkAfterMs === null || !isFinal(tradeState)) return false;',
    to: 'if (order.checkAfterMs === null) return false;',
  },
  {
    name: 'a refund schedules the delivery again',
    file: orders('classify'),
    from: 'const paidNow = isPaid(state) && !isPaid(order.state);',
    to: 'const paidNow = isPaid(state) && state !== order.state;',
  },
  {
    name: 'a failed payment is the end of an order',
    file: orders('transitions'),
    from: "  PAYERROR: ['CLOSED', 'REVOKED', 'SUCCESS', 'REFUND'],",
    to: "  PAYERROR: ['CLOSED', 'REVOKED'],",
  },
  {
    name: 'what WeChat Pay does not know is forgotten at once',
    file: orders('refresh'),
    from: '  if (ports.clock.nowMs() < payment.expiresAtMs + settlingMs) return payment;\n',
    to: '',
  },
  {
    name: 'orders of a combined payment that an instance left out are not stored',
    file: orders('store'),
    from: '  if (orders.length < record.newOrders.length) {',
    to: '  if (orders.length === 0) {',
  },
  {
    name: 'a payment closed here before WeChat Pay knew it stays payable there',
    file: 'shared/payments/reconcile/check-orders.ts',
    from: 'return closedHere || nowMs >= expiresAtMs;',
    to: 'return !closedHere && nowMs >= expiresAtMs;',
  },
  {
    name: 'a callback of a combined payment records the first order',
    file: receive,
    from: 'return eachAlone(fromCombined(notification.resource), record);',
    to: 'return eachAlone(fromCombined(notification.resource).slice(0, 1), record);',
  },
  {
    name: 'the callback of a refund is not followed by a question',
    file: receive,
    from: "current.state === 'REFUND' ? undefined : { checkAfterMs: nowMs, refundReportedAtMs: nowMs },",
    to: "current.state === 'REFUND' ? undefined : { refundReportedAtMs: nowMs },",
  },
];

const inDeliveries: readonly Omit<MistakeOfOrders, 'model'>[] = [
  {
    name: 'two instances deliver at once',
    file: outbox,
    from: "order.fulfilment === 'PENDING' && order.fulfilAfterMs !== null && order.fulfilAfterMs <= nowMs;",
    to: "order.fulfilment === 'PENDING';",
  },
  {
    name: 'an old payment is delivered without a question',
    file: outbox,
    from: '  return clock.nowMs() - confirmedAtMs <= policy.paymentConfirmationMs;',
    to: '  return clock.nowMs() >= confirmedAtMs;',
  },
  {
    name: 'a reported refund does not stop the delivery',
    file: outbox,
    from: '  if (confirmedAtMs <= (order.refundReportedAtMs ?? 0)) return false;\n',
    to: '',
  },
  {
    name: 'a delivery without an answer counts as done',
    file: outbox,
    from: '  if (!(await deliver(ports, name, order, timeouts))) return order;',
    to: '  await deliver(ports, name, order, timeouts);',
  },
];

export const ofOrders: readonly MistakeOfOrders[] = [...inOrders, ...inDeliveries].map((each) => ({
  ...each,
  model: 'orders',
}));
