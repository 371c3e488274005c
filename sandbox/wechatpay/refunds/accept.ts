import type { Text } from '../../text.ts';
import type { ApiContext } from '../context.ts';
import { ApiProblem, internalCodes } from '../http/problem.ts';
import { otherParameters } from '../orders/rules.ts';
import { canonical, changedFields } from '../orders/same-request.ts';
import type { Order, Payment } from '../orders/types.ts';
import { accounts } from '../state/accounts.ts';
import { compactTime } from '../state/time.ts';
import { refundProcessingMs, refundTask } from './end.ts';
import { RefundStore } from './refund-store.ts';
import { notEnough, refundSources } from './sources.ts';
import type { Refund, RefundSource } from './types.ts';

const dayMs = 86_400_000;
const minuteMs = 60_000;
const mostRefunds = 50;

/** The fields that the requests of both API families share. */
export interface RefundRequest {
  transaction_id?: string;
  out_trade_no?: string;
  out_refund_no: string;
  notify_url?: string;
  amount: {
    refund: number;
    total: number;
    from?: { account: 'AVAILABLE' | 'UNAVAILABLE'; amount: number }[];
  };
}

export interface RefundTarget {
  readonly payment: Payment;
  readonly order: Order;
}

/**
 * Accepts a refund, or finds it when the same request was made before. The money leaves the merchant now, and
 * reaches the payer when the refund ends. @throws ApiProblem
 */
export function acceptRefund(
  context: ApiContext,
  family: Refund['family'],
  request: RefundRequest,
  findOrder: () => RefundTarget,
  advancedBy?: string,
): Refund {
  const store = new RefundStore(context.state);
  const text = canonical(context.body);
  const known = store.byNo(context.merchant.mchid, request.out_refund_no);
  if (known) {
    if (known.request !== text) throw refusedRepetition(known.request, text);
    context.subject.outTradeNo = known.paymentNo;
    return known;
  }
  const target = findOrder();
  context.subject.outTradeNo = target.payment.paymentNo;
  requireRefundable(context, target, request);
  const feeFen = feeShare(target.order, request.amount.refund);
  const sources = advancedBy
    ? advance(context, target.order, advancedBy, request.amount.refund)
    : refundSources(context.state, target.order, {
        amountFen: request.amount.refund,
        feeFen,
        from: request.amount.from,
      });
  const refund = create(context, family, request, target, { feeFen, sources, text, advancedBy });
  store.add(refund);
  takeMoney(context, refund, target.order);
  const { refundId, outRefundNo, status, paymentNo, outTradeNo } = refund;
  context.due.schedule(refundTask, refundId, context.nowMs + refundProcessingMs);
  const data = { change: 'refund accepted', paymentNo, outTradeNo, outRefundNo, refundId, status };
  context.bus.publish('order', { ...data, state: target.order.state }, paymentNo);
  return refund;
}

/** WeChat Pay has its own messages for wrong amounts (github.com/guzzle/guzzle/issues/1944). */
function refusedRepetition(first: string, second: string): ApiProblem {
  const changed = changedFields(first, second);
  if (!changed.includes('amount')) return otherParameters(changed);
  return new ApiProblem(400, 'INVALID_REQUEST', '订单金额或退款金额与之前请求不一致，请核实后再试', {
    internalCode: internalCodes.otherParameters,
    explanation: {
      en: `this out_refund_no was used before; it differs in: ${changed.join(', ')}`,
      zh: `该 out_refund_no 已用过；与首次请求不一致的参数：${changed.join('、')}`,
    },
  });
}

function requireRefundable({ nowMs }: ApiContext, { payment, order }: RefundTarget, request: RefundRequest) {
  const refuse = (message: string, explanation: Text) =>
    new ApiProblem(400, 'INVALID_REQUEST', message, { explanation });
  const { refund: amountFen, total } = request.amount;
  const { money } = order;
  if (!money)
    throw refuse('订单未支付', {
      en: `${order.outTradeNo} is ${order.state}, only paid orders are refunded`,
      zh: `订单 ${order.outTradeNo} 的状态为 ${order.state}，只有已支付的订单可以退款`,
    });
  if (total !== order.amountFen) {
    throw refuse('订单金额与原订单不一致', {
      en: `amount.total is ${total}, the order is of ${order.amountFen} fen`,
      zh: `amount.total 为 ${total} 分，订单金额为 ${order.amountFen} 分`,
    });
  }
  if (nowMs - payment.paidAtMs! > 365 * dayMs) {
    throw refuse('订单已超过可退款的最大期限', {
      en: 'paid more than 365 days ago',
      zh: '支付时间已超过 365 天',
    });
  }
  const restFen = order.amountFen - money.refundedFen;
  if (restFen === 0)
    throw refuse('订单已全额退款', { en: 'everything was refunded before', zh: '此前已全部退完' });
  if (amountFen > restFen) {
    throw refuse('累计退款金额大于支付金额', {
      en: `${amountFen} fen were asked for, ${restFen} are left to refund`,
      zh: `申请退款 ${amountFen} 分，可退金额只剩 ${restFen} 分`,
    });
  }
  if (money.refunds >= mostRefunds) {
    throw refuse('部分退款次数超过最大限制', {
      en: `an order has at most ${mostRefunds} refunds`,
      zh: `一笔订单最多退款 ${mostRefunds} 次`,
    });
  }
  const waited = nowMs - (money.lastRefundAtMs ?? Number.NEGATIVE_INFINITY);
  if (waited < minuteMs) {
    const seconds = Math.ceil((minuteMs - waited) / 1000);
    throw new ApiProblem(429, 'FREQUENCY_LIMITED', '频率限制，同一笔订单多次退款的请求需相隔1分钟', {
      internalCode: internalCodes.rateLimit,
      explanation: {
        en: `the last refund of this order was ${Math.floor(waited / 1000)} s ago: retry in ${seconds} s, with the same number`,
        zh: `该订单上一次退款在 ${Math.floor(waited / 1000)} 秒前：请在 ${seconds} 秒后用同一单号重试`,
      },
    });
  }
}

