/** What the payer's phone does besides paying: it scans, opens links, shows a code. */
import { type ControlContext, ControlProblem, type ControlRoute } from '../context.ts';
import { OrderStore } from '../orders/order-store.ts';
import { type Payment, prepayValidMsOf } from '../orders/types.ts';
import { controlView } from '../orders/views.ts';
import { scannedPayment } from '../orders/ways.ts';
import { openAppCashier } from '../payer/app-cashier.ts';
import { cashierPage } from '../payer/cashier-page.ts';
import { obstacle } from '../payer/pay.ts';
import { showPaymentCode } from '../payer/payment-codes.ts';
import { badRequest, flag, notFound, objectBody, optional, text } from './read.ts';

export const phoneRoutes: readonly ControlRoute[] = [
  {
    method: 'GET',
    path: '/_sandbox/cashier',
    handle: () =>
      new Response(cashierPage, {
        headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
      }),
  },
  {
    method: 'POST',
    path: '/_sandbox/scan',
    handle: (context) => {
      const { codeUrl } = objectBody(context);
      if (typeof codeUrl !== 'string') {
        const example = '"weixin://wxpay/bizpayurl?pr=…"';
        throw badRequest(
          `"codeUrl" must be the code_url of an order, such as ${example}.`,
          `"codeUrl" 须为订单的 code_url，例如 ${example}。`,
        );
      }
      const payment = scannedPayment(new OrderStore(context.state), codeUrl);
      if (!payment)
        throw notFound(`order with the code_url "${codeUrl}"`, ` code_url 为 "${codeUrl}" 的订单`);
      return { order: controlView(payable(context, payment)) };
    },
  },
  {
    method: 'GET',
    path: '/_sandbox/prepays/{prepay_id}',
    handle: (context) => {
      const payment = new OrderStore(context.state).byPrepayId(context.params.prepay_id!);
      if (!payment) throw noPrepay(context.params.prepay_id!);
      return { order: controlView(payable(context, payment)) };
    },
  },
  {
    method: 'POST',
    path: '/_sandbox/payment-codes',
    handle: (context) => {
      const { openid, password } = objectBody(context);
      return showPaymentCode(context, {
        openid: optional(openid, 'openid', text),
        password: optional(password, 'password', flag),
      });
    },
  },
  {
    method: 'POST',
    path: '/_sandbox/app-cashier',
    handle: (context) => {
      const result = openAppCashier(context.state, objectBody(context), context.clock.now());
      if ('payment' in result) return { order: controlView(result.payment) };
      throw new ControlProblem(400, result.code, result.en, result.zh);
    },
  },
];

function noPrepay(prepayId: string): ControlProblem {
  return notFound(`order with the prepay_id ${prepayId}`, ` prepay_id 为 ${prepayId} 的订单`);
}

/** @throws ControlProblem 409 when the payment cannot be paid, or no longer with this code. */
function payable({ state, clock }: ControlContext, payment: Payment): Payment {
  const nowMs = clock.now();
  new OrderStore(state).settle(payment, nowMs);
  const reason = obstacle(payment, nowMs);
  if (reason) throw new ControlProblem(409, reason.code, reason.en, reason.zh);
  if (nowMs - payment.prepayAtMs < prepayValidMsOf(payment)) return payment;
  throw new ControlProblem(
    409,
    'CODE_EXPIRED',
    'The code or link is over: order again.',
    '二维码或链接已过期，请重新下单获取。',
  );
}
