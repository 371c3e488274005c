import { type ApiContext, checkFields, type Endpoint, type Fields, field } from '../context.ts';
import { ApiProblem } from '../http/problem.ts';
import { requireBoundAppid, requirePartnership } from '../orders/rules.ts';
import { rfc3339 } from '../state/time.ts';
import { addReceiver, deleteReceiver, receiverTypes } from './receivers.ts';
import { findReturn, type ReturnRequest, returnShare } from './returns.ts';
import { findTarget } from './rules.ts';
import { finish, share } from './share.ts';
import { SharingStore, settingsOf } from './sharing-store.ts';
import type { ReceiverType, ShareOrder, ShareReturn } from './types.ts';

const outNo = (label: string) =>
  field.string(label, { min: 1, max: 64, unit: 'byte', pattern: /^[0-9a-zA-Z_\-|*@]+$/ });
const transactionId = field.string('微信订单号', { min: 1, max: 32, unit: 'byte' });
const description = (label: string) => field.string(label, { min: 1, max: 80 });
const subMchid = field.string('子商户号', { min: 1, max: 32 });
const withSub = (context: ApiContext, fields: Fields): Fields => ({
  ...(context.merchant.kind !== 'direct' && { sub_mchid: subMchid }),
  ...fields,
});

const receiver = field.object('分账接收方', {
  type: field.string('分账接收方类型', { oneOf: receiverTypes }),
  account: field.string('分账接收方帐号', { min: 1, max: 64 }),
  name: field.string('分账个人接收方姓名', { min: 1, max: 128, sensitive: true, optional: true }),
  amount: field.integer('分账金额', { min: 1, max: 1_000_000_000 }),
  description: description('分账描述'),
});

const shareFields = (context: ApiContext): Fields =>
  withSub(context, {
    appid: field.string('应用ID', { min: 1, max: 32 }),
    ...(context.merchant.kind !== 'direct' && {
      sub_appid: field.string('子商户应用ID', { min: 1, max: 32, optional: true }),
    }),
    transaction_id: transactionId,
    out_order_no: outNo('商户分账单号'),
    receivers: field.array('分账接收方列表', receiver, { min: 1, max: 50 }),
    unfreeze_unsplit: field.boolean('是否解冻剩余未分资金'),
  });

interface OrdinaryShare {
  sub_mchid?: string;
  sub_appid?: string;
  appid: string;
  transaction_id: string;
  out_order_no: string;
  receivers: { type: ReceiverType; account: string; name?: string; amount: number; description: string }[];
  unfreeze_unsplit: boolean;
}

function requireSub(context: ApiContext, subMchid: string | undefined): void {
  if (subMchid !== undefined) requirePartnership(context, subMchid, context.merchant.mchid);
}

function apply(context: ApiContext): ShareOrder {
  const request = checkFields(shareFields(context), context.body, {
    location: 'body',
    decrypt: context.decrypt,
  }) as unknown as OrdinaryShare;
  requireSub(context, request.sub_mchid);
  requireBoundAppid(context.merchant.appids, request.appid, context.merchant.mchid);
  return share(context, {
    subMchid: request.sub_mchid,
    transactionId: request.transaction_id,
    outOrderNo: request.out_order_no,
    freesRest: request.unfreeze_unsplit,
    receiversOwner: request.sub_mchid ?? context.merchant.mchid,
    shares: request.receivers.map(({ type, account, amount, description: text }) => ({
      type,
      account,
      amountFen: amount,
      description: text,
    })),
    comparable: request,
  });
}

function query(context: ApiContext): ShareOrder {
  const params = checkFields({ out_order_no: outNo('商户分账单号') }, context.params, {
    location: 'uri_template',
  });
  const fields = withSub(context, { transaction_id: transactionId });
  const { transaction_id } = checkFields(fields, context.query, { location: 'query' });
  const found = new SharingStore(context.state).byNo(context.merchant.mchid, String(params.out_order_no));
  if (found && found.transactionId === transaction_id) return found;
  throw new ApiProblem(404, 'RESOURCE_NOT_EXISTS', '分账单不存在', {
    explanation: {
      en: 'no request to share of this merchant has that number and transaction_id',
      zh: '该商户没有此单号且 transaction_id 一致的分账单',
    },
  });
}

function unfreeze(context: ApiContext): ShareOrder {
  const fields = withSub(context, {
    transaction_id: transactionId,
    out_order_no: outNo('商户分账单号'),
    description: description('分账描述'),
  });
  const request = checkFields(fields, context.body, { location: 'body' }) as Record<string, string>;
  requireSub(context, request.sub_mchid);
  return finish(context, {
    subMchid: request.sub_mchid,
    transactionId: request.transaction_id!,
    outOrderNo: request.out_order_no!,
    description: request.description!,
  });
}

const returnFields = (context: ApiContext): Fields =>
  withSub(context, {
    order_id: { ...outNo('微信分账单号'), optional: true },
    out_order_no: { ...outNo('商户分账单号'), optional: true },
    out_return_no: outNo('商户回退单号'),
    return_mchid: field.string('回退商户号', { min: 1, max: 32 }),
    amount: field.integer('回退金额', { min: 1, max: 1_000_000_000 }),
    description: description('回退描述'),
  });

