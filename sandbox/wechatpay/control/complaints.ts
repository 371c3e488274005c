import {
  applyPlatformService,
  cancelPlatformService,
  continueComplaint,
  createComplaint,
  finishPlatformService,
  respondAsPayer,
} from '../complaints/life.ts';
import { type Complaint, complaintsOf, type ProblemType, violationUrlsOf } from '../complaints/types.ts';
import { type ControlContext, ControlProblem, type ControlRoute } from '../context.ts';
import { mediaOf } from '../onboarding/store.ts';
import { OrderStore } from '../orders/order-store.ts';
import { rfc3339 } from '../state/time.ts';
import { pageOf } from './page.ts';
import { badRequest, integer, notFound, objectBody, oneOf, wrongState } from './read.ts';

const problemTypes: readonly ProblemType[] = ['REFUND', 'SERVICE_NOT_WORK', 'OTHERS'];

function textOf(value: unknown, name: string, fallback?: string): string {
  const given = value ?? fallback;
  if (typeof given === 'string' && given !== '' && given.length <= 500) return given;
  throw badRequest(`"${name}" must be a text of 1 to 500 characters.`, `"${name}" 须为 1 到 500 个字符。`);
}

/** A payer complains about a paid order. */
function create(context: ControlContext) {
  const given = objectBody(context);
  const { problemType = 'REFUND', images = [], needsImmediateService = false } = given;
  const type = oneOf(problemType, 'problemType', problemTypes);
  const number = textOf(given.outTradeNo, 'outTradeNo');
  const payment = new OrderStore(context.state).find(number);
  const order = payment?.orders.find(({ outTradeNo }) => outTradeNo === number) ?? payment?.orders[0];
  if (!payment || !order) throw notFound(`order ${number}`, `订单 ${number}`);
  if (!order.transactionId) {
    throw wrongState(
      `The order is ${order.state}; only a paid one is complained about.`,
      `订单状态为 ${order.state}，只有已支付的订单可以投诉。`,
    );
  }
  const complaint = createComplaint(context, payment, order, {
    problemType: type,
    detail: textOf(given.detail, 'detail', '商品与描述不符，要求退款'),
    phone: textOf(given.phone, 'phone', '13800138000'),
    applyRefundFen: integer(given.applyRefundFen, 'applyRefundFen', 1, order.amountFen, order.amountFen),
    needsImmediateService: needsImmediateService === true,
    images: picturesOf(context, images, order.mchid),
  });
  return { complaint };
}

/** The payer's pictures, as base64 of PNG or JPEG. */
function picturesOf({ state, clock }: ControlContext, given: unknown, mchid: string): string[] {
  const wrong = () =>
    badRequest('"images" must be a list of base64 texts.', '"images" 须为 base64 字符串的列表。');
  if (!Array.isArray(given)) throw wrong();
  return given.map((each) => {
    const base64 = typeof each === 'string' ? each : '';
    const bytes = Buffer.from(base64, 'base64');
    if (bytes.length === 0) throw wrong();
    const isPng = bytes.subarray(1, 4).toString() === 'PNG';
    const mediaId = `ChsyMDAxMDgwMDIwMjA${state.random.letters(24)}`;
    mediaOf(state).set(mediaId, {
      mediaId,
      kind: 'image',
      mchid,
      filename: isPng ? 'photo.png' : 'photo.jpg',
      contentType: isPng ? 'image/png' : 'image/jpeg',
      sha256: '',
      sizeBytes: bytes.length,
      createdAtMs: clock.now(),
      base64,
    });
    return mediaId;
  });
}

function find(context: ControlContext): Complaint {
  const complaint = complaintsOf(context.state).get(context.params.complaint_id!);
  if (!complaint) {
    throw notFound(`complaint ${context.params.complaint_id}`, `投诉 ${context.params.complaint_id}`);
  }
  return complaint;
}

type Act = (context: ControlContext, complaint: Complaint, said: string) => void;

