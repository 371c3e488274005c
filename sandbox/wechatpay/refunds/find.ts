import type { Text } from '../../text.ts';
import type { ApiContext } from '../context.ts';
import { ApiProblem, internalCodes, paramError } from '../http/problem.ts';
import { OrderStore } from '../orders/order-store.ts';
import type { RefundRequest, RefundTarget } from './accept.ts';
import { RefundStore } from './refund-store.ts';
import type { Refund } from './types.ts';

/** The caller's own order, by either number. @throws ApiProblem */
export function findOrder(
  context: ApiContext,
  { transaction_id, out_trade_no }: Pick<RefundRequest, 'transaction_id' | 'out_trade_no'>,
  subMchid: string | undefined,
): RefundTarget {
  const store = new OrderStore(context.state);
  if (transaction_id === undefined && out_trade_no === undefined) {
    const issue = 'neither was given';
    const detail = { field: '/transaction_id', value: null, issue, location: 'body' };
    throw paramError('transaction_id和out_trade_no必须二选一传入', detail);
  }
  const target =
    transaction_id === undefined
      ? store.order(context.merchant.mchid, out_trade_no!)
      : store.orderByTransactionId(transaction_id);
  const own = target?.order.mchid === context.merchant.mchid && target.order.subMchid === subMchid;
  const both = out_trade_no === undefined || target?.order.outTradeNo === out_trade_no;
  if (target && own && both) return target;
  throw new ApiProblem(404, 'RESOURCE_NOT_EXISTS', '订单不存在', {
    internalCode: internalCodes.orderNotFound,
    explanation: whyNot(target, own),
  });
}

function whyNot(target: RefundTarget | undefined, own: boolean): Text {
  if (!target) return { en: 'no order has that number', zh: '没有该单号的订单' };
  if (own) {
    return {
      en: 'transaction_id and out_trade_no are of two orders',
      zh: 'transaction_id 与 out_trade_no 不是同一笔订单',
    };
  }
  const { mchid, subMchid } = target.order;
  const owner = subMchid ? `${mchid}/${subMchid}` : mchid;
  return { en: `the order is of ${owner}`, zh: `该订单属于 ${owner}` };
}

/** The caller's own refund. @throws ApiProblem 404 RESOURCE_NOT_EXISTS */
export function findRefund(
  context: ApiContext,
  by: { readonly outRefundNo: string } | { readonly refundId: string },
  subMchid: string | undefined,
): Refund {
  const store = new RefundStore(context.state);
  const { mchid } = context.merchant;
  const refund = 'refundId' in by ? store.byId(by.refundId) : store.byNo(mchid, by.outRefundNo);
  if (refund?.mchid === mchid && (subMchid === undefined || refund.subMchid === subMchid)) {
    context.subject.outTradeNo = refund.paymentNo;
    return refund;
  }
  throw new ApiProblem(404, 'RESOURCE_NOT_EXISTS', '退款单不存在', {
    explanation: { en: 'no refund of this merchant has that number', zh: '该商户没有此单号的退款单' },
  });
}
