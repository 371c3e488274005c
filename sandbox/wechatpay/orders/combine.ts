import {
  type ApiContext,
  ApiProblem,
  checkFields,
  type Endpoint,
  internalCodes,
  paramError,
} from '../context.ts';
import { accountKinds } from '../state/merchants.ts';
import { close } from './close.ts';
import { OrderStore } from './order-store.ts';
import { place } from './place.ts';
import { expiryOf, orderNotFound, requireBoundAppid, requireOwnMchid, requireSubMerchant } from './rules.ts';
import { combineClose, combineNoParam, combinePrepay } from './schemas.ts';
import type { Order, Payment, TradeType } from './types.ts';
import { combinedView } from './views.ts';
import { type PaymentWay, prepayEndpoints } from './ways.ts';

interface SubOrderRequest {
  mchid: string;
  attach: string;
  amount: { total_amount: number };
  out_trade_no: string;
  sub_mchid?: string;
  sub_appid?: string;
  description: string;
  settle_info?: { profit_sharing?: boolean };
  profit_sharing?: boolean;
}

interface CombineRequest {
  combine_appid: string;
  combine_mchid: string;
  combine_out_trade_no: string;
  scene_info?: { device_id?: string };
  sub_orders: SubOrderRequest[];
  combine_payer_info?: { openid?: string; sub_openid?: string };
  time_expire?: string;
  notify_url: string;
}

function prepay(context: ApiContext, { tradeType }: PaymentWay): Payment {
  const { merchant } = context;
  const request = checkFields(combinePrepay(merchant.kind, tradeType), context.body, {
    location: 'body',
    decrypt: context.decrypt,
  }) as unknown as CombineRequest;
  requireOwnMchid(context, request.combine_mchid, 'body', 'combine_mchid');
  const payer = payerOf(request, tradeType);
  requireDistinct(request);
  requireBoundAppid(merchant.appids, request.combine_appid, merchant.mchid);
  const orders = request.sub_orders.map((sub) => subOrder(context, request, sub));
  const { expiresAtMs, closesAtMs } = expiryOf(context, request.time_expire, context.nowMs);
  const deviceId = request.scene_info?.device_id;
  return place(context, {
    paymentNo: request.combine_out_trade_no,
    kind: 'combine',
    mchid: merchant.mchid,
    appid: request.combine_appid,
    payAppid: request.combine_appid,
    tradeType,
    payer,
    notifyUrl: request.notify_url,
    ...(deviceId !== undefined && { deviceId }),
    expiry: () => ({ expiresAtMs, closesAtMs }),
    orders,
  });
}

function subOrder(context: ApiContext, request: CombineRequest, sub: SubOrderRequest): Omit<Order, 'state'> {
  const initiator = context.state.merchants.get(sub.mchid);
  if (!initiator) {
    throw new ApiProblem(400, 'MCH_NOT_EXISTS', '商户号不存在', {
      explanation: { en: `no merchant ${sub.mchid}`, zh: `没有商户号 ${sub.mchid}` },
    });
  }
  requireBoundAppid(initiator.appids, request.combine_appid, sub.mchid);
  if (sub.sub_mchid !== undefined) {
    const onboarded = requireSubMerchant(context, sub.sub_mchid, sub.mchid);
    if (sub.sub_appid !== undefined) requireBoundAppid(onboarded.appids, sub.sub_appid, sub.sub_mchid);
  }
  return {
    outTradeNo: sub.out_trade_no,
    payeeMchid: sub.sub_mchid ?? sub.mchid,
    mchid: sub.mchid,
    ...(sub.sub_mchid !== undefined && { subMchid: sub.sub_mchid }),
    ...(sub.sub_appid !== undefined && { subAppid: sub.sub_appid }),
    description: sub.description,
    attach: sub.attach,
    amountFen: sub.amount.total_amount,
    profitSharing: sub.settle_info?.profit_sharing ?? sub.profit_sharing ?? false,
  };
}

