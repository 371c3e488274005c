/** Which payments the shipping service of a mini-program knows, and the state of each. */
import type { Text } from '../../text.ts';
import type { SimulatorContext } from '../context.ts';
import { OrderStore } from '../orders/order-store.ts';
import { type Order, type Payment, payerOf } from '../orders/types.ts';
import { type Json, numberAt, textAt } from './fields.ts';
import { WeixinProblem } from './problem.ts';
import { type Shipping, shippingSettings, shippingsOf } from './types.ts';

export interface Found {
  readonly payment: Payment;
  readonly order: Order & { transactionId: string };
  /** Undefined before the first upload. */
  readonly shipping: Shipping | undefined;
}

const unknownPayment = (explanation: Text) => new WeixinProblem(10060001, explanation);

/** By `order_key` of an upload. @throws WeixinProblem */
export function findByKey(context: SimulatorContext, appid: string, key: Json): Found {
  const type = numberAt(key, 'order_number_type');
  const transactionId = textAt(key, 'transaction_id');
  const mchid = textAt(key, 'mchid');
  const outTradeNo = textAt(key, 'out_trade_no');
  if (type === 2) {
    if (transactionId === '') throw new WeixinProblem(268485195);
    return byTransactionId(context, appid, transactionId);
  }
  if (type !== 1)
    throw new WeixinProblem(268485194, {
      en: `order_number_type ${type} is neither 1 nor 2`,
      zh: `order_number_type 为 ${type}，只能是 1 或 2`,
    });
  if (mchid === '') throw new WeixinProblem(268485196);
  if (outTradeNo === '') throw new WeixinProblem(268485197);
  return byTradeNo(context, appid, mchid, outTradeNo);
}

/** By the fields of get_order and notify_confirm_receive. @throws WeixinProblem */
export function findByNumbers(context: SimulatorContext, appid: string, body: Json): Found {
  const transactionId = textAt(body, 'transaction_id');
  if (transactionId !== '') return byTransactionId(context, appid, transactionId);
  const mchid = textAt(body, 'merchant_id');
  const outTradeNo = textAt(body, 'merchant_trade_no');
  if (mchid === '' || outTradeNo === '') {
    throw new WeixinProblem(10060014, {
      en: 'transaction_id, or merchant_id and merchant_trade_no, are needed',
      zh: '须填写 transaction_id，或 merchant_id 与 merchant_trade_no',
    });
  }
  return byTradeNo(context, appid, mchid, outTradeNo);
}

export function byTransactionId(context: SimulatorContext, appid: string, transactionId: string): Found {
  const found = new OrderStore(context.state).orderByTransactionId(transactionId);
  if (!found)
    throw unknownPayment({
      en: `no payment has the transaction_id ${transactionId}`,
      zh: `没有 transaction_id 为 ${transactionId} 的支付单`,
    });
  return known(context, appid, found.payment, found.order);
}

function byTradeNo(context: SimulatorContext, appid: string, mchid: string, outTradeNo: string): Found {
  const store = new OrderStore(context.state);
  // Observed in production: orders of a sub-merchant are found by either merchant number.
  const found =
    store.order(mchid, outTradeNo) ??
    [...context.state.merchants.keys()]
      .map((each) => store.order(each, outTradeNo))
      .find((each) => each?.order.subMchid === mchid);
  if (!found)
    throw unknownPayment({
      en: `${mchid} has no order ${outTradeNo}`,
      zh: `${mchid} 没有订单 ${outTradeNo}`,
    });
  return known(context, appid, found.payment, found.order);
}

function known(context: SimulatorContext, appid: string, payment: Payment, order: Order): Found {
  const { managed, knownAfterMs } = shippingSettings(context.state);
  const { transactionId } = order;
  if (!managed)
    throw unknownPayment({
      en: 'the mini-program has no shipping service (POST /_sandbox/shipping)',
      zh: '该小程序没有开通发货信息管理服务（POST /_sandbox/shipping）',
    });
  if (payment.payAppid !== appid)
    throw unknownPayment({
      en: `the payment belongs to ${payment.payAppid}, not ${appid}`,
      zh: `该支付单属于 ${payment.payAppid}，不属于 ${appid}`,
    });
  const age = context.clock.now() - (payment.paidAtMs ?? Number.POSITIVE_INFINITY);
  if (transactionId === undefined || age < knownAfterMs) {
    throw unknownPayment({
      en: 'it is not paid, or was paid so recently that the shipping service does not know it yet',
      zh: '该支付单没有支付，或刚刚支付，发货信息管理服务还查不到',
    });
  }
  const shipping = shippingsOf(context.state).get(transactionId);
  return { payment, order: { ...order, transactionId }, shipping };
}

/** Every payment that get_order_list has for a mini-program, the oldest first. */
export function allKnown(context: SimulatorContext, appid: string): Found[] {
  const payments = [...new OrderStore(context.state).payments()];
  return payments.flatMap((payment) =>
    payment.orders.flatMap((order) => {
      try {
        return [known(context, appid, payment, order)];
      } catch {
        return [];
      }
    }),
  );
}

/** order_state: (1) 待发货 (2) 已发货 (3) 确认收货 (4) 交易完成 (5) 已退款 (6) 资金待结算. */
export function orderStateOf({ order, shipping }: Found, nowMs: number): number {
  if (order.state === 'REFUND' && order.money?.refundedFen === order.amountFen) return 5;
  if (shipping?.settledAtMs !== undefined) return 4;
  if (shipping?.confirmedAtMs !== undefined) return nowMs - shipping.confirmedAtMs < 60_000 ? 3 : 6;
  return shipping?.finished ? 2 : 1;
}

const seconds = (epochMs: number | undefined) => (epochMs === undefined ? 0 : Math.floor(epochMs / 1000));

/** `order` of get_order. */
export function orderView(found: Found, nowMs: number): object {
  const { payment, order, shipping } = found;
  return {
    transaction_id: order.transactionId,
    merchant_id: order.mchid,
    sub_merchant_id: order.subMchid ?? '',
    merchant_trade_no: order.outTradeNo,
    description: shorten((shipping?.parcels ?? []).map(({ itemDesc }) => itemDesc).join(';')),
    paid_amount: order.amountFen,
    openid: payerOf(payment),
    trade_create_time: seconds(payment.createdAtMs),
    pay_time: seconds(payment.paidAtMs),
    order_state: orderStateOf(found, nowMs),
    in_complaint: false,
    shipping: shippingView(shipping),
  };
}

function shippingView(shipping: Shipping | undefined): object {
  if (!shipping) return {};
  return {
    delivery_mode: shipping.deliveryMode,
    logistics_type: shipping.logisticsType,
    finish_shipping: shipping.finished,
    goods_desc: '',
    finish_shipping_count: shipping.finishedCount,
    shipping_list: shipping.parcels.map((parcel) => ({
      tracking_no: parcel.trackingNo,
      express_company: parcel.expressCompany,
      goods_desc: parcel.itemDesc,
      upload_time: seconds(parcel.uploadedAtMs),
      contact: { consignor_contact: parcel.consignorContact, receiver_contact: parcel.receiverContact },
    })),
  };
}

function shorten(text: string): string {
  const characters = [...text];
  return characters.length > 120 ? `${characters.slice(0, 117).join('')}...` : text;
}
