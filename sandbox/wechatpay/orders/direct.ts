import { type ApiContext, checkFields, type Endpoint } from '../context.ts';
import { close } from './close.ts';
import { OrderStore } from './order-store.ts';
import { place } from './place.ts';
import { expiryOf, orderNotFound, requireBoundAppid, requireOwnMchid } from './rules.ts';
import { directCaller, directPrepay, outTradeNoParam, transactionIdParam } from './schemas.ts';
import type { Payment } from './types.ts';
import { transactionView } from './views.ts';
import { type PaymentWay, prepayEndpoints } from './ways.ts';

interface DirectRequest {
  appid: string;
  mchid: string;
  description: string;
  attach?: string;
  out_trade_no: string;
  amount: { total: number };
  time_expire?: string;
  notify_url: string;
  payer?: { openid?: string };
  settle_info?: { profit_sharing?: boolean };
  scene_info?: { device_id?: string };
}

function prepay(context: ApiContext, { tradeType }: PaymentWay): Payment {
  const { body, merchant } = context;
  const request = checkFields(directPrepay(tradeType), body, {
    location: 'body',
    decrypt: context.decrypt,
  }) as unknown as DirectRequest;
  requireOwnMchid(context, request.mchid, 'body', 'mchid');
  requireBoundAppid(merchant.appids, request.appid, merchant.mchid);
  const { expiresAtMs, closesAtMs } = expiryOf(context, request.time_expire, context.nowMs);
  const deviceId = request.scene_info?.device_id;
  return place(context, {
    paymentNo: request.out_trade_no,
    kind: 'direct',
    mchid: merchant.mchid,
    appid: request.appid,
    payAppid: request.appid,
    tradeType,
    payer: payerNamed(request.payer?.openid),
    notifyUrl: request.notify_url,
    ...(deviceId !== undefined && { deviceId }),
    expiry: () => ({ expiresAtMs, closesAtMs }),
    orders: [
      {
        outTradeNo: request.out_trade_no,
        payeeMchid: merchant.mchid,
        mchid: merchant.mchid,
        description: request.description,
        ...(request.attach !== undefined && { attach: request.attach }),
        amountFen: request.amount.total,
        profitSharing: request.settle_info?.profit_sharing === true,
      },
    ],
  });
}

const payerNamed = (openid: string | undefined): Payment['payer'] => (openid === undefined ? {} : { openid });

/** The caller's own order by its number, after the mchid in query or body was checked. */
function byOutTradeNo(context: ApiContext, location: 'body' | 'query'): Payment {
  const { out_trade_no } = checkFields(outTradeNoParam, context.params, { location: 'uri_template' });
  const values = location === 'body' ? context.body : context.query;
  const { mchid } = checkFields(directCaller, values, { location });
  requireOwnMchid(context, mchid, location, 'mchid');
  const payment = new OrderStore(context.state).payment(context.merchant.mchid, String(out_trade_no), false);
  if (!payment) throw orderNotFound();
  return payment;
}

function byTransactionId(context: ApiContext): Payment {
  const { transaction_id } = checkFields(transactionIdParam, context.params, { location: 'uri_template' });
  const { mchid } = checkFields(directCaller, context.query, { location: 'query' });
  requireOwnMchid(context, mchid, 'query', 'mchid');
  const payment = new OrderStore(context.state).byTransactionId(String(transaction_id));
  if (payment?.kind === 'direct' && payment.mchid === context.merchant.mchid) return payment;
  throw orderNotFound();
}

function view(context: ApiContext, payment: Payment) {
  new OrderStore(context.state).settle(payment, context.nowMs);
  return { body: transactionView(payment) };
}

/** 普通商户 JSAPI, Native, APP and H5: doc/v3/merchant/4012525182 and the pages beside it. */
export const directEndpoints: readonly Endpoint[] = [
  ...prepayEndpoints({ path: '/v3/pay/transactions/', name: '' }, ['direct'], prepay),
  {
    name: '商户订单号查询订单',
    method: 'GET',
    path: '/v3/pay/transactions/out-trade-no/{out_trade_no}',
    bodyKind: 'none',
    roles: ['direct'],
    handle: (context) => view(context, byOutTradeNo(context, 'query')),
  },
  {
    name: '微信支付订单号查询订单',
    method: 'GET',
    path: '/v3/pay/transactions/id/{transaction_id}',
    bodyKind: 'none',
    roles: ['direct'],
    handle: (context) => view(context, byTransactionId(context)),
  },
  {
    name: '关闭订单',
    method: 'POST',
    path: '/v3/pay/transactions/out-trade-no/{out_trade_no}/close',
    bodyKind: 'json',
    roles: ['direct'],
    handle: (context) => {
      close(context, byOutTradeNo(context, 'body'));
      return {};
    },
  },
];
