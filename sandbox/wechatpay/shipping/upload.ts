/**
 * 发货信息录入 and 发货信息合单录入.
 * https://developers.weixin.qq.com/miniprogram/dev/server/API/order_shipping/api_uploadshippinginfo.html
 */
import type { SimulatorContext } from '../context.ts';
import { payerOf } from '../orders/types.ts';
import { parseRfc3339 } from '../state/time.ts';
import { booleanAt, type Json, listAt, numberAt, objectAt, optionalObject, textAt } from './fields.ts';
import { type Found, findByKey, orderStateOf } from './find.ts';
import { WeixinProblem } from './problem.ts';
import { completeShipment } from './receipt.ts';
import { type ParcelInfo, type Shipping, shippingsOf } from './types.ts';

interface Upload {
  readonly logisticsType: number;
  readonly deliveryMode: number;
  readonly finished: boolean;
  readonly parcels: readonly ParcelInfo[];
  readonly uploadTimeMs: number;
}

export function uploadShipping(context: SimulatorContext, appid: string, body: Json): object {
  const key = objectAt(body, 'order_key');
  const uploadTimeMs = uploadTimeOf(body);
  const openid = textAt(objectAt(body, 'payer'), 'openid');
  const upload = readUpload(body, uploadTimeMs);
  const found = findByKey(context, appid, key);
  check(context, found, upload, openid);
  apply(context, found, upload);
  return {};
}

/** All sub-orders or none. */
export function uploadCombined(context: SimulatorContext, appid: string, body: Json): object {
  const key = objectAt(body, 'order_key');
  const uploadTimeMs = uploadTimeOf(body);
  const openid = textAt(objectAt(body, 'payer'), 'openid');
  const given = listAt(body, 'sub_orders').map((each) => ({
    key: objectAt(each, 'order_key'),
    upload: readUpload(each, uploadTimeMs),
  }));
  const number = textAt(key, 'out_trade_no') || textAt(key, 'transaction_id');
  const parts = given.map(({ key: own, upload }) => ({ found: findByKey(context, appid, own), upload }));
  for (const { found, upload } of parts) {
    const { payment } = found;
    if (payment.kind !== 'combine' || ![payment.paymentNo, payment.combineTransactionId].includes(number)) {
      throw new WeixinProblem(10060001, {
        en: `the sub-order is not part of the combined payment ${number}`,
        zh: `该子单不属于合单支付 ${number}`,
      });
    }
    check(context, found, upload, openid);
  }
  for (const { found, upload } of parts) apply(context, found, upload);
  return {};
}

/** RFC 3339; the page's example has milliseconds, and whole seconds are accepted too. */
function uploadTimeOf(body: Json): number {
  const uploadTimeMs = parseRfc3339(textAt(body, 'upload_time'));
  if (uploadTimeMs === undefined) throw new WeixinProblem(268485216);
  return uploadTimeMs;
}

function readUpload(from: Json, uploadTimeMs: number): Upload {
  const logisticsType = numberAt(from, 'logistics_type') ?? 0;
  const deliveryMode = numberAt(from, 'delivery_mode') ?? 0;
  const isAllDelivered = booleanAt(from, 'is_all_delivered');
  const list = listAt(from, 'shipping_list');
  if (![1, 2, 3, 4].includes(logisticsType)) throw new WeixinProblem(10060005);
  if (deliveryMode !== 1 && deliveryMode !== 2) throw new WeixinProblem(268485224);
  if (deliveryMode === 1 && list.length !== 1) throw new WeixinProblem(268485228);
  if (deliveryMode === 2 && logisticsType !== 1) throw new WeixinProblem(10060006);
  if (deliveryMode === 2 && isAllDelivered === undefined) throw new WeixinProblem(10060007);
  if (list.length > 15) throw new WeixinProblem(10060024);
  return {
    logisticsType,
    deliveryMode,
    finished: deliveryMode === 1 || isAllDelivered === true,
    parcels: list.map((each) => readParcel(each, logisticsType, uploadTimeMs)),
    uploadTimeMs,
  };
}

