import { type ApiContext, checkFields, type Fields, field, type SimulatorContext } from '../context.ts';
import { ApiProblem } from '../http/problem.ts';
import { OrderStore } from '../orders/order-store.ts';
import { otherParameters, requirePartnership } from '../orders/rules.ts';
import { canonical, changedFields } from '../orders/same-request.ts';
import type { Order } from '../orders/types.ts';
import { RefundStore } from '../refunds/refund-store.ts';
import { findTarget, refuse } from '../sharing/rules.ts';
import { accounts } from '../state/accounts.ts';
import { rfc3339 } from '../state/time.ts';
import type { Subsidy, SubsidyReturn } from './types.ts';

const dayMs = 86_400_000;
/** How long a repeated request is recognised. */
const replayedForMs = 180 * dayMs;
/** 5,000 yuan, by the page of 2020. */
const mostFen = 500_000;
const reversalTask = 'subsidy-reversal';

const subsidiesOf = (context: SimulatorContext) => context.state.slot<Subsidy>('subsidies');
const returnsOf = (context: SimulatorContext) => context.state.slot<SubsidyReturn>('subsidy_returns');
const cancelledOf = (context: SimulatorContext) => context.state.slot<boolean>('subsidies_cancelled');

const identity: Fields = {
  sub_mchid: field.string('二级商户号', { min: 1, max: 32 }),
  transaction_id: field.string('微信订单号', { min: 1, max: 32, unit: 'byte' }),
  description: field.string('补差描述', { min: 1, max: 80 }),
};
const fen = (label: string) => field.integer(label, { min: 1, max: mostFen });
const outNo = (label: string, optional: boolean) =>
  field.string(label, { min: 1, max: 64, unit: 'byte', pattern: /^[0-9a-zA-Z_\-|*@]+$/, optional });
const createFields: Fields = {
  ...identity,
  amount: fen('补差金额'),
  refund_id: { ...outNo('微信退款单号', true) },
  out_subsidy_no: outNo('商户补差单号', true),
};
const returnFields: Fields = {
  ...identity,
  out_order_no: outNo('商户补差回退单号', false),
  refund_id: outNo('微信退款单号', false),
  amount: fen('补差回退金额'),
  subsidy_id: outNo('微信补差单号', true),
  from: field.array(
    '回退出资账户及金额',
    field.object('出资账户', {
      account: field.string('出资账户类型', { oneOf: ['AVAILABLE', 'UNAVAILABLE'], optional: true }),
      amount: field.integer('出资金额', { min: 1, optional: true }),
    }),
    { optional: true },
  ),
};

interface SubsidyRequest {
  sub_mchid: string;
  transaction_id: string;
  amount: number;
  description: string;
  out_order_no: string;
  out_subsidy_no?: string;
  refund_id: string;
}

function read(context: ApiContext, fields: Fields): SubsidyRequest {
  const request = checkFields(fields, context.body, { location: 'body' }) as unknown as SubsidyRequest;
  requirePartnership(context, request.sub_mchid, context.merchant.mchid);
  return request;
}

/**
 * One per order, before it is shared; repeating the request changes nothing, but a different amount is charged a second
 * time.
 * @throws ApiProblem
 */
export function createSubsidy(context: ApiContext): Record<string, unknown> {
  const request = read(context, createFields);
  const { order } = findTarget(context, request.transaction_id, request.sub_mchid);
  const made = ofTransaction(context, request.transaction_id);
  const same = made.find(
    ({ amountFen, createdAtMs }) =>
      amountFen === request.amount && context.nowMs - createdAtMs <= replayedForMs,
  );
  if (same) return subsidyView(same);
  requireSubsidisable(context, order);
  requireBalance(context, request.amount);
  const subsidy: Subsidy = {
    subsidyId: `3008${context.state.random.digits(24)}`,
    mchid: context.merchant.mchid,
    subMchid: request.sub_mchid,
    transactionId: request.transaction_id,
    amountFen: request.amount,
    description: request.description,
    createdAtMs: context.nowMs,
    returnedFen: 0,
  };
  subsidiesOf(context).set(subsidy.subsidyId, subsidy);
  const [from, to] = [accounts.available(subsidy.mchid), accounts.frozen(subsidy.subMchid)];
  move(context, subsidy, { kind: 'subsidy', outNo: request.out_subsidy_no ?? '', from, to });
  order.money!.frozenFen += subsidy.amountFen;
  if (made.length > 0) context.due.schedule(reversalTask, subsidy.subsidyId, context.nowMs + dayMs);
  return subsidyView(subsidy);
}

