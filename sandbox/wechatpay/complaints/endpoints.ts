/** 消费者投诉2.0: pay.weixin.qq.com/docs/merchant/products/consumer-complaint. */

import {
  type ApiAnswer,
  type ApiContext,
  ApiProblem,
  checkFields,
  type Endpoint,
  type Fields,
  field,
  paramError,
} from '../context.ts';
import { imageRules, uploadFile } from '../onboarding/media/upload.ts';
import { mediaOf } from '../onboarding/store.ts';
import { accountKinds } from '../state/merchants.ts';
import { beginOfDay } from '../state/time.ts';
import { addHistory, publishComplaint } from './life.ts';
import { normalMessage } from './message.ts';
import { type Complaint, complaintsOf } from './types.ts';
import { complaintView, historyView } from './views.ts';

const dayMs = 86_400_000;
/** 查询日期跨度不超过30天. */
const longestMs = 30 * dayMs;

const day = (label: string) => field.string(label, { min: 10, max: 10 });
const listFields: Fields = {
  limit: field.integer('分页大小', { min: 1, max: 50, optional: true }),
  offset: field.integer('分页开始位置', { min: 0, optional: true }),
  begin_date: day('开始日期'),
  end_date: day('结束日期'),
  complainted_mchid: field.string('被诉商户号', { min: 1, max: 64, optional: true }),
};
const historyFields: Fields = {
  limit: field.integer('分页大小', { min: 1, max: 300, optional: true }),
  offset: field.integer('分页开始位置', { min: 0, optional: true }),
};
const pictures = (label: string) =>
  field.array(label, field.string('图片', { min: 1, max: 256 }), { max: 4, optional: true });
const complainted = field.string('被诉商户号', { min: 1, max: 64 });
/**
 * 回复用户: 500 characters for providers (docs/partner/apis/consumer-complaint/complaints/response-complaint-v2,
 * 2025-09-01), 200 for merchants (docs/merchant/…, 2024-09-20).
 */
const responseFields = (max: number): Fields => ({
  complainted_mchid: complainted,
  response_content: field.string('回复内容', { min: 1, max }),
  response_images: pictures('回复图片'),
  jump_url: field.string('跳转链接', { min: 1, max: 512, optional: true }),
  jump_url_text: field.string('跳转链接文案', { min: 1, max: 10, optional: true }),
  mini_program_jump_info: field.object(
    '跳转小程序信息',
    {
      appid: field.string('跳转小程序APPID', { min: 1, max: 64 }),
      path: field.string('跳转小程序页面PATH', { min: 1, max: 512 }),
      text: field.string('跳转小程序页面名称', { min: 1, max: 10 }),
    },
    { optional: true },
  ),
});
const immediateFields: Fields = {
  complainted_mchid: complainted,
  message: normalMessage,
  idempotent_id: field.string('幂等ID', { min: 1, max: 128 }),
};
const completeFields: Fields = { complainted_mchid: complainted };
const progressFields: Fields = {
  action: field.string('审批动作', { oneOf: ['REJECT', 'APPROVE'] }),
  launch_refund_day: field.integer('预计发起退款时间', { min: 0, max: 365, optional: true }),
  reject_reason: field.string('拒绝退款原因', { min: 1, max: 200, optional: true }),
  reject_media_list: pictures('拒绝退款的举证图片列表'),
  remark: field.string('备注', { min: 1, max: 200, optional: true }),
};

function find({ state, merchant, params }: ApiContext): Complaint {
  const complaint = complaintsOf(state).get(params.complaint_id!);
  if (complaint?.mchid === merchant.mchid) return complaint;
  throw new ApiProblem(404, 'RESOURCE_NOT_EXISTS', '投诉单不存在', {
    explanation: {
      en: 'no complaint about this merchant, or a merchant of this provider, has that number',
      zh: '本商户及其子商户没有此单号的投诉单',
    },
  });
}

function findFor(context: ApiContext, payeeMchid: unknown): Complaint {
  const complaint = find(context);
  if (complaint.payeeMchid === payeeMchid) return complaint;
  throw new ApiProblem(400, 'INVALID_REQUEST', '被诉商户号与投诉单不匹配', {
    explanation: {
      en: `the complaint is about ${complaint.payeeMchid}`,
      zh: `该投诉单的被诉商户号为 ${complaint.payeeMchid}`,
    },
  });
}