function payerOf(request: CombineRequest, tradeType: TradeType): Payment['payer'] {
  const { openid, sub_openid } = request.combine_payer_info ?? {};
  if (tradeType === 'JSAPI' && openid === undefined && sub_openid === undefined) {
    const detail = {
      field: '/combine_payer_info/openid',
      value: null,
      issue: '此字段为必填项',
      location: 'body',
    };
    const message =
      '输入源“/body/combine_payer_info/openid”映射到字段“用户标识”必填性规则校验失败，此字段为必填项';
    throw paramError(message, detail, { internalCode: internalCodes.openidMissing });
  }
  return {
    ...(openid !== undefined && { openid }),
    ...(sub_openid !== undefined && { subOpenid: sub_openid }),
  };
}

function requireDistinct(request: CombineRequest): void {
  const numbers = request.sub_orders.map((sub) => `${sub.mchid}/${sub.out_trade_no}`);
  const repeated = numbers.findIndex((number, index) => numbers.indexOf(number) !== index);
  if (repeated < 0) return;
  throw new ApiProblem(403, 'OUT_TRADE_NO_USED', '商户订单号重复', {
    explanation: {
      en: `sub_orders[${repeated}] repeats ${numbers[repeated]}`,
      zh: `sub_orders[${repeated}] 与前面的子单重复：${numbers[repeated]}`,
    },
  });
}

function byNo(context: ApiContext): Payment {
  const { combine_out_trade_no } = checkFields(combineNoParam, context.params, { location: 'uri_template' });
  const store = new OrderStore(context.state);
  const payment = store.payment(context.merchant.mchid, String(combine_out_trade_no), true);
  if (!payment) throw orderNotFound();
  store.settle(payment, context.nowMs);
  return payment;
}

/** A combined payment is closed as a whole: the number and sub-orders must match the order. */
function closeAll(context: ApiContext): void {
  const request = checkFields(combineClose(context.merchant.kind), context.body, {
    location: 'body',
  }) as unknown as Pick<CombineRequest, 'combine_appid' | 'sub_orders'>;
  const payment = byNo(context);
  requireSame(payment, request);
  close(context, payment);
}

function requireSame(payment: Payment, request: Pick<CombineRequest, 'combine_appid' | 'sub_orders'>): void {
  const wanted = payment.orders.map((order) => key(order.mchid, order.outTradeNo, order.subMchid)).sort();
  const given = request.sub_orders.map((sub) => key(sub.mchid, sub.out_trade_no, sub.sub_mchid)).sort();
  if (request.combine_appid === payment.appid && wanted.join() === given.join()) return;
  throw new ApiProblem(400, 'INVALID_REQUEST', '请求关单的子单信息与下单时的子单信息不一致', {
    internalCode: internalCodes.otherParameters,
    explanation: {
      en: `ordered: ${payment.appid} ${wanted.join(', ')}; to be closed: ${request.combine_appid} ${given.join(', ')}`,
      zh: `下单时：${payment.appid} ${wanted.join('、')}；关单请求：${request.combine_appid} ${given.join('、')}`,
    },
  });
}

function key(mchid: string, outTradeNo: string, subMchid: string | undefined): string {
  return `${mchid}/${outTradeNo}/${subMchid ?? ''}`;
}

/** 合单支付: doc/v3/merchant/4012556926, doc/v3/partner/4012757938 and 4012760633. */
export const combineEndpoints: readonly Endpoint[] = [
  ...prepayEndpoints({ path: '/v3/combine-transactions/', name: '合单' }, accountKinds, prepay),
  {
    name: '合单查询订单',
    method: 'GET',
    path: '/v3/combine-transactions/out-trade-no/{combine_out_trade_no}',
    bodyKind: 'none',
    roles: accountKinds,
    handle: (context) => ({ body: combinedView(byNo(context)) }),
  },
  {
    name: '合单关闭订单',
    method: 'POST',
    path: '/v3/combine-transactions/out-trade-no/{combine_out_trade_no}/close',
    bodyKind: 'json',
    roles: accountKinds,
    handle: (context) => {
      closeAll(context);
      return {};
    },
  },
];