/** What the payer does, and WeChat Pay's customer service. */
const acts: Readonly<Record<string, Act>> = {
  continue: (context, complaint, said) => {
    if (complaint.state !== 'PROCESSED') {
      throw wrongState(
        'Only a complaint that is PROCESSED is continued.',
        '只有 PROCESSED 的投诉可以继续投诉。',
      );
    }
    continueComplaint(context, complaint, said);
  },
  respond: respondAsPayer,
  applyPlatformService: (context, complaint, said) => {
    const inService = complaint.inPlatformService === true;
    if (complaint.state === 'PROCESSED' || inService) {
      throw wrongState('It is PROCESSED, or has platform service.', '投诉已 PROCESSED，或平台已介入。');
    }
    const reason = textOf(objectBody(context).reason, 'reason', '商家响应不及时');
    applyPlatformService(context, complaint, { reason, description: said });
  },
  cancelPlatformService: (context, complaint) => {
    requireService(complaint);
    cancelPlatformService(context, complaint);
  },
  finishPlatformService: (context, complaint, said) => {
    requireService(complaint);
    finishPlatformService(context, complaint, said);
  },
};

function act(context: ControlContext) {
  const complaint = find(context);
  const { action, detail } = objectBody(context);
  const run = acts[oneOf(action, 'action', Object.keys(acts))]!;
  run(context, complaint, textOf(detail, 'detail', '问题没有解决'));
  return { complaint };
}

function requireService({ inPlatformService }: Complaint): void {
  if (inPlatformService !== true) throw wrongState('It has no platform service.', '平台没有介入该投诉。');
}

const violationEvents = ['VIOLATION.PUNISH', 'VIOLATION.INTERCEPT', 'VIOLATION.APPEAL'] as const;

/** WeChat Pay penalises a sub-merchant, intercepts its orders, or decides its appeal: doc/v3/partner/4012079216. */
function violate(context: ControlContext) {
  const { state, clock } = context;
  const given = objectBody(context);
  const eventType = oneOf(given.eventType ?? 'VIOLATION.PUNISH', 'eventType', violationEvents);
  const sub = state.subMerchants.get(textOf(given.subMchid, 'subMchid'));
  if (!sub) throw notFound(`sub-merchant ${given.subMchid}`, `子商户 ${given.subMchid}`);
  const url = violationUrlsOf(state).get(sub.providerMchid);
  if (url === undefined) {
    const api = 'POST /v3/merchant-risk-manage/violation-notifications';
    throw new ControlProblem(
      409,
      'NO_ADDRESS',
      `The provider ${sub.providerMchid} has no address for violations: ${api} first.`,
      `服务商 ${sub.providerMchid} 没有设置违规通知地址，请先调用 ${api}。`,
    );
  }
  const notification = context.notify({
    eventType,
    originalType: 'violation',
    summary: '商户平台处置记录',
    outTradeNo: '',
    mchid: sub.providerMchid,
    url,
    resource: {
      sub_mchid: sub.mchid,
      company_name: sub.name,
      record_id: textOf(given.recordId, 'recordId', state.random.digits(24)),
      punish_plan: textOf(given.punishPlan, 'punishPlan', '关闭支付权限'),
      punish_time: rfc3339(clock.now()),
      punish_description: textOf(
        given.punishDescription,
        'punishDescription',
        '暂停交易，可登录商户平台申诉',
      ),
      risk_type: textOf(given.riskType, 'riskType', 'TRANSACTION_DISPUTE'),
      risk_description: textOf(given.riskDescription, 'riskDescription', '交易纠纷'),
    },
  });
  return { notificationId: notification.id };
}

/** What payers complain about, and what WeChat Pay does to a sub-merchant that breaks its rules. */
export const complaintRoutes: readonly ControlRoute[] = [
  {
    method: 'GET',
    path: '/_sandbox/complaints',
    handle: (context) => {
      const { entries, ...page } = pageOf([...complaintsOf(context.state).peek()], context.query);
      return { complaints: entries, ...page };
    },
  },
  { method: 'POST', path: '/_sandbox/complaints', handle: create },
  {
    method: 'GET',
    path: '/_sandbox/complaints/{complaint_id}',
    handle: (context) => ({ complaint: find(context) }),
  },
  { method: 'POST', path: '/_sandbox/complaints/{complaint_id}/act', handle: act },
  { method: 'POST', path: '/_sandbox/violations', handle: violate },
];
