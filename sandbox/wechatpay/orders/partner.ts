import { type ApiContext, checkFields, type Endpoint, internalCodes, paramError } from '../context.ts';
import { close } from './close.ts';
import { OrderStore } from './order-store.ts';
import { place } from './place.ts';
import { expiryOf, orderNotFound, requireBoundAppid, requireOwnMchid, requireSubMerchant } from './rules.ts';
import { outTradeNoParam, partnerCaller, partnerPrepay, transactionIdParam } from './schemas.ts';
import type { Payment } from './types.ts';
import { transactionView } from './views.ts';
import { type PaymentWay, prepayEndpoints } from './ways.ts';

interface PartnerRequest {
  sp_appid: string;
  sp_mchid: string;
  sub_appid?: string;
  sub_mchid: string;
  description: string;
  attach?: string;
  out_trade_no: string;
  amount: { total: number };
  time_expire?: string;
  notify_url: string;
  payer?: { sp_openid?: string; sub_openid?: string };
  settle_info?: { profit_sharing?: boolean };
  scene_info?: { device_id?: string };
}

function prepay(context: ApiContext, { tradeType }: PaymentWay): Payment {
  const { merchant } = context;
  const request = checkFields(partnerPrepay(merchant.kind, tradeType), context.body, {
    location: 'body',
    decrypt: context.decrypt,
  }) as unknown as PartnerRequest;
  requireOwnMchid(context, request.sp_mchid, 'body', 'sp_mchid');
  if (tradeType === 'JSAPI') requirePayer(request);
  requireBoundAppid(merchant.appids, request.sp_appid, merchant.mchid);
  const sub = requireSubMerchant(context, request.sub_mchid, merchant.mchid);
  if (request.sub_appid !== undefined) requireBoundAppid(sub.appids, request.sub_appid, sub.mchid);
  const { expiresAtMs, closesAtMs } = expiryOf(context, request.time_expire, context.nowMs);
  const { sp_openid: spOpenid, sub_openid: subOpenid } = request.payer ?? {};
  const deviceId = request.scene_info?.device_id;
  return place(context, {
    paymentNo: request.out_trade_no,
    kind: 'partner',
    mchid: merchant.mchid,
    appid: request.sp_appid,
    payAppid: subOpenid === undefined ? request.sp_appid : request.sub_appid!,
    tradeType,
    payer: { ...(spOpenid !== undefined && { spOpenid }), ...(subOpenid !== undefined && { subOpenid }) },
    notifyUrl: request.notify_url,
    ...(deviceId !== undefined && { deviceId }),
    expiry: () => ({ expiresAtMs, closesAtMs }),
    orders: [
      {
        outTradeNo: request.out_trade_no,
        payeeMchid: request.sub_mchid,
        mchid: merchant.mchid,
        subMchid: request.sub_mchid,
        ...(request.sub_appid !== undefined && { subAppid: request.sub_appid }),
        description: request.description,
        ...(request.attach !== undefined && { attach: request.attach }),
        amountFen: request.amount.total,
        profitSharing: request.settle_info?.profit_sharing === true,
      },
    ],
  });
}

function requirePayer(request: PartnerRequest): void {
  const { sp_openid, sub_openid } = request.payer!;
  const detail = (name: string, issue: string) => ({ field: name, value: null, issue, location: 'body' });
  if ((sp_openid === undefined) === (sub_openid === undefined)) {
    const message = 'sp_openid和sub_openid必须二选一传入';
    const issue = sp_openid === undefined ? 'neither was given' : 'both were given';
    throw paramError(message, detail('/payer', issue), { internalCode: internalCodes.openidMissing });
  }
  if (sub_openid !== undefined && request.sub_appid === undefined) {
    const message = '传入sub_openid时，sub_appid必填';
    throw paramError(message, detail('/sub_appid', 'required with sub_openid'));
  }
}

function requireCaller(context: ApiContext, location: 'body' | 'query'): string {
  const values = location === 'body' ? context.body : context.query;
  const { sp_mchid, sub_mchid } = checkFields(partnerCaller, values, { location });
  requireOwnMchid(context, sp_mchid, location, 'sp_mchid');
  return String(sub_mchid);
}

function byOutTradeNo(context: ApiContext, location: 'body' | 'query'): Payment {
  const { out_trade_no } = checkFields(outTradeNoParam, context.params, { location: 'uri_template' });
  const subMchid = requireCaller(context, location);
  const payment = new OrderStore(context.state).payment(context.merchant.mchid, String(out_trade_no), false);
  if (!payment || payment.orders[0]!.subMchid !== subMchid) throw orderNotFound();
  return payment;
}

function byTransactionId(context: ApiContext): Payment {
  const { transaction_id } = checkFields(transactionIdParam, context.params, { location: 'uri_template' });
  const subMchid = requireCaller(context, 'query');
  const payment = new OrderStore(context.state).byTransactionId(String(transaction_id));
  const own = payment?.kind === 'partner' && payment.mchid === context.merchant.mchid;
  if (own && payment.orders[0]!.subMchid === subMchid) return payment;
  throw orderNotFound();
}

function view(context: ApiContext, payment: Payment) {
  new OrderStore(context.state).settle(payment, context.nowMs);
  return { body: transactionView(payment) };
}

const roles = ['partner', 'ecommerce'] as const;

/** 服务商/收付通 JSAPI支付: doc/v3/partner/4012523593 and the pages beside it. */
export const partnerEndpoints: readonly Endpoint[] = [
  ...prepayEndpoints({ path: '/v3/pay/partner/transactions/', name: '服务商' }, roles, prepay),
  {
    name: '服务商商户订单号查询订单',
    method: 'GET',
    path: '/v3/pay/partner/transactions/out-trade-no/{out_trade_no}',
    bodyKind: 'none',
    roles,
    handle: (context) => view(context, byOutTradeNo(context, 'query')),
  },
  {
    name: '服务商微信支付订单号查询订单',
    method: 'GET',
    path: '/v3/pay/partner/transactions/id/{transaction_id}',
    bodyKind: 'none',
    roles,
    handle: (context) => view(context, byTransactionId(context)),
  },
  {
    name: '服务商关闭订单',
    method: 'POST',
    path: '/v3/pay/partner/transactions/out-trade-no/{out_trade_no}/close',
    bodyKind: 'json',
    roles,
    handle: (context) => {
      close(context, byOutTradeNo(context, 'body'));
      return {};
    },
  },
];