function list(context: ApiContext): ApiAnswer {
  const query = checkFields(listFields, numbered(context.query), { location: 'query' });
  const [from, until] = [beginOfDay(String(query.begin_date)), beginOfDay(String(query.end_date))];
  if (from === undefined || until === undefined || until < from || until - from > longestMs) {
    throw paramError('查询日期格式错误，或跨度超过30天', {
      field: 'begin_date',
      value: query.begin_date,
      issue: 'yyyy-MM-dd, at most 30 days apart',
      location: 'query',
    });
  }
  const found = [...complaintsOf(context.state).values()].filter(
    ({ mchid, payeeMchid, createdAtMs }) =>
      mchid === context.merchant.mchid &&
      (query.complainted_mchid === undefined || payeeMchid === query.complainted_mchid) &&
      createdAtMs >= from &&
      createdAtMs < until + dayMs,
  );
  const { page, ...position } = pageOf(found, query, 10);
  return { body: { data: page.map((each) => complaintView(context, each, false)), ...position } };
}

function history(context: ApiContext): ApiAnswer {
  const query = checkFields(historyFields, numbered(context.query), { location: 'query' });
  const newestFirst = find(context).history.toReversed();
  const { page, ...position } = pageOf(newestFirst, query, 100);
  return { body: { data: page.map((each) => historyView(context, each)), ...position } };
}

/** Query parameters are strings; those that must be numbers are parsed. */
function numbered(query: Readonly<Record<string, string>>): Record<string, unknown> {
  const read = (name: string) => (/^\d+$/.test(query[name] ?? '') ? Number(query[name]) : query[name]);
  return {
    ...query,
    ...(query.limit !== undefined && { limit: read('limit') }),
    ...(query.offset !== undefined && { offset: read('offset') }),
  };
}

function pageOf<T>(all: readonly T[], query: Record<string, unknown>, usual: number) {
  const [limit, offset] = [Number(query.limit ?? usual), Number(query.offset ?? 0)];
  return { page: all.slice(offset, offset + limit), limit, offset, total_count: all.length };
}

function respond(context: ApiContext): ApiAnswer {
  const fields = responseFields(context.merchant.kind === 'direct' ? 200 : 500);
  const request = checkFields(fields, context.body, { location: 'body' });
  const complaint = findFor(context, request.complainted_mchid);
  requireOpen(complaint);
  const images = requireImages(context, request.response_images);
  if (complaint.state === 'PENDING') complaint.state = 'PROCESSING';
  complaint.incoming = false;
  addHistory(context, complaint, 'MERCHANT_RESPONSE', '商家', {
    details: String(request.response_content),
    ...(images.length > 0 && { images }),
  });
  publishComplaint(context, complaint);
  return {};
}

/** 回复需要即时服务的投诉单, doc/v3/merchant/4017151596: the same idempotent_id is one message. */
function respondImmediately(context: ApiContext): ApiAnswer {
  const request = checkFields(immediateFields, context.body, { location: 'body' });
  const complaint = findFor(context, request.complainted_mchid);
  const idempotentId = String(request.idempotent_id);
  const earlier = complaint.history.find((each) => each.idempotentId === idempotentId);
  if (earlier) return { body: { log_id: earlier.logId } };
  requireOpen(complaint);
  if (!complaint.needsImmediateService) {
    throw new ApiProblem(400, 'INVALID_REQUEST', '该投诉单不需要即时服务', {
      explanation: {
        en: 'its need_immediate_service is false; it is answered by …/response',
        zh: '该投诉单的 need_immediate_service 为 false；请用 …/response 回复',
      },
    });
  }
  const { blocks = [] } = request.message as { blocks?: { image?: { media_id?: string } }[] };
  requireImages(
    context,
    blocks.flatMap(({ image }) => image?.media_id ?? []),
  );
  if (complaint.state === 'PENDING') complaint.state = 'PROCESSING';
  complaint.incoming = false;
  addHistory(context, complaint, 'MERCHANT_RESPONSE', '商家', { blocks, idempotentId });
  publishComplaint(context, complaint);
  return { body: { log_id: complaint.history.at(-1)!.logId } };
}

function complete(context: ApiContext): ApiAnswer {
  const request = checkFields(completeFields, context.body, { location: 'body' });
  const complaint = findFor(context, request.complainted_mchid);
  requireOpen(complaint);
  complaint.state = 'PROCESSED';
  addHistory(context, complaint, 'MERCHANT_CONFIRM_COMPLETE', '商家');
  publishComplaint(context, complaint);
  return {};
}

