import { type ApiContext, ApiProblem, checkFields, type Endpoint } from '../context.ts';
import { pay } from '../payer/pay.ts';
import { takePaymentCode } from '../payer/payment-codes.ts';
import { codePayFields, reverseFields } from './code-schemas.ts';
import { OrderStore } from './order-store.ts';
import { place } from './place.ts';
import { reverse } from './reverse.ts';
import { expiryOf, orderNotFound, requireBoundAppid, requireOwnMchid, requireSubMerchant } from './rules.ts';
import { outTradeNoParam } from './schemas.ts';
import type { Payment } from './types.ts';
import { transactionView } from './views.ts';

interface CodePayRequest {
  appid?: string;
  mchid?: string;
  sp_appid?: string;
  sp_mchid?: string;
  sub_appid?: string;
  sub_mchid?: string;
  description: string;
  out_trade_no: string;
  attach?: string;
  payer: { auth_code: string };
  amount: { total: number };
  scene_info: { device_id?: string };
  settle_info?: { profit_sharing?: boolean };
}

/**
 * Above this amount the payer must always enter a password: pay.weixin.qq.com/wiki/doc/api/micropay.php?chapter=5_1.
 */
const passwordFromFen = 100_000;

/** 付款码支付: paid at once, or after the payer enters a password. No callback follows: the request names no notify_url. */
function codePay(context: ApiContext, kind: 'direct' | 'partner') {
  const request = checkFields(codePayFields[kind], context.body, {
    location: 'body',
  }) as unknown as CodePayRequest;
  const payment = placeForCode(context, kind, request);
  const [order] = payment.orders as [Payment['orders'][number]];
  if (order.state === 'NOTPAY') {
    const { openid, password } = takePaymentCode(context, request.payer.auth_code);
    payment.payer = kind === 'partner' ? { spOpenid: openid } : { openid };
    if (password || order.amountFen > passwordFromFen) order.state = 'USERPAYING';
    else pay(context, payment, { openid });
  }
  if (order.state === 'USERPAYING') {
    throw new ApiProblem(400, 'USERPAYING', '需要用户输入支付密码', {
      explanation: {
        en: 'the payer must give a password: query the order until it is paid, or reverse it',
        zh: '用户须输入支付密码：请查询订单直到支付成功，或撤销订单',
      },
    });
  }
  return { body: transactionView(payment) };
}

function placeForCode(context: ApiContext, kind: 'direct' | 'partner', request: CodePayRequest): Payment {
  const { merchant } = context;
  const partner = kind === 'partner';
  requireOwnMchid(
    context,
    partner ? request.sp_mchid : request.mchid,
    'body',
    partner ? 'sp_mchid' : 'mchid',
  );
  const appid = (partner ? request.sp_appid : request.appid) ?? merchant.appids[0]!;
  requireBoundAppid(merchant.appids, appid, merchant.mchid);
  const subMchid = request.sub_mchid;
  const sub = subMchid === undefined ? undefined : requireSubMerchant(context, subMchid, merchant.mchid);
  if (sub && request.sub_appid !== undefined) requireBoundAppid(sub.appids, request.sub_appid, sub.mchid);
  const deviceId = request.scene_info.device_id;
  return place(context, {
    paymentNo: request.out_trade_no,
    kind,
    mchid: merchant.mchid,
    appid,
    payAppid: appid,
    tradeType: 'MICROPAY',
    payer: {},
    notifyUrl: '',
    ...(deviceId !== undefined && { deviceId }),
    expiry: () => expiryOf(context, undefined, context.nowMs),
    orders: [
      {
        outTradeNo: request.out_trade_no,
        payeeMchid: subMchid ?? merchant.mchid,
        mchid: merchant.mchid,
        ...(subMchid !== undefined && { subMchid }),
        ...(request.sub_appid !== undefined && { subAppid: request.sub_appid }),
        description: request.description,
        ...(request.attach !== undefined && { attach: request.attach }),
        amountFen: request.amount.total,
        profitSharing: request.settle_info?.profit_sharing === true,
      },
    ],
  });
}

function reverseByNo(context: ApiContext, kind: 'direct' | 'partner') {
  const { out_trade_no } = checkFields(outTradeNoParam, context.params, { location: 'uri_template' });
  const parties = checkFields(reverseFields[kind], context.body, { location: 'body' });
  const name = kind === 'direct' ? 'mchid' : 'sp_mchid';
  requireOwnMchid(context, parties[name], 'body', name);
  const payment = new OrderStore(context.state).payment(context.merchant.mchid, String(out_trade_no), false);
  if (!payment || payment.orders[0]!.subMchid !== parties.sub_mchid) throw orderNotFound();
  context.subject.outTradeNo = payment.paymentNo;
  reverse(context, payment);
  return { body: { ...parties, out_trade_no } };
}

const families = [
  { kind: 'direct', label: '', path: '/v3/pay/transactions', roles: ['direct'] },
  { kind: 'partner', label: '服务商', path: '/v3/pay/partner/transactions', roles: ['partner', 'ecommerce'] },
] as const;

/** doc/v3/merchant/4012382150; of providers docs/partner/apis/partner-code-payment-v3. */
export const codePayEndpoints: readonly Endpoint[] = families.flatMap(
  ({ kind, label, path, roles }): Endpoint[] => [
    {
      name: `${label}付款码支付`,
      method: 'POST',
      path: `${path}/codepay`,
      bodyKind: 'json',
      roles,
      handle: (context) => codePay(context, kind),
    },
    {
      name: `${label}撤销订单`,
      method: 'POST',
      path: `${path}/out-trade-no/{out_trade_no}/reverse`,
      bodyKind: 'json',
      roles,
      handle: (context) => reverseByNo(context, kind),
    },
  ],
);
