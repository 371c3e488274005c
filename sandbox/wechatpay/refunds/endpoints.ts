import { type ApiContext, checkFields, type Endpoint, type SimulatorContext } from '../context.ts';
import { requireBoundAppid, requirePartnership } from '../orders/rules.ts';
import { applyAbnormalRefund } from './abnormal.ts';
import { acceptRefund, type RefundRequest } from './accept.ts';
import {
  advanceReturnTask,
  queryAdvanceReturn,
  retryAdvanceReturn,
  returnAdvance,
} from './advance-return.ts';
import { endRefundInTime, refundTask } from './end.ts';
import { findOrder, findRefund } from './find.ts';
import {
  domesticRefund,
  ecommerceQuery,
  ecommerceRefund,
  outRefundNoParam,
  refundIdParam,
  subMchidQuery,
} from './schemas.ts';
import { domesticView, ecommerceAccepted, ecommerceView } from './views.ts';

interface DomesticRequest extends RefundRequest {
  sub_mchid?: string;
}

function applyDomestic(context: ApiContext) {
  const { merchant } = context;
  const request = checkFields(domesticRefund(merchant.kind !== 'direct'), context.body, {
    location: 'body',
  }) as unknown as DomesticRequest;
  if (request.sub_mchid !== undefined) requirePartnership(context, request.sub_mchid, merchant.mchid);
  return acceptRefund(context, 'domestic', request, () => findOrder(context, request, request.sub_mchid));
}

function queryDomestic(context: ApiContext) {
  const { out_refund_no } = checkFields(outRefundNoParam, context.params, { location: 'uri_template' });
  const rule = context.merchant.kind === 'direct' ? {} : subMchidQuery;
  const { sub_mchid } = checkFields(rule, context.query, { location: 'query' });
  const by = { outRefundNo: String(out_refund_no) };
  return findRefund(context, by, sub_mchid === undefined ? undefined : String(sub_mchid));
}

interface EcommerceRequest extends RefundRequest {
  sub_mchid: string;
  sp_appid: string;
  sub_appid?: string;
  refund_account?: 'REFUND_SOURCE_SUB_MERCHANT' | 'REFUND_SOURCE_PARTNER_ADVANCE';
}

function applyEcommerce(context: ApiContext) {
  const { merchant } = context;
  const request = checkFields(ecommerceRefund, context.body, {
    location: 'body',
  }) as unknown as EcommerceRequest;
  const sub = requirePartnership(context, request.sub_mchid, merchant.mchid);
  requireBoundAppid(merchant.appids, request.sp_appid, merchant.mchid);
  if (request.sub_appid !== undefined) requireBoundAppid(sub.appids, request.sub_appid, sub.mchid);
  const advanced = request.refund_account === 'REFUND_SOURCE_PARTNER_ADVANCE';
  return acceptRefund(
    context,
    'ecommerce',
    request,
    () => findOrder(context, request, request.sub_mchid),
    advanced ? merchant.mchid : undefined,
  );
}

function queryEcommerce(context: ApiContext, by: 'id' | 'out-refund-no') {
  const rule = by === 'id' ? refundIdParam : outRefundNoParam;
  const params = checkFields(rule, context.params, { location: 'uri_template' });
  const { sub_mchid } = checkFields(ecommerceQuery, context.query, { location: 'query' });
  const sub = sub_mchid === undefined ? undefined : String(sub_mchid);
  return findRefund(
    context,
    by === 'id' ? { refundId: String(params.refund_id) } : { outRefundNo: String(params.out_refund_no) },
    sub,
  );
}

/** What the clock does to refunds. */
export function handleRefundTasks(context: SimulatorContext): void {
  context.due.handle(refundTask, (refundId) => endRefundInTime(context, refundId));
  context.due.handle(advanceReturnTask, (refundId) => retryAdvanceReturn(context, refundId));
}

const domestic = '/v3/refund/domestic/refunds';
const ecommerce = '/v3/ecommerce/refunds';

/** 退款: doc/v3/merchant/4013071036, doc/v3/partner/4012709253; 收付通: wiki/doc/apiv3_partner/apis/chapter7_6_1. */
export const refundEndpoints: readonly Endpoint[] = [
  {
    name: '申请退款',
    method: 'POST',
    path: domestic,
    bodyKind: 'json',
    roles: ['direct', 'partner'],
    handle: (context) => ({ body: domesticView(applyDomestic(context)) }),
  },
  {
    name: '查询单笔退款',
    method: 'GET',
    path: `${domestic}/{out_refund_no}`,
    bodyKind: 'none',
    roles: ['direct', 'partner'],
    handle: (context) => ({ body: domesticView(queryDomestic(context)) }),
  },
  {
    name: '发起异常退款',
    method: 'POST',
    path: `${domestic}/{refund_id}/apply-abnormal-refund`,
    bodyKind: 'json',
    roles: ['direct', 'partner'],
    handle: (context) => ({ body: domesticView(applyAbnormalRefund(context)) }),
  },
  {
    name: '电商退款申请',
    method: 'POST',
    path: `${ecommerce}/apply`,
    bodyKind: 'json',
    roles: ['ecommerce'],
    handle: (context) => ({ body: ecommerceAccepted(applyEcommerce(context)) }),
  },
  {
    name: '电商查询退款（微信支付退款单号）',
    method: 'GET',
    path: `${ecommerce}/id/{refund_id}`,
    bodyKind: 'none',
    roles: ['ecommerce'],
    handle: (context) => ({ body: ecommerceView(queryEcommerce(context, 'id')) }),
  },
  {
    name: '电商查询退款（商户退款单号）',
    method: 'GET',
    path: `${ecommerce}/out-refund-no/{out_refund_no}`,
    bodyKind: 'none',
    roles: ['ecommerce'],
    handle: (context) => ({ body: ecommerceView(queryEcommerce(context, 'out-refund-no')) }),
  },
  {
    name: '电商发起异常退款',
    method: 'POST',
    path: `${ecommerce}/{refund_id}/apply-abnormal-refund`,
    bodyKind: 'json',
    roles: ['ecommerce'],
    handle: (context) => ({ body: ecommerceView(applyAbnormalRefund(context)) }),
  },
  {
    name: '垫付退款回补',
    method: 'POST',
    path: `${ecommerce}/{refund_id}/return-advance`,
    bodyKind: 'json',
    roles: ['ecommerce'],
    handle: (context) => ({ body: returnAdvance(context) }),
  },
  {
    name: '查询垫付回补结果',
    method: 'GET',
    path: `${ecommerce}/{refund_id}/return-advance`,
    bodyKind: 'none',
    roles: ['ecommerce'],
    handle: (context) => ({ body: queryAdvanceReturn(context) }),
  },
];
