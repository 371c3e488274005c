import { type ApiContext, checkFields, type Fields, field, type SimulatorContext } from '../context.ts';
import { ApiProblem } from '../http/problem.ts';
import { otherParameters, requirePartnership } from '../orders/rules.ts';
import { canonical, changedFields } from '../orders/same-request.ts';
import { RefundStore } from '../refunds/refund-store.ts';
import { findTarget, refuse } from '../sharing/rules.ts';
import { accounts } from '../state/accounts.ts';
import { rfc3339 } from '../state/time.ts';
import type { AfterSales } from './types.ts';

const takesMs = 5_000;
const afterSalesTask = 'after-sales';
/** By transaction_id: one for an order. */
const afterSalesOf = (context: SimulatorContext) => context.state.slot<AfterSales>('after_sales');

const fields: Fields = {
  sub_mchid: field.string('二级商户号', { min: 1, max: 32 }),
  transaction_id: field.string('微信订单号', { min: 1, max: 32, unit: 'byte' }),
  amount: field.integer('分账金额', { min: 1, max: 1_000_000_000 }),
  type: field.string('类型', { oneOf: ['SERVICE_FEE_INCOME'] }),
  scene: field.string('场景', { oneOf: ['REFUND_TICKET', 'CHANGE_TICKET', 'RETURN_GOODS'] }),
  refund_id: field.string('微信退款单号', { min: 1, max: 32, unit: 'byte' }),
};
const queryFields: Fields = {
  sub_mchid: fields.sub_mchid!,
  transaction_id: { ...fields.transaction_id!, optional: true },
};

interface AfterSalesRequest {
  sub_mchid: string;
  transaction_id: string;
  amount: number;
  refund_id: string;
}

/** 售后服务分账: after a refund the sub-merchant pays the platform a fee for handling it. @throws ApiProblem */
export function applyAfterSales(context: ApiContext): Record<string, unknown> {
  const request = checkFields(fields, context.body, { location: 'body' }) as unknown as AfterSalesRequest;
  const { merchant, nowMs, state } = context;
  requirePartnership(context, request.sub_mchid, merchant.mchid);
  findTarget(context, request.transaction_id, request.sub_mchid);
  const all = afterSalesOf(context);
  const text = canonical(context.body);
  const known = all.get(request.transaction_id);
  if (known && known.request !== text) throw otherParameters(changedFields(known.request, text));
  const { sub_mchid, transaction_id, amount } = request;
  if (known) return { sub_mchid, transaction_id, amount };
  const refund = new RefundStore(state).byId(request.refund_id);
  if (refund?.transactionId !== transaction_id || refund.status !== 'SUCCESS') {
    throw refuse('退款单不存在、不属于该订单或未退款成功', {
      en: 'refund_id is of no finished refund of this order',
      zh: 'refund_id 不是该订单已退款成功的退款单',
    });
  }
  if (amount > refund.amountFen)
    throw refuse('分账金额超过退款金额', {
      en: `the refund was of ${refund.amountFen} fen`,
      zh: `该退款单的退款金额为 ${refund.amountFen} 分`,
    });
  const from = accounts.available(sub_mchid);
  if (state.ledger.balanceFen(from) < amount) {
    throw new ApiProblem(403, 'NOT_ENOUGH', '二级商户账户余额不足', {
      explanation: { en: `${sub_mchid} has too little available`, zh: `${sub_mchid} 的可用余额不足` },
    });
  }
  state.ledger.move({
    atMs: nowMs,
    kind: 'after-sales',
    ref: request.refund_id,
    outNo: '',
    from,
    to: accounts.available(merchant.mchid),
    amountFen: amount,
    reason: `after-sales fee of ${transaction_id}`,
  });
  all.set(transaction_id, {
    mchid: merchant.mchid,
    subMchid: sub_mchid,
    transactionId: transaction_id,
    refundId: request.refund_id,
    amountFen: amount,
    request: text,
    result: 'PROCESSING',
    finishedAtMs: nowMs + takesMs,
  });
  context.due.schedule(afterSalesTask, transaction_id, nowMs + takesMs);
  return { sub_mchid, transaction_id, amount };
}

export function queryAfterSales(context: ApiContext): Record<string, unknown> {
  const { sub_mchid, transaction_id } = checkFields(queryFields, context.query, { location: 'query' });
  const found = [...afterSalesOf(context).peek()].findLast(
    (one) =>
      one.mchid === context.merchant.mchid &&
      one.subMchid === sub_mchid &&
      (transaction_id === undefined || one.transactionId === transaction_id),
  );
  if (!found) {
    throw new ApiProblem(404, 'RESOURCE_NOT_EXISTS', '售后服务分账单不存在', {
      explanation: { en: 'none was asked for with these numbers', zh: '没有用这些单号请求过售后服务分账' },
    });
  }
  return {
    sub_mchid: found.subMchid,
    transaction_id: found.transactionId,
    amount: found.amountFen,
    result: found.result,
    finish_time: rfc3339(found.finishedAtMs),
  };
}

export function handleAfterSalesTasks(context: SimulatorContext): void {
  context.due.handle(afterSalesTask, (transactionId) => {
    const found = afterSalesOf(context).get(transactionId);
    if (found) found.result = 'SUCCESS';
  });
}
