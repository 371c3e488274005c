import { type ApiContext, checkFields, type Endpoint, type Fields, field } from '../context.ts';
import { ApiProblem } from '../http/problem.ts';
import { requireBoundAppid, requirePartnership } from '../orders/rules.ts';
import { rfc3339 } from '../state/time.ts';
import { amounts } from './ordinary.ts';
import { addPlatformReceiver, deletePlatformReceiver, receiverTypes } from './receivers.ts';
import { findReturn, type ReturnRequest, returnShare } from './returns.ts';
import { finish, share } from './share.ts';
import { SharingStore } from './sharing-store.ts';
import type { ReceiverType, ShareOrder, ShareReturn } from './types.ts';

const outNo = (label: string, optional = false) =>
  field.string(label, { min: 1, max: 64, unit: 'byte', pattern: /^[0-9a-zA-Z_\-|*@]+$/, optional });
const subMchid = field.string('二级商户号', { min: 1, max: 32 });
const transactionId = field.string('微信订单号', { min: 1, max: 32, unit: 'byte' });
const fen = (label: string) => field.integer(label, { min: 1, max: 1_000_000_000 });
const description = (label: string) => field.string(label, { min: 1, max: 80 });

const shareFields: Fields = {
  appid: field.string('公众账号ID', { min: 1, max: 32, optional: true }),
  sub_mchid: subMchid,
  transaction_id: transactionId,
  out_order_no: outNo('商户分账单号'),
  receivers: field.array(
    '分账接收方列表',
    field.object('分账接收方', {
      type: field.string('分账接收方类型', { oneOf: receiverTypes }),
      receiver_account: field.string('分账接收方账号', { min: 1, max: 64 }),
      amount: fen('分账金额'),
      description: description('分账描述'),
      receiver_name: field.string('分账个人接收方姓名', {
        min: 1,
        max: 128,
        sensitive: true,
        optional: true,
      }),
    }),
    { min: 1, max: 50 },
  ),
  finish: field.boolean('是否分账完成'),
};
const queryFields: Fields = {
  sub_mchid: subMchid,
  transaction_id: transactionId,
  out_order_no: outNo('商户分账单号'),
};
const finishFields: Fields = { ...queryFields, description: description('分账描述') };
const returnFields: Fields = {
  sub_mchid: subMchid,
  order_id: outNo('微信分账单号', true),
  out_order_no: outNo('商户分账单号', true),
  out_return_no: outNo('商户回退单号'),
  return_mchid: field.string('回退商户号', { min: 1, max: 32 }),
  amount: fen('回退金额'),
  description: description('回退描述'),
  transaction_id: { ...transactionId, optional: true },
};
const returnQuery: Fields = {
  sub_mchid: subMchid,
  order_id: outNo('微信分账单号', true),
  out_order_no: outNo('商户分账单号', true),
  out_return_no: outNo('商户回退单号'),
};

interface PlatformShare {
  appid?: string;
  sub_mchid: string;
  transaction_id: string;
  out_order_no: string;
  receivers: { type: ReceiverType; receiver_account: string; amount: number; description: string }[];
  finish: boolean;
}

function apply(context: ApiContext): ShareOrder {
  const request = checkFields(shareFields, context.body, {
    location: 'body',
    decrypt: context.decrypt,
  }) as unknown as PlatformShare;
  const { merchant } = context;
  requirePartnership(context, request.sub_mchid, merchant.mchid);
  if (request.appid !== undefined) requireBoundAppid(merchant.appids, request.appid, merchant.mchid);
  return share(context, {
    subMchid: request.sub_mchid,
    transactionId: request.transaction_id,
    outOrderNo: request.out_order_no,
    freesRest: request.finish,
    receiversOwner: merchant.mchid,
    shares: request.receivers.map(({ type, receiver_account, amount, description: text }) => ({
      type,
      account: receiver_account,
      amountFen: amount,
      description: text,
    })),
    comparable: request,
  });
}

function query(context: ApiContext): ShareOrder {
  const { sub_mchid, transaction_id, out_order_no } = checkFields(queryFields, context.query, {
    location: 'query',
  });
  const found = new SharingStore(context.state).byNo(context.merchant.mchid, String(out_order_no));
  if (found && found.transactionId === transaction_id && found.subMchid === sub_mchid) return found;
  throw new ApiProblem(404, 'RESOURCE_NOT_EXISTS', '分账单不存在', {
    explanation: {
      en: 'no request to share of this platform has these numbers',
      zh: '本平台没有与这些单号一致的分账单',
    },
  });
}