/** Counted in characters: "限120个字以内". */
function readParcel(from: Json, logisticsType: number, uploadedAtMs: number): ParcelInfo {
  const contact = optionalObject(from, 'contact');
  const parcel = {
    trackingNo: textAt(from, 'tracking_no'),
    expressCompany: textAt(from, 'express_company'),
    itemDesc: textAt(from, 'item_desc'),
    consignorContact: textAt(contact, 'consignor_contact'),
    receiverContact: textAt(contact, 'receiver_contact'),
    uploadedAtMs,
  };
  if (parcel.itemDesc === '') throw new WeixinProblem(10060008);
  if ([...parcel.itemDesc].length > 120) throw new WeixinProblem(10060009);
  if (parcel.trackingNo.length > 128) throw new WeixinProblem(10060026);
  if (parcel.expressCompany.length > 128) throw new WeixinProblem(10060025);
  if (logisticsType === 1) checkExpress(parcel);
  return parcel;
}

function checkExpress(parcel: ParcelInfo): void {
  const { trackingNo, expressCompany, consignorContact, receiverContact } = parcel;
  if (trackingNo === '') throw new WeixinProblem(268485226);
  if (expressCompany === '') throw new WeixinProblem(268485227);
  if (expressCompany === 'SF' && consignorContact === '' && receiverContact === '') {
    throw new WeixinProblem(10060014, {
      en: 'SF needs a contact, masked but for its last four digits',
      zh: '顺丰须填写联系方式，掩码后只保留最后四位数字',
    });
  }
  for (const contact of [consignorContact, receiverContact]) {
    if (contact !== '' && !/\*.*\d{4}$/.test(contact)) {
      throw new WeixinProblem(10060014, {
        en: 'a contact is masked, and its last four digits are in clear',
        zh: '联系方式须掩码，最后四位数字不掩码',
      });
    }
  }
}

/** Whether the order still accepts this upload; nothing is changed. */
function check(context: SimulatorContext, found: Found, upload: Upload, openid: string): void {
  const { payment, shipping } = found;
  if (openid !== payerOf(payment)) throw new WeixinProblem(10060031);
  if (![1, 2].includes(orderStateOf(found, context.clock.now()))) throw new WeixinProblem(10060004);
  if (!shipping) return;
  if (isSame(shipping, upload) || upload.uploadTimeMs <= shipping.uploadTimeMs) {
    throw new WeixinProblem(10060023, {
      en: 'the same as before, or an upload_time that is not later than the last',
      zh: '与上次的发货信息相同，或 upload_time 不晚于上次',
    });
  }
  if (shipping.finished && !upload.finished) throw new WeixinProblem(10060002);
  const used = shipping.finishedCount >= 2 || shipping.changedMode;
  if (used && (shipping.finished || changesMode(shipping, upload))) throw new WeixinProblem(10060003);
}

function isSame(shipping: Shipping, upload: Upload): boolean {
  const keyOf = ({ parcels, logisticsType, deliveryMode, finished }: Shipping | Upload) =>
    JSON.stringify([
      logisticsType,
      deliveryMode,
      finished,
      parcels.map(({ uploadedAtMs: _, ...parcel }) => parcel),
    ]);
  return keyOf(shipping) === keyOf(upload);
}

function changesMode(shipping: Shipping, upload: Upload): boolean {
  return shipping.logisticsType !== upload.logisticsType || shipping.deliveryMode !== upload.deliveryMode;
}

/** The given list replaces the previous one. */
function apply(context: SimulatorContext, found: Found, upload: Upload): void {
  const { shipping: before, order } = found;
  const { parcels, ...rest } = upload;
  const shipping: Shipping = {
    ...before,
    transactionId: order.transactionId,
    ...rest,
    parcels: [...parcels],
    finishedCount: (before?.finishedCount ?? 0) + (upload.finished ? 1 : 0),
    changedMode:
      before?.changedMode === true ||
      (before !== undefined && !before.finished && changesMode(before, upload)),
  };
  shippingsOf(context.state).set(order.transactionId, shipping);
  if (upload.finished) completeShipment(context, { ...found, shipping });
  const data = { change: upload.finished ? 'shipped' : 'partly shipped', outTradeNo: order.outTradeNo };
  context.bus.publish('shipping', data, found.payment.paymentNo);
}
