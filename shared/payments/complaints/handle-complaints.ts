/** handleComplaints: what operators do about complaints. */
import * as z from 'zod/mini';
import type { HandleComplaintsAnswers, HandleComplaintsRequest } from '../../contract/index.ts';
import { type Account, providerKinds } from '../../core/account.ts';
import { CommerceError, explainWechatpayError } from '../../core/errors.ts';
import { parseInput, requestToken, text, whole } from '../../core/input.ts';
import { listViolations } from '../../merchants/violations.ts';
import { type ActRequest, act } from './act.ts';
import { keepAddresses } from './addresses.ts';
import { approveRefund, requireRefundProblem } from './approve.ts';
import { beginPicture, downloadPicture, finishPicture, requireOpenid } from './pictures.ts';
import type { ComplaintPorts } from './ports.ts';
import { type ComplaintRecord, complaintsCollection, loadComplaint } from './records.ts';
import { refreshComplaint, storeFacts } from './store.ts';
import { viewComplaint, viewDetail } from './view.ts';
import { factsOf, maxReplyLength, queryComplaint, queryHistory } from './wire.ts';

const maxListed = 200;

const complaintId = text(/^\w{1,64}$/);
const mediaId = text(/^[\w.=-]{1,256}$/);
const words = (max: number) => z.string().check(z.minLength(1), z.maxLength(max));
const acting = { complaintId, requestToken, seen: whole(0, 1_000_000) };
const mediaIds = z.optional(z.array(mediaId).check(z.maxLength(4)));

const schema = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('list'), open: z.optional(z.boolean()) }),
  z.strictObject({ action: z.literal('detail'), complaintId }),
  z.strictObject({ action: z.literal('reply'), ...acting, text: words(500), mediaIds }),
  z.strictObject({ action: z.literal('complete'), ...acting }),
  z.strictObject({
    action: z.literal('approveRefund'),
    ...acting,
    amountFen: z.optional(whole(1, Number.MAX_SAFE_INTEGER, 'amount')),
  }),
  z.strictObject({ action: z.literal('rejectRefund'), ...acting, reason: words(200), mediaIds }),
  z.strictObject({ action: z.literal('beginPicture'), extension: z.string().check(z.maxLength(10)) }),
  z.strictObject({
    action: z.literal('finishPicture'),
    complaintId,
    fileID: z.string().check(z.maxLength(512)),
  }),
  z.strictObject({ action: z.literal('picture'), complaintId, mediaId }),
  z.strictObject({ action: z.literal('violations') }),
  z.strictObject({
    action: z.literal('addresses'),
    account: z.enum(['direct', 'provider']),
    takeOver: z.optional(z.boolean()),
  }),
]);

type Answer = HandleComplaintsAnswers[keyof HandleComplaintsAnswers];
type OfOne = Extract<HandleComplaintsRequest, { readonly complaintId: string }>;

/**
 * @param operator openid of who acts; null for another function of the shop
 * @throws CommerceError COMPLAINT_NOT_FOUND, COMPLAINT_CHANGED, COMPLAINT_STATE, OUTCOME_UNKNOWN, FILE_…, …
 */
export async function handleComplaints(
  ports: ComplaintPorts,
  operator: string | null,
  event: unknown,
): Promise<Answer> {
  const request = parseInput(schema, event) as HandleComplaintsRequest;
  switch (request.action) {
    case 'list':
      return listStored(ports, request.open === true);
    case 'violations':
      return { violations: await listViolations(ports.documents) };
    case 'addresses':
      return addresses(ports, operator, request);
    case 'beginPicture':
      return { cloudPath: beginPicture(ports, requireOpenid(operator), request.extension) };
    default:
      return ofOne(ports, operator, request);
  }
}

async function listStored(ports: ComplaintPorts, open: boolean): Promise<HandleComplaintsAnswers['list']> {
  const found = await ports.documents.find<ComplaintRecord>(complaintsCollection, {
    where: open ? { refreshAfterMs: { gte: 0 } } : {},
    orderBy: open ? { field: 'refreshAfterMs', direction: 'asc' } : { field: 'seenAtMs', direction: 'desc' },
    limit: maxListed,
  });
  const newestFirst = found.sort((a, b) => b.seenAtMs - a.seenAtMs);
  return { complaints: newestFirst.map((each) => viewComplaint(ports, each)) };
}

async function addresses(
  ports: ComplaintPorts,
  operator: string | null,
  request: Extract<HandleComplaintsRequest, { readonly action: 'addresses' }>,
): Promise<HandleComplaintsAnswers['addresses']> {
  const kinds = request.account === 'direct' ? (['direct'] as const) : providerKinds;
  const account = kinds.map((kind) => ports.accounts.find(kind)).find((each) => each !== undefined);
  if (!account && ports.provider && request.account === 'provider') {
    return (await ports.provider.forward(operator, request)) as HandleComplaintsAnswers['addresses'];
  }
  if (!account) throw new CommerceError('CONFIG_INVALID');
  try {
    return { addresses: await keepAddresses(ports, account, request.takeOver === true) };
  } catch (error) {
    throw explainWechatpayError(error);
  }
}

