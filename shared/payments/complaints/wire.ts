/**
 * Complaints in WeChat Pay's own fields (消费者投诉2.0).
 * https://pay.weixin.qq.com/doc/v3/partner/4012691648 (查询投诉单详情), and the pages beside it
 */
import type { Account } from '../../core/account.ts';
import type { RouteResponse } from '../../wechatpay/http/client-types.ts';
import type { ComplaintFacts, ComplaintRecord } from './records.ts';

export type WireComplaint = RouteResponse<'GET /v3/merchant-service/complaints-v2/{complaint_id}'>;
type Listed = NonNullable<RouteResponse<'GET /v3/merchant-service/complaints-v2'>['data']>[number];
type History = NonNullable<
  RouteResponse<'GET /v3/merchant-service/complaints-v2/{complaint_id}/negotiation-historys'>['data']
>;
export type WireNegotiation = History[number];

/**
 * Characters of an answer: 500 for providers
 * (https://pay.weixin.qq.com/docs/partner/apis/consumer-complaint/complaints/response-complaint-v2.html, 2025-09-01), 200
 * for merchants (…/docs/merchant/…, 2024-09-20).
 */
export function maxReplyLength({ account }: Pick<ComplaintRecord, 'account'>): number {
  return account === 'direct' ? 200 : 500;
}

/** The maximum page size. */
const listLimit = 50;
const historyLimit = 300;

/** @throws WechatpayError */
export function queryComplaint({ client }: Account, complaintId: string): Promise<WireComplaint> {
  return client.request('GET /v3/merchant-service/complaints-v2/{complaint_id}', {
    complaint_id: complaintId,
  });
}

/** The newest first. @throws WechatpayError */
export async function queryHistory({ client }: Account, complaintId: string): Promise<WireNegotiation[]> {
  const answer = await client.request(
    'GET /v3/merchant-service/complaints-v2/{complaint_id}/negotiation-historys',
    { complaint_id: complaintId, limit: historyLimit, offset: 0 },
  );
  return [...(answer.data ?? [])].sort((a, b) => Date.parse(b.operate_time) - Date.parse(a.operate_time));
}

/** One page of what was complained about on these days, at most 30 of them (`yyyy-MM-dd` in +08:00). */
export async function listComplaints(
  { client }: Account,
  days: { readonly begin: string; readonly end: string },
  offset: number,
): Promise<{ readonly page: readonly Listed[]; readonly more: boolean }> {
  const answer = await client.request('GET /v3/merchant-service/complaints-v2', {
    begin_date: days.begin,
    end_date: days.end,
    limit: listLimit,
    offset,
  });
  const page = answer.data ?? [];
  return { page, more: page.length === listLimit };
}

/** What is kept: neither what the payer wrote nor the phone. */
export function factsOf(wire: WireComplaint | Listed): ComplaintFacts {
  const [order] = wire.complaint_order_info ?? [];
  const state = wire.complaint_state;
  return {
    // A state that no page lists counts as open.
    state: state === 'PENDING' ? 'PENDING' : state === 'PROCESSED' ? 'PROCESSED' : 'PROCESSING',
    problemType: wire.problem_type ?? null,
    problem: wire.problem_description.slice(0, 256),
    complainedAtMs: Date.parse(wire.complaint_time),
    complaintedMchid: wire.complainted_mchid,
    outTradeNo: order?.out_trade_no ?? null,
    transactionId: order?.transaction_id ?? null,
    amountFen: order?.amount ?? null,
    applyRefundFen: wire.apply_refund_amount ?? null,
    fullRefunded: wire.complaint_full_refunded,
    payerWaits: wire.incoming_user_response,
    needsImmediateService: wire.need_immediate_service === true,
    inPlatformService: wire.in_platform_service === true,
    times: wire.user_complaint_times,
  };
}

/** What was written in a step of the negotiation; an answer to 即时服务 has it in blocks. */
export function textOf({
  operate_details: details,
  normal_message: message,
}: WireNegotiation): string | undefined {
  const texts = (message?.blocks ?? []).flatMap(({ text }) => text?.text ?? []);
  return details || (texts.length > 0 ? texts.join('\n') : details);
}

/** Why the payer asks for 平台协助, which WeChat Pay spells this way. */
export function platformServiceReasonOf(step: WireNegotiation): string | undefined {
  const { user_appy_platform_service_reason: reason } = step;
  const { user_appy_platform_service_reason_description: description } = step;
  const texts = [reason, description].filter(Boolean);
  return texts.length > 0 ? texts.join('：') : undefined;
}

/**
 * media_id is the last part of the address at which WeChat Pay serves a picture. One whose escapes are no text stays as it
 * is: it finds no picture, and the rest of the complaint is shown.
 */
export function mediaIdOf(url: string): string {
  const last = url.split('?')[0]!.split('/').at(-1) ?? '';
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}