function applyReturn(context: ApiContext): ShareReturn {
  const request = checkFields(returnFields(context), context.body, {
    location: 'body',
  }) as unknown as ReturnRequest;
  requireSub(context, request.sub_mchid);
  return returnShare(context, request);
}

function queryReturn(context: ApiContext): ShareReturn {
  const params = checkFields({ out_return_no: outNo('商户回退单号') }, context.params, {
    location: 'uri_template',
  });
  const fields = withSub(context, { out_order_no: outNo('商户分账单号') });
  const { out_order_no } = checkFields(fields, context.query, { location: 'query' });
  return findReturn(context, String(params.out_return_no), { outOrderNo: String(out_order_no) });
}

function orderView(shareOrder: ShareOrder): Record<string, unknown> {
  const createTime = rfc3339(shareOrder.createdAtMs);
  const rest = shareOrder.isFinish
    ? [
        {
          amount: shareOrder.freedFen ?? 0,
          description: shareOrder.description,
          type: 'MERCHANT_ID',
          account: shareOrder.payeeMchid,
          result: shareOrder.state === 'FINISHED' ? 'SUCCESS' : 'PENDING',
          create_time: createTime,
          finish_time: createTime,
        },
      ]
    : [];
  return {
    ...(shareOrder.subMchid !== undefined && { sub_mchid: shareOrder.subMchid }),
    transaction_id: shareOrder.transactionId,
    out_order_no: shareOrder.outOrderNo,
    order_id: shareOrder.orderId,
    state: shareOrder.state,
    receivers: [
      ...shareOrder.shares.map((one) => ({
        amount: one.amountFen,
        description: one.description,
        type: one.type,
        account: one.account,
        result: one.result,
        ...(one.failReason !== undefined && { fail_reason: one.failReason }),
        detail_id: one.detailId,
        create_time: createTime,
        finish_time: rfc3339(one.finishedAtMs ?? shareOrder.createdAtMs),
      })),
      ...rest,
    ],
  };
}

function returnView(made: ShareReturn): Record<string, unknown> {
  return {
    ...(made.subMchid !== undefined && { sub_mchid: made.subMchid }),
    order_id: made.orderId,
    out_order_no: made.outOrderNo,
    out_return_no: made.outReturnNo,
    return_id: made.returnId,
    return_mchid: made.returnMchid,
    amount: made.amountFen,
    description: made.description,
    result: made.result,
    ...(made.failReason !== undefined && { fail_reason: made.failReason }),
    create_time: rfc3339(made.createdAtMs),
    finish_time: rfc3339(made.createdAtMs),
  };
}

export function amounts(context: ApiContext): Record<string, unknown> {
  const { transaction_id } = checkFields({ transaction_id: transactionId }, context.params, {
    location: 'uri_template',
  });
  const { order } = findTarget(context, String(transaction_id), undefined);
  const { sharingFinished, frozenFen } = order.money!;
  return { transaction_id, unsplit_amount: sharingFinished ? 0 : frozenFen };
}

function maxRatio(context: ApiContext): Record<string, unknown> {
  const { sub_mchid } = checkFields({ sub_mchid: subMchid }, context.params, { location: 'uri_template' });
  requireSub(context, String(sub_mchid));
  return { sub_mchid, max_ratio: settingsOf(context.state, String(sub_mchid)).maxRatio };
}

const base = '/v3/profitsharing';
const roles = ['direct', 'partner'] as const;
type Handle = (context: ApiContext) => Record<string, unknown>;
const post = (name: string, path: string, handle: Handle): Endpoint => ({
  name,
  method: 'POST',
  path: base + path,
  bodyKind: 'json',
  roles,
  handle: (context) => ({ body: handle(context) }),
});
const get = (name: string, path: string, handle: Handle): Endpoint => ({
  name,
  method: 'GET',
  path: base + path,
  bodyKind: 'none',
  roles,
  handle: (context) => ({ body: handle(context) }),
});

/** 分账 of direct merchants and ordinary partners: github.com/TheNorthMemory/wechatpay-openapi, docs/v3/profitsharing. */
export const ordinarySharingEndpoints: readonly Endpoint[] = [
  post('请求分账', '/orders', (context) => orderView(apply(context))),
  get('查询分账结果', '/orders/{out_order_no}', (context) => orderView(query(context))),
  post('解冻剩余资金', '/orders/unfreeze', (context) => orderView(unfreeze(context))),
  post('请求分账回退', '/return-orders', (context) => returnView(applyReturn(context))),
  get('查询分账回退结果', '/return-orders/{out_return_no}', (context) => returnView(queryReturn(context))),
  get('查询剩余待分金额', '/transactions/{transaction_id}/amounts', amounts),
  post('添加分账接收方', '/receivers/add', addReceiver),
  post('删除分账接收方', '/receivers/delete', deleteReceiver),
  { ...get('查询最大分账比例', '/merchant-configs/{sub_mchid}', maxRatio), roles: ['partner'] },
];
