/**
 * Shipping information in WeChat's own fields.
 * https://developers.weixin.qq.com/miniprogram/dev/server/API/order_shipping/api_uploadshippinginfo.html
 */
import type { Logistics, NewParcel } from '../../contract/index.ts';
import type { WeixinApi } from '../../core/weixin-api.ts';
import type { ShipmentRecord } from './records.ts';

const logisticsTypes: Readonly<Record<Logistics, number>> = { express: 1, local: 2, virtual: 3, pickup: 4 };

/** order_state of get_order. */
export const orderStates = { toShip: 1, shipped: 2, received: 3, done: 4, refunded: 5, toSettle: 6 } as const;

/** What get_order says of an order. */
export interface ShippingStatus {
  readonly orderState: number;
  readonly logisticsType: number | undefined;
  readonly finished: boolean;
  readonly parcels: readonly {
    readonly trackingNo: string;
    readonly company: string;
    readonly desc: string;
  }[];
}

/** Tells WeChat about all parcels so far. @throws WeixinError */
export async function uploadShipping(weixin: WeixinApi, shipment: ShipmentRecord): Promise<void> {
  const { openid } = shipment;
  const upload_time = rfc3339Beijing(shipment.uploadedAtMs);
  const payer = { openid };
  const what = {
    order_key: orderKey(shipment, shipment._id),
    logistics_type: logisticsTypes[shipment.logistics],
    // Several parcels must be announced with the first one: changing the mode counts as a re-shipment.
    delivery_mode: isSplit(shipment) ? 2 : 1,
    ...(isSplit(shipment) && { is_all_delivered: !shipment.moreToCome }),
    shipping_list: shipment.parcels.map(parcelOf),
  };
  if (!shipment.combined) {
    await weixin.call('uploadShippingInfo', { ...what, upload_time, payer });
    return;
  }
  const order_key = orderKey(shipment, shipment.paymentNo);
  await weixin.call('uploadCombinedShippingInfo', { order_key, sub_orders: [what], upload_time, payer });
}

function isSplit({ parcels, moreToCome }: ShipmentRecord): boolean {
  return parcels.length > 1 || moreToCome;
}

/** WeChat Pay gives us no transaction_id for a combined payment, so both kinds are identified by our numbers. */
function orderKey({ combined, mchid, transactionId }: ShipmentRecord, outTradeNo: string) {
  return combined
    ? { order_number_type: 1, mchid, out_trade_no: outTradeNo }
    : { order_number_type: 2, transaction_id: transactionId };
}

function parcelOf({ trackingNo, company, itemDesc, receiverContact, consignorContact }: NewParcel) {
  const contact = {
    ...(consignorContact !== undefined && { consignor_contact: consignorContact }),
    ...(receiverContact !== undefined && { receiver_contact: receiverContact }),
  };
  return {
    ...(trackingNo !== undefined && { tracking_no: trackingNo }),
    ...(company !== undefined && { express_company: company }),
    item_desc: itemDesc,
    ...(Object.keys(contact).length > 0 && { contact }),
  };
}

/** …/api_getorder.html @throws WeixinError refused with 10060001 when WeChat knows no such payment */
export async function queryShipping(
  weixin: WeixinApi,
  { transactionId }: Pick<ShipmentRecord, 'transactionId'>,
): Promise<ShippingStatus> {
  const { order } = await weixin.call('getOrder', { transaction_id: transactionId });
  const { order_state: orderState, shipping } = recordOf(order);
  const { logistics_type: type, finish_shipping: finished, shipping_list: list } = recordOf(shipping);
  return {
    orderState: typeof orderState === 'number' ? orderState : 0,
    logisticsType: typeof type === 'number' ? type : undefined,
    finished: finished === true,
    parcels: (Array.isArray(list) ? list : []).map((each) => {
      const { tracking_no, express_company, goods_desc } = recordOf(each);
      return { trackingNo: textOf(tracking_no), company: textOf(express_company), desc: textOf(goods_desc) };
    }),
  };
}

/**
 * Whether WeChat already knows what the record holds. Parcels are matched by tracking number, others by description.
 */
export function isKnownThere(shipment: ShipmentRecord, status: ShippingStatus): boolean {
  if (status.logisticsType !== logisticsTypes[shipment.logistics]) return false;
  if (status.finished === shipment.moreToCome) return false;
  const keyOf = (company: string, trackingNo: string, desc: string) =>
    shipment.logistics === 'express' ? `${company}/${trackingNo}` : desc;
  const there = new Set(status.parcels.map((each) => keyOf(each.company, each.trackingNo, each.desc)));
  const ours = shipment.parcels.map(({ company = '', trackingNo = '', itemDesc }) =>
    keyOf(company, trackingNo, itemDesc),
  );
  return there.size === new Set(ours).size && ours.every((key) => there.has(key));
}

/** …/api_notifyconfirmreceive.html: once per order. @throws WeixinError */
export async function remindOfReceipt(
  weixin: WeixinApi,
  transactionId: string,
  deliveredAtMs: number,
): Promise<void> {
  const received_time = Math.floor(deliveredAtMs / 1000);
  await weixin.call('notifyConfirmReceive', { transaction_id: transactionId, received_time });
}

/** Treats anything that is not an object as empty. */
function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

const beijingOffsetMs = 8 * 3_600_000;

/** RFC 3339 in Beijing time with milliseconds, as the page writes it: `2022-12-15T13:29:35.120+08:00`. */
function rfc3339Beijing(epochMs: number): string {
  return new Date(epochMs + beijingOffsetMs).toISOString().replace('Z', '+08:00');
}
