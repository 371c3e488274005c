/** An order's history: everything that is recorded about it, in the order in which it happened. */
import { maskId } from '../../shared/cloudbase/redact.ts';
import type { Document, Documents } from '../../shared/core/ports.ts';
import { movementsOf } from '../../shared/payments/ledger/ledger.ts';
import {
  type NotificationRecord,
  notificationsCollection,
} from '../../shared/payments/notifications/receive.ts';
import { type AnomalyRecord, anomaliesCollection } from '../../shared/payments/orders/anomalies.ts';
import { type OrderRecord, ordersCollection } from '../../shared/payments/orders/records.ts';
import { loadPayment } from '../../shared/payments/orders/store.ts';
import { type RefundRecord, refundsCollection } from '../../shared/payments/refunds/records.ts';
import { type ShipmentRecord, shipmentsCollection } from '../../shared/payments/shipping/records.ts';
import { Problem } from '../cloud/problem.ts';
import type { Text } from '../env/text.ts';
import { money } from './text.ts';

export interface Chapter {
  readonly atMs: number;
  readonly what: Text;
}

export interface Story {
  readonly order: OrderRecord | undefined;
  readonly happened: readonly Chapter[];
  /** What is still to come, by when. */
  readonly next: readonly Chapter[];
  readonly openAnomalies: number;
}

const limit = 100;

/** @throws Problem when nothing at all is recorded under the number */
export async function tellStory(data: Documents, outTradeNo: string): Promise<Story> {
  const find = <T extends Document>(collection: string, where: Record<string, string>) =>
    data.find<T>(collection, { where, limit });
  const [order, notifications, anomalies, refunds, movements, delivery, shipment] = await Promise.all([
    data.get<OrderRecord>(ordersCollection, outTradeNo),
    find<NotificationRecord>(notificationsCollection, { outTradeNos: outTradeNo }),
    find<AnomalyRecord>(anomaliesCollection, { outTradeNo }),
    find<RefundRecord>(refundsCollection, { outTradeNo }),
    movementsOf(data, outTradeNo),
    data.get<Document & { deliveredAtMs?: number }>('deliveries', outTradeNo),
    data.get<ShipmentRecord>(shipmentsCollection, outTradeNo),
  ]);
  if (!order && notifications.length === 0 && anomalies.length === 0) throw unknownOrder(outTradeNo);
  const prepaidAtMs = order && (await loadPayment(data, order.paymentNo))?.request.prepaidAtMs;
  const happened = [
    ...(order ? aboutOrder(order) : []),
    ...at(prepaidAtMs, '取得预支付单', 'prepay_id received'),
    ...notifications.flatMap((each) =>
      at(each.receivedAtMs, `收到回调 ${each.eventType}（${each.outcomes.join('、')}）`, 'callback'),
    ),
    ...movements.flatMap(({ atMs, kind, amountFen }) =>
      at(atMs, `${kind === 'PAYMENT' ? '入账' : '退款'} ${money(amountFen)}`, 'money moved'),
    ),
    ...refunds.flatMap(aboutRefund),
    ...(shipment ? aboutShipment(shipment) : []),
    ...anomalies.flatMap(aboutAnomaly),
    ...at(delivery?.deliveredAtMs, '示例发货函数记录了交付', 'the example fulfilment delivered'),
  ];
  return {
    order,
    happened: happened.sort((a, b) => a.atMs - b.atMs),
    next: order ? ahead(order).sort((a, b) => a.atMs - b.atMs) : [],
    openAnomalies: anomalies.filter(({ resolvedAtMs }) => !resolvedAtMs).length,
  };
}

function aboutOrder(order: OrderRecord): Chapter[] {
  const payer = maskId(order.openid);
  const seller = order.sellerName ? `，商家 ${order.sellerName}` : '';
  return [
    ...at(order.createdAtMs, `下单 ${money(order.amountFen)}，付款人 ${payer}${seller}`, 'order placed'),
    ...at(order.paidAtMs, `付款成功 ${order.transactionId ?? ''}`, 'paid'),
    ...at(order.fulfilledAtMs, `发货函数确认完成（第 ${order.fulfilAttempts} 次）`, 'fulfilment done'),
  ];
}

function aboutRefund(refund: RefundRecord): Chapter[] {
  const { _id, amountFen, requestedBy, state, failure, createdAtMs, endedAtMs } = refund;
  const reason = failure ? `：${failure.code} ${failure.message}` : '';
  return [
    ...at(createdAtMs, `申请退款 ${money(amountFen)}，${_id}，由 ${requestedBy}`, 'refund requested'),
    ...at(endedAtMs, `退款 ${_id} ${state}${reason}`, 'refund ended'),
  ];
}

function aboutShipment(shipment: ShipmentRecord): Chapter[] {
  const { logistics, parcels, state, failure, createdAtMs, remindedAtMs } = shipment;
  const numbers = parcels.flatMap(({ company, trackingNo }) =>
    trackingNo ? [`${company} ${trackingNo}`] : [],
  );
  const reason = failure ? `：${failure.code} ${failure.message}` : '';
  return [
    ...at(
      createdAtMs,
      `录入发货信息 ${[logistics, ...numbers].join('，')}，${state}${reason}`,
      'shipment recorded',
    ),
    ...at(shipment.shippedAtMs, '微信接受了发货信息', 'WeChat accepted the shipment'),
    ...at(remindedAtMs, '提醒买家确认收货', 'reminded of the receipt'),
    ...at(shipment.receivedAtMs, '已确认收货', 'receipt confirmed'),
    ...at(shipment.settledAtMs, '货款已结算', 'settled'),
  ];
}

function aboutAnomaly({ _id, kind, seenAtMs, resolvedAtMs, note }: AnomalyRecord): Chapter[] {
  return [
    ...at(seenAtMs, `异常 ${kind}（${_id.slice(0, 8)}）`, 'anomaly'),
    ...at(resolvedAtMs, `异常 ${_id.slice(0, 8)} 已处理：${note ?? ''}`, 'anomaly resolved'),
  ];
}

function ahead(order: OrderRecord): Chapter[] {
  return [
    ...at(order.checkAfterMs, '定时查单', 'the timer asks WeChat Pay'),
    ...at(
      order.fulfilment === 'PENDING' ? order.fulfilAfterMs : null,
      '再次调用发货函数',
      'fulfilment is tried again',
    ),
    ...at(
      order.paidAtMs === null && order.checkAfterMs !== null ? order.expiresAtMs : null,
      '未付款则关闭',
      'closed unless paid',
    ),
  ];
}

function at(atMs: number | null | undefined, zh: string, en: string): Chapter[] {
  return atMs ? [{ atMs, what: { zh, en } }] : [];
}

function unknownOrder(outTradeNo: string): Problem {
  return new Problem(
    'no-order',
    { zh: `没有订单 ${outTradeNo} 的任何记录。`, en: `Nothing is recorded about order ${outTradeNo}.` },
    {
      zh: '请核对商户订单号（out_trade_no，不是微信支付单号），以及 TCB_ENV_ID 是否是这个环境。',
      en: 'Check the out_trade_no (not the transaction id), and that TCB_ENV_ID names this environment.',
    },
  );
}