function finishOrder(context: ApiContext) {
  const request = checkFields(finishFields, context.body, { location: 'body' }) as Record<string, string>;
  requirePartnership(context, request.sub_mchid!, context.merchant.mchid);
  const done = finish(context, {
    subMchid: request.sub_mchid,
    transactionId: request.transaction_id!,
    outOrderNo: request.out_order_no!,
    description: request.description!,
  });
  return head(done);
}

function applyReturn(context: ApiContext): ShareReturn {
  const request = checkFields(returnFields, context.body, { location: 'body' }) as unknown as ReturnRequest;
  requirePartnership(context, request.sub_mchid!, context.merchant.mchid);
  return returnShare(context, request);
}

function queryReturn(context: ApiContext): ShareReturn {
  const { out_return_no, order_id, out_order_no } = checkFields(returnQuery, context.query, {
    location: 'query',
  }) as Record<string, string | undefined>;
  return findReturn(context, out_return_no!, { orderId: order_id, outOrderNo: out_order_no });
}

const head = (shareOrder: ShareOrder) => ({
  sub_mchid: shareOrder.subMchid,
  transaction_id: shareOrder.transactionId,
  out_order_no: shareOrder.outOrderNo,
  order_id: shareOrder.orderId,
});

function orderView(shareOrder: ShareOrder): Record<string, unknown> {
  return {
    ...head(shareOrder),
    status: shareOrder.state,
    receivers: shareOrder.shares.map((one) => ({
      ...(one.type === 'MERCHANT_ID' && { receiver_mchid: one.account }),
      amount: one.amountFen,
      description: one.description,
      result: one.result,
      finish_time: rfc3339(one.finishedAtMs ?? shareOrder.createdAtMs),
      ...(one.failReason !== undefined && { fail_reason: one.failReason }),
      type: one.type,
      receiver_account: one.account,
      detail_id: one.detailId,
    })),
    ...(shareOrder.isFinish && {
      finish_amount: shareOrder.freedFen ?? 0,
      finish_description: shareOrder.description,
    }),
  };
}

function returnView(made: ShareReturn): Record<string, unknown> {
  return {
    sub_mchid: made.subMchid,
    order_id: made.orderId,
    out_order_no: made.outOrderNo,
    out_return_no: made.outReturnNo,
    return_mchid: made.returnMchid,
    amount: made.amountFen,
    return_no: made.returnId,
    result: made.result,
    ...(made.failReason !== undefined && { fail_reason: made.failReason }),
    finish_time: rfc3339(made.createdAtMs),
  };
}

const base = '/v3/ecommerce/profitsharing';
const roles = ['ecommerce'] as const;
type Handle = (context: ApiContext) => Record<string, unknown>;
const endpoint = (method: 'GET' | 'POST', name: string, path: string, handle: Handle): Endpoint => ({
  name,
  method,
  path: base + path,
  bodyKind: method === 'GET' ? 'none' : 'json',
  roles,
  handle: (context) => ({ body: handle(context) }),
});

/** 电商收付通分账: github.com/TheNorthMemory/wechatpay-openapi, docs/v3/ecommerce/profitsharing. */
export const ecommerceSharingEndpoints: readonly Endpoint[] = [
  endpoint('POST', '电商请求分账', '/orders', (context) => orderView(apply(context))),
  endpoint('GET', '电商查询分账结果', '/orders', (context) => orderView(query(context))),
  endpoint('POST', '电商完结分账', '/finish-order', finishOrder),
  endpoint('POST', '电商请求分账回退', '/returnorders', (context) => returnView(applyReturn(context))),
  endpoint('GET', '电商查询分账回退结果', '/returnorders', (context) => returnView(queryReturn(context))),
  endpoint('GET', '电商查询订单剩余待分金额', '/orders/{transaction_id}/amounts', amounts),
  endpoint('POST', '电商添加分账接收方', '/receivers/add', addPlatformReceiver),
  endpoint('POST', '电商删除分账接收方', '/receivers/delete', deletePlatformReceiver),
];