/** The platform gets its part back when the order is refunded; at most once per refund. @throws ApiProblem */
export function returnSubsidy(context: ApiContext): Record<string, unknown> {
  const request = read(context, returnFields);
  const { order } = findTarget(context, request.transaction_id, request.sub_mchid);
  const text = canonical(context.body);
  const returns = returnsOf(context);
  const known = returns.get(request.refund_id);
  if (known) {
    if (known.request === text) return returnView(known);
    throw otherParameters(changedFields(known.request, text));
  }
  const refund = new RefundStore(context.state).byId(request.refund_id);
  if (refund?.transactionId !== request.transaction_id) {
    throw refuse('退款单不存在或不属于该订单', {
      en: 'refund_id is of no refund of this order',
      zh: 'refund_id 不是该订单的退款单',
    });
  }
  const [subsidy] = ofTransaction(context, request.transaction_id);
  if (!subsidy)
    throw refuse('订单没有补差，不能回退', {
      en: 'there is no subsidy for this order',
      zh: '该订单没有补差',
    });
  if (subsidy.returnedFen + request.amount > subsidy.amountFen) {
    throw refuse('补差回退金额超过补差金额', {
      en: `${subsidy.amountFen - subsidy.returnedFen} fen are left`,
      zh: `还可回退 ${subsidy.amountFen - subsidy.returnedFen} 分`,
    });
  }
  takeBack(context, subsidy, order, request.amount, request.out_order_no);
  const made: SubsidyReturn = {
    subsidyRefundId: `3008${context.state.random.digits(24)}`,
    outOrderNo: request.out_order_no,
    refundId: request.refund_id,
    subMchid: request.sub_mchid,
    transactionId: request.transaction_id,
    amountFen: request.amount,
    description: request.description,
    request: text,
    createdAtMs: context.nowMs,
  };
  returns.set(request.refund_id, made);
  return returnView(made);
}

/** Rules out any further subsidy for a refunded order. @throws ApiProblem */
export function cancelSubsidy(context: ApiContext): Record<string, unknown> {
  const request = read(context, identity);
  const { order } = findTarget(context, request.transaction_id, request.sub_mchid);
  if (order.money!.refunds === 0)
    throw refuse('订单未退款，不能取消补差', {
      en: 'cancelling needs a refund',
      zh: '订单有退款后才能取消补差',
    });
  if (ofTransaction(context, request.transaction_id).length > 0) {
    throw refuse('订单已补差，不能取消', {
      en: 'it was subsidised before: return the subsidy',
      zh: '该订单已经补差：请改用补差回退',
    });
  }
  cancelledOf(context).set(request.transaction_id, true);
  const { sub_mchid, transaction_id, description } = request;
  return { sub_mchid, transaction_id, result: 'SUCCESS', description };
}

/** What the clock does to subsidies that were charged twice. */
export function handleSubsidyTasks(context: SimulatorContext): void {
  context.due.handle(reversalTask, (subsidyId) => {
    const subsidy = subsidiesOf(context).get(subsidyId);
    const target = subsidy && new OrderStore(context.state).orderByTransactionId(subsidy.transactionId);
    if (!subsidy || !target || subsidy.reversed) return;
    takeBack(context, subsidy, target.order, subsidy.amountFen - subsidy.returnedFen);
    subsidy.reversed = true;
  });
}