/** Actions that need the account's key, and are sent to the function that holds it. */
async function ofOne(ports: ComplaintPorts, operator: string | null, request: OfOne): Promise<Answer> {
  const complaint = await loadComplaint(ports.documents, request.complaintId);
  if (!complaint) throw new CommerceError('COMPLAINT_NOT_FOUND');
  const account = ports.accounts.find(complaint.account);
  if (!account && ports.provider) return (await ports.provider.forward(operator, request)) as Answer;
  if (!account) throw new CommerceError('CONFIG_INVALID');
  switch (request.action) {
    case 'detail':
      return detail(ports, account, complaint);
    case 'picture':
      return downloadPicture(account, request.mediaId);
    case 'finishPicture':
      return { mediaId: await finishPicture(ports, account, requireOpenid(operator), request.fileID) };
    default:
      return answer(ports, account, await withFacts(ports, account, complaint), operator, request);
  }
}

async function detail(
  ports: ComplaintPorts,
  account: Account,
  complaint: ComplaintRecord,
): Promise<HandleComplaintsAnswers['detail']> {
  try {
    const [wire, history] = await Promise.all([
      queryComplaint(account, complaint._id),
      queryHistory(account, complaint._id),
    ]);
    const stored = await storeFacts(ports, complaint, factsOf(wire));
    return { complaint: viewComplaint(ports, stored), detail: viewDetail(wire, history) };
  } catch (error) {
    throw explainWechatpayError(error);
  }
}

/** A callback names a complaint by its number only; until the timer has asked, nothing else is known of it. */
async function withFacts(
  ports: ComplaintPorts,
  account: Account,
  complaint: ComplaintRecord,
): Promise<ComplaintRecord> {
  if (complaint.state !== null) return complaint;
  try {
    return await refreshComplaint(ports, account, complaint._id);
  } catch (error) {
    throw explainWechatpayError(error);
  }
}

type Acting = Extract<OfOne, { readonly requestToken: string }>;

async function answer(
  ports: ComplaintPorts,
  account: Account,
  complaint: ComplaintRecord,
  operatorOpenid: string | null,
  request: Acting,
): Promise<HandleComplaintsAnswers['reply']> {
  const { requestToken: token, seen } = request;
  if (request.action === 'approveRefund') {
    const { amountFen } = request;
    const wanted = { token, seen, operatorOpenid, ...(amountFen !== undefined && { amountFen }) };
    const approved = await approveRefund(ports, account, complaint, wanted);
    return { complaint: viewComplaint(ports, approved) };
  }
  if (request.action === 'rejectRefund') requireRefundProblem(complaint);
  if (request.action === 'reply') requireLength(complaint, request.text);
  const said =
    request.action === 'reply' ? request.text : request.action === 'rejectRefund' ? request.reason : '';
  const wanted: ActRequest = {
    token,
    kind: request.action,
    text: said,
    amountFen: null,
    seen,
    operatorOpenid,
  };
  const acted = await act(ports, account, complaint, wanted, () => send(account, complaint, request));
  return { complaint: viewComplaint(ports, acted) };
}

function requireLength(complaint: ComplaintRecord, said: string): void {
  const max = maxReplyLength(complaint);
  if (said.length <= max) return;
  const texts = { zh: `回复最多 ${max} 字。`, en: `An answer has at most ${max} characters.` };
  throw new CommerceError('BAD_REQUEST', { texts });
}

/** https://pay.weixin.qq.com/docs/merchant/apis/consumer-complaint/complaints/response-complaint-v2.html and beside it */
function send(
  account: Account,
  complaint: ComplaintRecord,
  request: Exclude<Acting, { readonly action: 'approveRefund' }>,
): Promise<unknown> {
  const { client } = account;
  const { _id: complaint_id, complaintedMchid } = complaint;
  const complainted_mchid = complaintedMchid ?? '';
  switch (request.action) {
    case 'reply':
      if (complaint.needsImmediateService) return replyImmediately(account, complaint, request);
      return client.request('POST /v3/merchant-service/complaints-v2/{complaint_id}/response', {
        complaint_id,
        complainted_mchid,
        response_content: request.text,
        ...(request.mediaIds && { response_images: request.mediaIds }),
      });
    case 'complete':
      return client.request('POST /v3/merchant-service/complaints-v2/{complaint_id}/complete', {
        complaint_id,
        complainted_mchid,
      });
    case 'rejectRefund':
      return client.request('POST /v3/merchant-service/complaints-v2/{complaint_id}/update-refund-progress', {
        complaint_id,
        action: 'REJECT',
        reject_reason: request.reason,
        ...(request.mediaIds && { reject_media_list: request.mediaIds }),
      });
  }
}

/** 回复需要即时服务的投诉单: https://pay.weixin.qq.com/doc/v3/merchant/4017151596, partner/4017151726 */
function replyImmediately(
  { client }: Account,
  { _id: complaint_id, complaintedMchid }: ComplaintRecord,
  { requestToken, text, mediaIds = [] }: Extract<Acting, { readonly action: 'reply' }>,
): Promise<unknown> {
  return client.request('POST /v3/merchant-service/complaints-v2/{complaint_id}/response-immediate-service', {
    complaint_id,
    complainted_mchid: complaintedMchid ?? '',
    message: {
      blocks: [
        { type: 'TEXT', text: { text } },
        ...mediaIds.map((media_id) => ({ type: 'IMAGE' as const, image: { media_id } })),
      ],
      sender_identity: 'MANUAL',
    },
    idempotent_id: requestToken,
  });
}