/** 更新退款审批结果: approving does not issue the refund; rejecting ends the complaint. */
function updateRefundProgress(context: ApiContext): ApiAnswer {
  const request = checkFields(progressFields, context.body, { location: 'body' });
  const complaint = find(context);
  requireOpen(complaint);
  if (complaint.problemType !== 'REFUND') {
    throw new ApiProblem(400, 'INVALID_REQUEST', '该投诉单不是申请退款单', {
      explanation: {
        en: `its problem_type is ${complaint.problemType}; only REFUND is approved or rejected`,
        zh: `该投诉单的 problem_type 为 ${complaint.problemType}；只有 REFUND 才需要审批`,
      },
    });
  }
  const images = requireImages(context, request.reject_media_list);
  const approve = request.action === 'APPROVE';
  if (approve) {
    complaint.refundApproved = true;
    complaint.state = complaint.fullRefunded ? 'PROCESSED' : 'PROCESSING';
  } else complaint.state = 'PROCESSED';
  const details = request.reject_reason ?? request.remark;
  // Spelled this way on the page of the negotiation history.
  addHistory(context, complaint, approve ? 'MERCHANT_APPROVE_REFUND' : 'MERCHANT_REFUSE_RERUND', '商家', {
    ...(details !== undefined && { details: String(details) }),
    ...(images.length > 0 && { images }),
  });
  publishComplaint(context, complaint);
  return {};
}

function requireOpen({ state }: Complaint): void {
  if (state !== 'PROCESSED') return;
  throw new ApiProblem(400, 'INVALID_REQUEST', '投诉单已处理完成', {
    explanation: {
      en: 'the complaint is PROCESSED; only the payer can open it again',
      zh: '投诉单状态为 PROCESSED；只有用户可以再次发起',
    },
  });
}

function requireImages(context: ApiContext, given: unknown): string[] {
  const ids = Array.isArray(given) ? given.map(String) : [];
  for (const id of ids) {
    if (mediaOf(context.state).get(id)?.mchid === context.merchant.mchid) continue;
    const explanation = {
      en: 'this merchant uploaded no picture of that id by /v3/merchant-service/images/upload',
      zh: '该商户没有用 /v3/merchant-service/images/upload 上传过这张图片',
    };
    const detail = { field: '/response_images', value: id, issue: 'no such picture', location: 'body' };
    throw paramError('图片不存在', detail, { explanation });
  }
  return ids;
}

function picture(context: ApiContext): ApiAnswer {
  const found = mediaOf(context.state).get(context.params.media_id!);
  if (!found) throw new ApiProblem(404, 'RESOURCE_NOT_EXISTS', '图片不存在');
  return { file: { bytes: Buffer.from(found.base64, 'base64'), contentType: found.contentType } };
}

const base = '/v3/merchant-service/complaints-v2';
const one = `${base}/{complaint_id}`;

const get = (name: string, path: string, handle: Endpoint['handle']): Endpoint => ({
  name,
  method: 'GET',
  path,
  bodyKind: 'none',
  roles: accountKinds,
  handle,
});
const post = (name: string, path: string, handle: Endpoint['handle']): Endpoint => ({
  name,
  method: 'POST',
  path,
  bodyKind: 'json',
  roles: accountKinds,
  handle,
});

export const complaintEndpoints: readonly Endpoint[] = [
  get('查询投诉单列表', base, list),
  get('查询投诉单详情', one, (context) => ({ body: complaintView(context, find(context), true) })),
  get('查询投诉单协商历史', `${one}/negotiation-historys`, history),
  post('回复用户', `${one}/response`, respond),
  post('回复需要即时服务的投诉单', `${one}/response-immediate-service`, respondImmediately),
  post('反馈处理完成', `${one}/complete`, complete),
  post('更新退款审批结果', `${one}/update-refund-progress`, updateRefundProgress),
  {
    name: '商户上传反馈图片',
    method: 'POST',
    path: '/v3/merchant-service/images/upload',
    bodyKind: 'multipart',
    roles: accountKinds,
    handle: (context) => uploadFile(context, imageRules),
  },
  get('图片下载', '/v3/merchant-service/images/{media_id}', picture),
];
