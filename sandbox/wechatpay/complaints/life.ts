/** What a payer does to a complaint, and what a refund does to it. The merchant's own actions are in endpoints.ts. */
import type { SimulatorContext } from '../context.ts';
import type { Order, Payment } from '../orders/types.ts';
import { payerOf } from '../orders/types.ts';
import { compactTime } from '../state/time.ts';
import {
  type Complaint,
  complaintsOf,
  complaintUrlsOf,
  type Negotiation,
  type ProblemType,
} from './types.ts';

export interface NewComplaint {
  readonly problemType: ProblemType;
  readonly detail: string;
  readonly phone: string;
  readonly applyRefundFen?: number;
  readonly needsImmediateService?: boolean;
  readonly images: readonly string[];
}

const questions: Readonly<Record<ProblemType, string>> = {
  REFUND: '申请退款',
  SERVICE_NOT_WORK: '服务权益未生效',
  OTHERS: '其他问题',
};

export function createComplaint(
  context: SimulatorContext,
  payment: Payment,
  order: Order,
  request: NewComplaint,
): Complaint {
  const { state, clock } = context;
  const nowMs = clock.now();
  const complaint: Complaint = {
    complaintId: `2002018${compactTime(nowMs).slice(0, 8)}${state.random.digits(12)}`,
    mchid: order.mchid,
    payeeMchid: order.payeeMchid,
    createdAtMs: nowMs,
    outTradeNo: order.outTradeNo,
    transactionId: order.transactionId ?? '',
    amountFen: order.amountFen,
    payerOpenid: payerOf(payment),
    payerPhone: request.phone,
    problemType: request.problemType,
    problemDescription: questions[request.problemType],
    ...(request.problemType === 'REFUND' && { applyRefundFen: request.applyRefundFen ?? order.amountFen }),
    ...(request.needsImmediateService === true && { needsImmediateService: true }),
    detail: request.detail,
    state: 'PENDING',
    times: 1,
    incoming: false,
    refundApproved: false,
    fullRefunded: false,
    images: [...request.images],
    history: [],
  };
  complaintsOf(state).set(complaint.complaintId, complaint);
  addHistory(context, complaint, 'USER_CREATE_COMPLAINT', '投诉人', {
    details: request.detail,
    ...(request.images.length > 0 && { images: request.images }),
  });
  report(context, complaint, 'COMPLAINT.CREATE', 'CREATE_COMPLAINT');
  return complaint;
}

/** The payer is not satisfied with a complaint marked as resolved: it is reopened. */
export function continueComplaint(context: SimulatorContext, complaint: Complaint, detail: string): void {
  complaint.state = 'PENDING';
  complaint.times += 1;
  complaint.detail = detail;
  complaint.refundApproved = false;
  addHistory(context, complaint, 'USER_CONTINUE_COMPLAINT', '投诉人', { details: detail });
  report(context, complaint, 'COMPLAINT.STATE_CHANGE', 'CONTINUE_COMPLAINT');
}

/** The payer writes to the merchant. */
export function respondAsPayer(context: SimulatorContext, complaint: Complaint, detail: string): void {
  complaint.incoming = true;
  addHistory(context, complaint, 'USER_RESPONSE', '投诉人', { details: detail });
  report(context, complaint, 'COMPLAINT.STATE_CHANGE', 'USER_RESPONSE');
}

/**
 * 平台协助: the payer asks WeChat Pay's customer service for help, or no longer wants it, or the customer service has done
 * what it could. https://pay.weixin.qq.com/docs/merchant/changelog/consumer-complaint.html (2024-09), which spells the
 * action of the callback so.
 */
export function applyPlatformService(
  context: SimulatorContext,
  complaint: Complaint,
  platformService: NonNullable<Negotiation['platformService']>,
): void {
  complaint.inPlatformService = true;
  addHistory(context, complaint, 'USER_APPLY_PLATFORM_SERVICE', '投诉人', { platformService });
  report(context, complaint, 'COMPLAINT.STATE_CHANGE', 'USER_APPLY_PLATFORM_SERIVCE');
}

export function cancelPlatformService(context: SimulatorContext, complaint: Complaint): void {
  complaint.inPlatformService = false;
  addHistory(context, complaint, 'USER_CANCEL_PLATFORM_SERVICE', '投诉人');
  report(context, complaint, 'COMPLAINT.STATE_CHANGE', 'USER_CANCEL_PLATFORM_SERVICE');
}

export function finishPlatformService(
  context: SimulatorContext,
  complaint: Complaint,
  details: string,
): void {
  complaint.inPlatformService = false;
  addHistory(context, complaint, 'PLATFORM_SERVICE_FINISHED', '客服', { details });
  report(context, complaint, 'COMPLAINT.STATE_CHANGE', 'PLATFORM_SERVICE_FINISHED');
}

/** A refund of the order arrived: a complaint whose refund was approved is then resolved automatically. */
export function refundArrived(context: SimulatorContext, transactionId: string, amountFen: number): void {
  for (const complaint of complaintsOf(context.state).values()) {
    if (complaint.transactionId !== transactionId || complaint.state === 'PROCESSED') continue;
    const full = amountFen >= complaint.amountFen;
    complaint.fullRefunded = complaint.fullRefunded || full;
    if (complaint.refundApproved) complaint.state = 'PROCESSED';
    const type = full ? 'COMPLAINT_FULL_REFUNDED' : 'COMPLAINT_PARTIAL_REFUNDED';
    addHistory(context, complaint, `${type}_SYSTEM_MESSAGE`, '系统');
    report(context, complaint, 'COMPLAINT.STATE_CHANGE', 'REFUND_SUCCESS');
  }
}

export function addHistory(
  { state, clock }: SimulatorContext,
  complaint: Complaint,
  type: string,
  operator: string,
  more: Pick<Negotiation, 'details' | 'images' | 'blocks' | 'idempotentId' | 'platformService'> = {},
): void {
  complaint.history.push({
    logId: state.random.digits(30),
    operator,
    atMs: clock.now(),
    type,
    ...more,
  });
}

export function publishComplaint({ bus }: SimulatorContext, complaint: Complaint): void {
  const { complaintId, mchid, payeeMchid, state, outTradeNo, history } = complaint;
  const change = history.at(-1)?.type;
  bus.publish('complaint', { complaintId, mchid, payeeMchid, state, change, outTradeNo }, outTradeNo);
}

/**
 * 投诉通知回调, wiki/doc/apiv3/wxpay/tool/merchant-service/chapter4_1. What the merchant itself did is not reported:
 * developers.weixin.qq.com/community/pay/doc/000a0606d345a064a4eb5c5455ec08.
 */
function report(
  context: SimulatorContext,
  complaint: Complaint,
  eventType: 'COMPLAINT.CREATE' | 'COMPLAINT.STATE_CHANGE',
  actionType: string,
): void {
  publishComplaint(context, complaint);
  const url = complaintUrlsOf(context.state).get(complaint.mchid);
  if (url === undefined) return;
  context.notify({
    eventType,
    originalType: 'complaint',
    summary: eventType === 'COMPLAINT.CREATE' ? '产生新投诉' : '投诉单状态变化',
    outTradeNo: complaint.outTradeNo,
    mchid: complaint.mchid,
    url,
    resource: { complaint_id: complaint.complaintId, action_type: actionType },
  });
}
