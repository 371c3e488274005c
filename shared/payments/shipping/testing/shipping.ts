import {
  type WeixinAnswer,
  type WeixinApiName,
  WeixinError,
  type WeixinErrorKind,
} from '../../../core/weixin-api.ts';
import type { OrderRecord } from '../../orders/records.ts';
import { scriptedShop } from '../../testing/scripted-shop.ts';
import type { ShippingPorts } from '../ports.ts';
import { type ShipmentRecord, shipmentsCollection } from '../records.ts';

type Fields = Readonly<Record<string, unknown>>;

export const hourMs = 3_600_000;
export const parcel = { company: 'ZTO', trackingNo: '75', itemDesc: '龙井' };

/** What get_order says of an order of which WeChat knows {@link parcel}. */
export const orderThere = (order_state: number, changes: object = {}): WeixinAnswer => ({
  order: {
    order_state,
    shipping: {
      ...{ logistics_type: 1, finish_shipping: true },
      shipping_list: [{ tracking_no: '75', express_company: 'ZTO', goods_desc: '龙井' }],
      ...changes,
    },
  },
});
export const nothingThere = orderThere(1, { finish_shipping: false, shipping_list: [] });

/** Throws what WeChat refuses, or what keeps its answer from arriving. */
export const fails =
  (kind: WeixinErrorKind, errcode?: number, message = 'errmsg') =>
  (): never => {
    throw new WeixinError(kind, errcode, message);
  };

/** A shop with the paid order T1 and a WeChat that accepts everything, unless a test says what it answers. */
export function shipping(orderChanges: Partial<OrderRecord> = {}) {
  const shop = scriptedShop();
  shop.putOrder(orderChanges);
  const calls: { api: WeixinApiName; body: Fields }[] = [];
  const answers: Partial<Record<WeixinApiName, (body: Fields) => WeixinAnswer>> = {
    getOrder: () => orderThere(2),
  };
  const call = async (api: WeixinApiName, body: Fields) => {
    calls.push({ api, body });
    return answers[api]?.(body) ?? {};
  };
  const ports: ShippingPorts = { ...shop.ports, weixin: { call }, shippedTemplateId: undefined };
  return {
    shop,
    ports,
    /** Calls of WeChat's server API, in order. */
    calls,
    answers,
    called: (api: WeixinApiName) => calls.filter((each) => each.api === api).map(({ body }) => body),
    stored: () => shop.documents.peek<ShipmentRecord>(shipmentsCollection, 'T1')!,
    put(changes: Partial<ShipmentRecord> = {}): ShipmentRecord {
      const record = shipmentRecord({ nextAtMs: shop.nowMs, createdAtMs: shop.nowMs, ...changes });
      shop.documents.put(shipmentsCollection, record);
      return record;
    },
    /** As another instance would change it. */
    change(changes: Partial<ShipmentRecord>): void {
      const now = shop.documents.peek<ShipmentRecord>(shipmentsCollection, 'T1')!;
      shop.documents.put(shipmentsCollection, { ...now, version: now.version + 1, ...changes });
    },
  };
}

/** A shipment of one parcel by express that WeChat was not told about yet, without what the test names. */
export function shipmentRecord(changes: Partial<ShipmentRecord> = {}): ShipmentRecord {
  return {
    ...{ _id: 'T1', version: 1, paymentNo: 'T1', combined: false, mchid: '1900000001', openid: 'oPayer' },
    ...{ transactionId: '4200000001', logistics: 'express', parcels: [parcel], moreToCome: false },
    ...{ state: 'WAITING', reshipped: false, uncertain: false, uploadedAtMs: 0, attempts: 0 },
    ...{ nextAtMs: null, createdAtMs: 0, operatorOpenid: null, shippedAtMs: null, receivedAtMs: null },
    ...{ settledAtMs: null, remindOfMs: null, remindedAtMs: null, message: null, askedAtMs: 0 },
    failure: null,
    ...changes,
  };
}