/** Computed from the cumulative refunds, so that together they return exactly the fee. */
function feeShare({ money, amountFen }: Order, refundFen: number): number {
  const { feeFen, refundedFen, feeRefundedFen } = money!;
  return Math.floor((feeFen * (refundedFen + refundFen)) / amountFen) - feeRefundedFen;
}

/** The platform's account pays in place of the sub-merchant's. */
function advance({ state }: ApiContext, order: Order, platform: string, amountFen: number): RefundSource[] {
  const source: RefundSource = { account: 'AVAILABLE', amountFen };
  const haveFen = state.ledger.balanceFen(accounts.available(platform));
  if (haveFen < amountFen) throw notEnough({ ...order, payeeMchid: platform }, source, haveFen);
  return [source];
}

interface Decided {
  readonly feeFen: number;
  readonly sources: readonly RefundSource[];
  readonly text: string;
  readonly advancedBy: string | undefined;
}

function create(
  context: ApiContext,
  family: Refund['family'],
  request: RefundRequest,
  { payment, order }: RefundTarget,
  { feeFen, sources, text, advancedBy }: Decided,
): Refund {
  const { nowMs, state } = context;
  return {
    refundId: `5030${state.random.digits(6)}${compactTime(nowMs).slice(0, 8)}${state.random.digits(11)}`,
    outRefundNo: request.out_refund_no,
    mchid: context.merchant.mchid,
    family,
    ...(order.subMchid !== undefined && { subMchid: order.subMchid }),
    outTradeNo: order.outTradeNo,
    transactionId: order.transactionId!,
    paymentNo: payment.paymentNo,
    payeeMchid: order.payeeMchid,
    amountFen: request.amount.refund,
    totalFen: order.amountFen,
    feeFen,
    sources,
    sourcesGiven: request.amount.from !== undefined,
    ...(advancedBy !== undefined && { advancedBy }),
    ...(request.notify_url !== undefined && { notifyUrl: request.notify_url }),
    request: text,
    createdAtMs: nowMs,
    status: 'PROCESSING',
    channel: 'ORIGINAL',
    receivedBy: '支付用户零钱',
  };
}

function takeMoney({ state, nowMs }: ApiContext, refund: Refund, order: Order): void {
  const money = order.money!;
  const { payeeMchid, feeFen, refundId: ref, outRefundNo, sources, advancedBy } = refund;
  const available = accounts.available(payeeMchid);
  const accountOf = (source: RefundSource) =>
    source.account === 'UNAVAILABLE'
      ? accounts.frozen(payeeMchid)
      : accounts.available(advancedBy ?? payeeMchid);
  const entry = { atMs: nowMs, ref, outNo: outRefundNo };
  if (feeFen > 0) {
    const to = advancedBy ? available : accountOf(sources[0]!);
    const reason = `fee back of ${outRefundNo}`;
    state.ledger.move({ ...entry, kind: 'fee-refund', from: accounts.fees, to, amountFen: feeFen, reason });
    if (to !== available) money.frozenFen += feeFen;
  }
  for (const source of sources) {
    state.ledger.move({
      ...entry,
      kind: 'refund',
      from: accountOf(source),
      to: accounts.refunding(payeeMchid),
      amountFen: source.amountFen,
      reason: `refund ${outRefundNo}`,
    });
    if (source.account === 'UNAVAILABLE') money.frozenFen -= source.amountFen;
  }
  money.refundedFen += refund.amountFen;
  money.feeRefundedFen += feeFen;
  money.refunds++;
  money.lastRefundAtMs = nowMs;
  order.state = 'REFUND';
}
