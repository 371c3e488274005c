/**
 * Orders that are shipped late or not at all (特殊发货报备), and the page that WeChat's messages about shipments open. Both
 * are settings at WeChat, so a call without an answer is repeated as it is.
 */
import * as z from 'zod/mini';
import type {
  ShippingServiceAnswers,
  ShippingServiceRequest,
  SpecialShipping,
} from '../../contract/index.ts';
import { CommerceError } from '../../core/errors.ts';
import { documentId, parseInput, text } from '../../core/input.ts';
import { fieldError } from '../../core/messages.ts';
import { type WeixinApiName, WeixinError } from '../../core/weixin-api.ts';
import type { OrderRecord } from '../orders/records.ts';
import { changeOrder, loadOrder } from '../orders/store.ts';
import { isPaid } from '../orders/transitions.ts';
import { refundableFen } from '../refunds/reserve.ts';
import type { ShippingPorts } from './ports.ts';
import { loadShipment } from './records.ts';

const schema = z.discriminatedUnion('action', [
  z.strictObject({
    action: z.literal('reportSpecial'),
    outTradeNo: documentId,
    kind: z.enum(['presale', 'test']),
    shipsAtMs: z.optional(z.int().check(z.positive())),
  }),
  z.strictObject({
    action: z.literal('setMessagePath'),
    // A page without a leading slash, perhaps with a query. WeChat names no limit; this one is ours.
    path: text(/^([A-Za-z0-9_-]+(\/[A-Za-z0-9_-]+)*(\?[^#\s]+)?)?$/).check(z.maxLength(512)),
  }),
]);

type Report = Extract<ShippingServiceRequest, { action: 'reportSpecial' }>;

/** Whether it is one of these requests, well formed or not. */
export function isServiceRequest(event: unknown): boolean {
  const { action } = Object(event) as { action?: unknown };
  return action === 'reportSpecial' || action === 'setMessagePath';
}

/**
 * @throws CommerceError ORDER_NOT_FOUND, ORDER_NOT_PAID, SHIPMENT_INVALID, SHIPMENT_STATE, WECHATPAY_REFUSED,
 *   OUTCOME_UNKNOWN, CONFIG_INVALID, BUSY
 */
export async function serveService(
  ports: ShippingPorts,
  event: unknown,
): Promise<ShippingServiceAnswers[ShippingServiceRequest['action']]> {
  const request = parseInput(schema, event) as ShippingServiceRequest;
  return request.action === 'reportSpecial' ? reportSpecial(ports, request) : setPath(ports, request.path);
}

/** https://developers.weixin.qq.com/miniprogram/dev/server/API/order_shipping/api_opspecialorder: no cloud call. */
async function reportSpecial(
  ports: ShippingPorts,
  request: Report,
): Promise<ShippingServiceAnswers['reportSpecial']> {
  const { outTradeNo, kind } = request;
  const order = await loadOrder(ports.documents, outTradeNo);
  if (!order) throw new CommerceError('ORDER_NOT_FOUND');
  await requireUnshipped(ports, order);
  const delayTo = delayToOf(order, request);
  await call(ports, 'reportSpecialOrder', {
    order_id: order.transactionId,
    type: kind === 'presale' ? 1 : 2,
    ...(delayTo !== undefined && { delay_to: delayTo }),
  });
  const specialShipping: SpecialShipping = {
    kind,
    ...(delayTo !== undefined && { shipsAtMs: delayTo * 1000 }),
    reportedAtMs: ports.clock.nowMs(),
  };
  await changeOrder(ports.documents, outTradeNo, () => ({ specialShipping }), order);
  ports.log.info('shipping.special', { outTradeNo, kind });
  return { outTradeNo, specialShipping };
}

async function requireUnshipped(ports: ShippingPorts, order: OrderRecord): Promise<void> {
  if (!isPaid(order.state) || order.transactionId === null) throw new CommerceError('ORDER_NOT_PAID');
  if (refundableFen(order) <= 0) throw new CommerceError('SHIPMENT_STATE', { texts: texts.refunded });
  const shipment = await loadShipment(ports.documents, order._id);
  if (shipment && shipment.state !== 'REFUSED')
    throw new CommerceError('SHIPMENT_STATE', { texts: texts.shipped });
}

const dayMs = 86_400_000;
/** 预计发货时间必须在订单支付时间的15天后，不得超过330天 (the same page). */
const presaleDays = { least: 15, most: 330 };

/** @returns epoch seconds, as WeChat takes it; undefined for an order that is never shipped */
function delayToOf({ paidAtMs }: OrderRecord, { kind, shipsAtMs }: Report): number | undefined {
  if (kind === 'test') {
    if (shipsAtMs === undefined) return undefined;
    throw new CommerceError('SHIPMENT_INVALID', { fields: [fieldError('shipsAtMs', texts.noTime)] });
  }
  const seconds = Math.floor((shipsAtMs ?? 0) / 1000);
  const afterMs = seconds * 1000 - (paidAtMs ?? 0);
  if (afterMs >= presaleDays.least * dayMs && afterMs <= presaleDays.most * dayMs) return seconds;
  throw new CommerceError('SHIPMENT_INVALID', { fields: [fieldError('shipsAtMs', texts.time)] });
}

/** WeChat adds these to the path, so a path that has them already would say two things. */
const addedByWechat = ['transaction_id', 'merchant_id', 'merchant_trade_no', 'sub_merchant_id'];

/** https://developers.weixin.qq.com/miniprogram/dev/server/API/order_shipping/api_setmsgjumppath */
async function setPath(
  ports: ShippingPorts,
  path: string,
): Promise<ShippingServiceAnswers['setMessagePath']> {
  const query = new URLSearchParams(path.split('?')[1] ?? '');
  if (addedByWechat.some((name) => query.has(name)))
    throw new CommerceError('SHIPMENT_INVALID', { fields: [fieldError('path', texts.path)] });
  await call(ports, 'setMessagePath', { path });
  ports.log.info('shipping.message_path', { path });
  return { path };
}

async function call(ports: ShippingPorts, api: WeixinApiName, body: Record<string, unknown>): Promise<void> {
  try {
    await ports.weixin.call(api, body);
  } catch (error) {
    if (!(error instanceof WeixinError)) throw error;
    const { errcode, kind, advice } = error;
    ports.log[kind === 'fault' ? 'error' : 'warn']('shipping.not_accepted', { api, errcode, kind, advice });
    throw explained(error);
  }
}

/** Operators read this, so it names WeChat's code and, of a wrong configuration, what to do. */
function explained(cause: WeixinError): CommerceError {
  const { kind, errcode, advice, message } = cause;
  if (kind === 'later') return new CommerceError('BUSY', { cause });
  if (kind === 'unknown') return new CommerceError('OUTCOME_UNKNOWN', { cause, texts: texts.unknown });
  if (kind === 'fault')
    return new CommerceError('CONFIG_INVALID', { cause, texts: { zh: advice, en: advice } });
  if (errcode === 268546002) return new CommerceError('SHIPMENT_STATE', { cause, texts: texts.notToShip });
  return new CommerceError('WECHATPAY_REFUSED', {
    cause,
    texts: { zh: `微信未接受：${message}`, en: `WeChat refused it: ${message}` },
  });
}

const texts = {
  refunded: {
    zh: '订单已全额退款，不需要报备。',
    en: 'The order was refunded in full; there is nothing to report.',
  },
  shipped: {
    zh: '订单已录入发货信息，只有未发货的订单可以报备。',
    en: 'The order has shipping information already; only orders that are not shipped can be reported.',
  },
  noTime: {
    zh: '测试订单不需要发货，请去掉预计发货时间。',
    en: 'A test order is not shipped: leave out the expected time.',
  },
  time: {
    zh: '请填写预计发货时间，须在支付时间的 15 天之后、330 天之内。',
    en: 'Give the expected time of shipment: 15 to 330 days after the payment.',
  },
  path: {
    zh: `路径中不能有这些参数，微信会自己加上：${addedByWechat.join('、')}。`,
    en: `The path must not have these parameters, which WeChat adds itself: ${addedByWechat.join(', ')}.`,
  },
  unknown: {
    zh: '微信没有返回结果，可能已经生效；请稍后用相同内容再提交一次。',
    en: 'WeChat gave no answer; it may have taken effect. Send the same again in a moment.',
  },
  notToShip: {
    zh: '微信没有这个待发货的订单：刚支付的订单请稍后再试，已发货或已退款的不能报备（268546002）。',
    en: 'WeChat has no such order to be shipped: retry later if it was just paid; one that is shipped or refunded cannot be reported (268546002).',
  },
} as const;
