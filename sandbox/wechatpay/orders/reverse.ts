import { type ApiContext, ApiProblem } from '../context.ts';
import { accounts } from '../state/accounts.ts';
import { isFrozen } from './frozen.ts';
import { OrderStore } from './order-store.ts';
import { orderClosed } from './rules.ts';
import { type Payment, payerOf, stateOf, tradeTypeOf } from './types.ts';

/**
 * 撤销: an unpaid code payment is cancelled, a paid one is refunded to the payer, including the fee
 * (doc/v3/merchant/4012382150 and the page beside it). Repeating it succeeds. @throws ApiProblem
 */
export function reverse(context: ApiContext, payment: Payment): void {
  new OrderStore(context.state).settle(payment, context.nowMs);
  const state = stateOf(payment);
  if (state === 'REVOKED') return;
  if (tradeTypeOf(payment) !== 'MICROPAY') {
    throw new ApiProblem(400, 'INVALID_REQUEST', '支付场景不适用', {
      explanation: {
        en: `only payments by code are reversed; this one is ${tradeTypeOf(payment)}: close it, or refund it`,
        zh: `只有付款码支付可以撤销；该订单为 ${tradeTypeOf(payment)}：请关闭订单，或退款`,
      },
    });
  }
  if (state === 'CLOSED') throw orderClosed();
  if (state === 'SUCCESS' || state === 'REFUND') giveBack(context, payment);
  for (const order of payment.orders) order.state = 'REVOKED';
  const { paymentNo } = payment;
  context.bus.publish('order', { change: 'reversed', state: 'REVOKED', paymentNo }, paymentNo);
}

function giveBack({ state, nowMs }: ApiContext, payment: Payment): void {
  const [order] = payment.orders as [Payment['orders'][number]];
  const money = order.money!;
  if (money.refunds > 0 || money.sharedFen > 0 || money.sharingFen > 0) {
    throw new ApiProblem(400, 'INVALID_REQUEST', '订单已发生退款或分账，不支持撤销', {
      explanation: {
        en: 'a payment that was refunded or shared cannot be reversed',
        zh: '已退款或已分账的订单不能撤销',
      },
    });
  }
  const account = isFrozen(money) ? accounts.frozen(order.payeeMchid) : accounts.available(order.payeeMchid);
  if (state.ledger.balanceFen(account) + money.feeFen < order.amountFen) {
    throw new ApiProblem(403, 'NOT_ENOUGH', '基本账户余额不足，请充值后重新发起');
  }
  const entry = { atMs: nowMs, ref: order.transactionId!, outNo: order.outTradeNo };
  const reason = `reversal of ${order.outTradeNo}`;
  const back = { ...entry, reason };
  if (money.feeFen > 0) {
    state.ledger.move({
      ...back,
      kind: 'fee-refund',
      from: accounts.fees,
      to: account,
      amountFen: money.feeFen,
    });
  }
  const { amountFen } = order;
  const refunding = accounts.refunding(order.payeeMchid);
  state.ledger.move({ ...back, kind: 'refund', from: account, to: refunding, amountFen });
  state.ledger.move({
    ...back,
    kind: 'refund-paid',
    from: refunding,
    to: accounts.payer(payerOf(payment)),
    amountFen,
  });
  money.frozenFen = 0;
  money.sharingFinished = true;
  money.refundedFen = amountFen;
  money.feeRefundedFen = money.feeFen;
}
