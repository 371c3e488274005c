import type { Text } from '../../text.ts';
import type { ApiContext } from '../context.ts';
import { ApiProblem, internalCodes } from '../http/problem.ts';
import { OrderStore } from '../orders/order-store.ts';
import type { Order, Payment } from '../orders/types.ts';
import { receiverKey, receiversOf, SharingStore, settingsOf } from './sharing-store.ts';
import type { ShareOrder } from './types.ts';

const mostRequests = 50;

export interface SharingTarget {
  readonly payment: Payment;
  readonly order: Order;
}

export function refuse(message: string, explanation: Text): ApiProblem {
  return new ApiProblem(400, 'INVALID_REQUEST', message, { explanation });
}

/** The caller's own order. @throws ApiProblem */
export function findTarget(
  context: ApiContext,
  transactionId: string,
  subMchid: string | undefined,
): SharingTarget {
  const target = new OrderStore(context.state).orderByTransactionId(transactionId);
  const { mchid } = context.merchant;
  if (target?.order.mchid === mchid && (subMchid === undefined || target.order.subMchid === subMchid)) {
    context.subject.outTradeNo = target.payment.paymentNo;
    return target;
  }
  throw new ApiProblem(404, 'RESOURCE_NOT_EXISTS', '订单不存在', {
    internalCode: internalCodes.orderNotFound,
    explanation: target
      ? { en: 'the order is of another merchant', zh: '该订单属于其他商户' }
      : { en: 'no order has that transaction_id', zh: '没有该 transaction_id 的订单' },
  });
}

/** The order was placed for sharing, is old enough, and neither finished nor being shared. @throws ApiProblem */
export function requireShareable(context: ApiContext, { payment, order }: SharingTarget): void {
  if (!order.profitSharing) {
    throw refuse('非分账订单不支持分账', {
      en: 'it was placed without settle_info.profit_sharing: true',
      zh: '下单时没有传 settle_info.profit_sharing: true',
    });
  }
  const seconds = context.merchant.kind === 'ecommerce' ? 30 : 60;
  const agoMs = context.nowMs - payment.paidAtMs!;
  if (agoMs < seconds * 1_000) {
    throw refuse('订单处理中，暂时无法分账，请稍后再试', {
      en: `paid ${Math.floor(agoMs / 1_000)} s ago; sharing is possible after ${seconds} s, with the same number`,
      zh: `${Math.floor(agoMs / 1_000)} 秒前支付；支付 ${seconds} 秒后才能分账，请用同一单号重试`,
    });
  }
  const { money } = order;
  if (money!.awaitsReceipt) {
    throw refuse('小程序交易被冻结，在用户主动/系统自动确认收货后才进行资金结算', {
      en: 'upload the shipping information; the money is settled after the buyer, or time, confirmed receipt',
      zh: '请上传发货信息；用户确认收货或系统自动确认收货后，资金才会结算',
    });
  }
  if (money!.sharingFen > 0) {
    throw refuse('订单处理中，暂时无法分账，请稍后再试', {
      en: 'another request for this order is being processed',
      zh: '该订单的另一个分账请求正在处理',
    });
  }
  if (money!.sharingFinished)
    throw refuse('订单已完结，无剩余待分金额', {
      en: 'sharing of this order was finished',
      zh: '该订单已经完结分账',
    });
  if (new SharingStore(context.state).ofTransaction(order.transactionId!).length >= mostRequests) {
    throw refuse('分账次数超过最大限制', {
      en: `an order has at most ${mostRequests} requests`,
      zh: `一笔订单最多请求分账 ${mostRequests} 次`,
    });
  }
}

/** Cumulative over all shares of the order, also those that were returned. @throws ApiProblem */
export function requireAmount(context: ApiContext, order: Order, amountFen: number): void {
  const money = order.money!;
  const { maxRatio } = settingsOf(context.state, order.payeeMchid);
  const mostFen = Math.floor((order.amountFen * maxRatio) / 10_000);
  if (money.sharedFen + amountFen > mostFen) {
    throw new ApiProblem(403, 'RULE_LIMIT', '分账金额超出最大分账比例', {
      explanation: {
        en: `${order.payeeMchid} may share ${maxRatio / 100} % (${mostFen} fen) of this order, ${money.sharedFen} were shared and ${amountFen} are asked for`,
        zh: `${order.payeeMchid} 对该订单最多可分 ${maxRatio / 100}%（${mostFen} 分），已分 ${money.sharedFen} 分，本次请求 ${amountFen} 分`,
      },
    });
  }
  if (amountFen > money.frozenFen) {
    throw new ApiProblem(403, 'NOT_ENOUGH', '分账金额大于订单剩余待分金额', {
      explanation: {
        en: `${money.frozenFen} fen are still frozen, ${amountFen} are asked for`,
        zh: `该订单还冻结 ${money.frozenFen} 分，本次请求 ${amountFen} 分`,
      },
    });
  }
}

/** A platform is a receiver already; all others must have been added. @throws ApiProblem */
export function requireReceivers(
  context: ApiContext,
  owner: string,
  shares: readonly Pick<ShareOrder['shares'][number], 'type' | 'account'>[],
): void {
  const added = receiversOf(context.state);
  for (const share of shares) {
    if (share.account === context.merchant.mchid && context.merchant.kind === 'ecommerce') continue;
    if (added.has(receiverKey(owner, share))) continue;
    throw refuse('分账接收方尚未添加，请先添加分账接收方', {
      en: `${share.type} ${share.account} was not added for ${owner}`,
      zh: `${owner} 没有添加分账接收方 ${share.type} ${share.account}`,
    });
  }
}