function ofTransaction(context: SimulatorContext, transactionId: string): Subsidy[] {
  return [...subsidiesOf(context).values()].filter(
    (subsidy) => subsidy.transactionId === transactionId && !subsidy.reversed,
  );
}

function requireSubsidisable(context: ApiContext, order: Order): void {
  const money = order.money!;
  if (cancelledOf(context).get(order.transactionId!)) {
    throw refuse('订单已取消补差', {
      en: 'the subsidy of this order was cancelled',
      zh: '该订单的补差已被取消',
    });
  }
  if (!order.profitSharing || money.sharingFinished || money.sharedFen > 0 || money.sharingFen > 0) {
    throw refuse('仅支持未分账的分账订单补差', {
      en: 'a subsidy comes before sharing, and only to an order for sharing',
      zh: '补差须在分账之前，且只能用于分账订单',
    });
  }
}

function requireBalance({ state, merchant }: ApiContext, amountFen: number): void {
  const haveFen = state.ledger.balanceFen(accounts.available(merchant.mchid));
  if (haveFen >= amountFen) return;
  throw new ApiProblem(403, 'NOT_ENOUGH', '平台账户余额不足', {
    explanation: {
      en: `${merchant.mchid} has ${haveFen} fen, ${amountFen} are needed: top it up`,
      zh: `${merchant.mchid} 的可用余额为 ${haveFen} 分，需要 ${amountFen} 分：请充值`,
    },
  });
}

/** From what is frozen first, then from what is available. */
function takeBack(
  context: SimulatorContext,
  subsidy: Subsidy,
  order: Order,
  amountFen: number,
  outNo = '',
): void {
  const money = order.money!;
  const frozenFen = Math.min(money.frozenFen, amountFen);
  const restFen = amountFen - frozenFen;
  const available = accounts.available(subsidy.subMchid);
  if (restFen > context.state.ledger.balanceFen(available)) {
    throw new ApiProblem(403, 'NOT_ENOUGH', '二级商户账户余额不足', {
      explanation: {
        en: `${subsidy.subMchid} has too little for the ${restFen} fen that are no longer frozen`,
        zh: `有 ${restFen} 分已不在冻结中，${subsidy.subMchid} 的可用余额不足以支付`,
      },
    });
  }
  const to = accounts.available(subsidy.mchid);
  const frozen = accounts.frozen(subsidy.subMchid);
  for (const [from, part] of [
    [frozen, frozenFen],
    [available, restFen],
  ] as const)
    if (part > 0) move(context, { ...subsidy, amountFen: part }, { kind: 'subsidy-return', outNo, from, to });
  money.frozenFen -= frozenFen;
  subsidy.returnedFen += amountFen;
}

function move(
  { state, clock }: SimulatorContext,
  { subsidyId, amountFen, transactionId }: Subsidy,
  how: {
    readonly kind: 'subsidy' | 'subsidy-return';
    /** The merchant's number of it: own, no page says that bills have it. */
    readonly outNo: string;
    readonly from: string;
    readonly to: string;
  },
): void {
  const reason = `${how.kind} of ${transactionId}`;
  state.ledger.move({ ...how, atMs: clock.now(), ref: subsidyId, amountFen, reason });
}

function subsidyView(subsidy: Subsidy): Record<string, unknown> {
  return {
    sub_mchid: subsidy.subMchid,
    transaction_id: subsidy.transactionId,
    subsidy_id: subsidy.subsidyId,
    description: subsidy.description,
    amount: subsidy.amountFen,
    result: 'SUCCESS',
    success_time: rfc3339(subsidy.createdAtMs),
  };
}

function returnView(made: SubsidyReturn): Record<string, unknown> {
  return {
    sub_mchid: made.subMchid,
    transaction_id: made.transactionId,
    subsidy_refund_id: made.subsidyRefundId,
    refund_id: made.refundId,
    out_order_no: made.outOrderNo,
    amount: made.amountFen,
    description: made.description,
    result: 'SUCCESS',
    success_time: rfc3339(made.createdAtMs),
  };
}
