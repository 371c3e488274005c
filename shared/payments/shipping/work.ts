/**
 * One shipment, one step further. Each step is stored before the next one begins and is safe to repeat, so an instance
 * may die anywhere and the next one goes on from there.
 *
 * ```
 * WAITING ──upload accepted──▶ PARTIAL ──more parcels recorded──▶ WAITING
 *    │  ▲  └────────────────▶ SHIPPED ──get_order──▶ RECEIVED ──▶ SETTLED
 *    │  └─ other parcels, once ─┘  └──▶ REFUNDED
 *    └─ refused ─▶ REFUSED (an operator corrects it)
 * ```
 * `uncertain` is stored before an upload is sent, and cleared by an answer. While it is set, get_order is called first:
 * an upload that took effect must not be repeated, since a second one would be the only re-shipment there is.
 */
import { workThroughDue } from '../../core/due.ts';
import { exclusiveLeaseMs } from '../../core/lease.ts';
import { delayAfter } from '../../core/policy.ts';
import type { HasTime } from '../../core/ports.ts';
import { WeixinError } from '../../core/weixin-api.ts';
import { applyShippingStatus, markAccepted, showOnOrder } from './apply-status.ts';
import { sendShippedMessage } from './message.ts';
import type { ShippingPorts } from './ports.ts';
import { changeShipment, type ShipmentRecord, shipmentsCollection } from './records.ts';
import { isKnownThere, orderStates, queryShipping, remindOfReceipt, uploadShipping } from './wire.ts';

/**
 * How long a call may be in flight before another instance may make the next one. A payment can be shipped again once:
 * a second upload of the same parcels would use that up.
 */
const leaseMs = exclusiveLeaseMs;

/** WeChat knows no such payment: not yet, or never. */
const unknownPayment = 10060001;
/** Shipped already, no re-shipment left, not in a state to be shipped, nothing new: get_order says which. */
const askCodes: ReadonlySet<number> = new Set([10060002, 10060003, 10060004, 10060023]);
/** The reminder was used, or the order is not one to be reminded of. */
const noReminderCodes: ReadonlySet<number> = new Set([10060028, 10060029, 10060030, 10060032]);

/** Does what is due for a shipment. @returns the shipment as it is afterwards */
export async function workOnShipment(ports: ShippingPorts, known: ShipmentRecord): Promise<ShipmentRecord> {
  const nowMs = ports.clock.nowMs();
  const { doc: turn, changed } = await changeShipment(ports.documents, known, (current) =>
    current.nextAtMs === null || current.nextAtMs > nowMs ? undefined : { nextAtMs: nowMs + leaseMs },
  );
  if (!changed) return turn;
  try {
    if (turn.state === 'WAITING') return await upload(ports, turn);
    return await follow(ports, turn);
  } catch (error) {
    if (!(error instanceof WeixinError)) throw error;
    return later(ports, turn, error);
  }
}

async function upload(ports: ShippingPorts, known: ShipmentRecord): Promise<ShipmentRecord> {
  if (known.uncertain) {
    const found = await askWhetherKnown(ports, known);
    if (found) return found;
  }
  const nowMs = ports.clock.nowMs();
  const { doc: shipment, changed } = await changeShipment(ports.documents, known, (current) =>
    current.version === known.version
      ? { uncertain: true, uploadedAtMs: Math.max(nowMs, current.uploadedAtMs + 1) }
      : undefined,
  );
  // Other parcels were recorded meanwhile; the call that recorded them uploads them.
  if (!changed) return shipment;
  try {
    await uploadShipping(ports.weixin, shipment);
  } catch (error) {
    if (!(error instanceof WeixinError) || error.kind === 'unknown') throw error;
    return answered(ports, shipment, error);
  }
  return markAccepted(ports, shipment);
}

/** @returns undefined when WeChat does not know these parcels, so that they must be uploaded */
async function askWhetherKnown(
  ports: ShippingPorts,
  shipment: ShipmentRecord,
): Promise<ShipmentRecord | undefined> {
  try {
    const status = await queryShipping(ports.weixin, shipment);
    if (status.orderState === orderStates.refunded) return applyShippingStatus(ports, shipment, status);
    if (!isKnownThere(shipment, status)) return undefined;
    const accepted = await markAccepted(ports, shipment);
    return applyShippingStatus(ports, accepted, status);
  } catch (error) {
    if (error instanceof WeixinError && error.errcode === unknownPayment) return undefined;
    throw error;
  }
}

/** This upload was refused and had no effect, but an earlier one may have had. */
async function answered(
  ports: ShippingPorts,
  shipment: ShipmentRecord,
  refusal: WeixinError,
): Promise<ShipmentRecord> {
  const { errcode = 0, kind } = refusal;
  if (kind !== 'refused') return later(ports, shipment, refusal, { uncertain: false });
  if (askCodes.has(errcode)) {
    const settled = await askWhetherKnown(ports, shipment);
    if (settled) return settled;
  }
  // Right after the payment WeChat's shipping service does not know it yet, or not as one to be shipped.
  const young = ports.clock.nowMs() - shipment.createdAtMs < ports.policy.shippingGiveUpMs;
  const notYet = errcode === unknownPayment || (errcode === 10060004 && shipment.attempts < 5);
  if (notYet && young) return later(ports, shipment, refusal, { uncertain: false });
  return refuse(ports, shipment, refusal);
}

async function refuse(
  ports: ShippingPorts,
  shipment: ShipmentRecord,
  refusal: WeixinError,
): Promise<ShipmentRecord> {
  ports.log.error('shipping.refused', { outTradeNo: shipment._id, errcode: refusal.errcode });
  await showOnOrder(ports, shipment, 'REFUSED');
  const failure = failureOf(refusal);
  const { doc } = await changeShipment(ports.documents, shipment, (current) =>
    current.version === shipment.version
      ? { state: 'REFUSED', uncertain: false, failure, nextAtMs: null }
      : undefined,
  );
  return doc;
}

/** After it was accepted: tell the payer, remind of the receipt, ask whether it was received and settled. */
async function follow(ports: ShippingPorts, known: ShipmentRecord): Promise<ShipmentRecord> {
  let shipment = await sendShippedMessage(ports, known);
  if (shipment.state === 'SHIPPED' && shipment.remindOfMs !== null && shipment.remindedAtMs === null) {
    shipment = await remind(ports, shipment, shipment.remindOfMs);
  }
  shipment = await applyShippingStatus(ports, shipment, await queryShipping(ports.weixin, shipment));
  const nextAtMs = ports.clock.nowMs() + ports.policy.shippingCheckMs;
  const { doc } = await changeShipment(ports.documents, shipment, (current) =>
    current.nextAtMs === null || current.version !== shipment.version
      ? undefined
      : { nextAtMs, attempts: 0, failure: null },
  );
  return doc;
}

/** After a lost answer the same call is repeated, and WeChat refuses it as used: the reminder was sent once. */
async function remind(
  ports: ShippingPorts,
  shipment: ShipmentRecord,
  deliveredAtMs: number,
): Promise<ShipmentRecord> {
  try {
    await remindOfReceipt(ports.weixin, shipment.transactionId, deliveredAtMs);
  } catch (error) {
    const used = error instanceof WeixinError && noReminderCodes.has(error.errcode ?? 0);
    if (!used) throw error;
    ports.log.warn('shipping.not_reminded', { outTradeNo: shipment._id, errcode: error.errcode });
  }
  const { doc } = await changeShipment(ports.documents, shipment, (current) =>
    current.remindedAtMs === null ? { remindedAtMs: ports.clock.nowMs() } : undefined,
  );
  return doc;
}

async function later(
  ports: ShippingPorts,
  shipment: ShipmentRecord,
  error: WeixinError,
  also: { uncertain?: false } = {},
): Promise<ShipmentRecord> {
  const { errcode, kind } = error;
  const level = kind === 'fault' ? 'error' : 'warn';
  ports.log[level]('shipping.later', { outTradeNo: shipment._id, errcode, kind, advice: error.advice });
  const { doc } = await changeShipment(ports.documents, shipment, (current) =>
    current.nextAtMs === null || current.state !== shipment.state
      ? undefined
      : {
          ...also,
          attempts: current.attempts + 1,
          nextAtMs: ports.clock.nowMs() + delayAfter(ports.policy.shippingDelaysMs, current.attempts),
          failure: failureOf(error),
        },
  );
  return doc;
}

function failureOf({ kind, errcode, advice }: WeixinError): { code: string; message: string } {
  const known = errcode === undefined ? undefined : refusalTexts[errcode];
  const text = known ?? advice;
  const unanswered = kind === 'unknown' ? 'OUTCOME_UNKNOWN' : 'BUSY';
  return { code: String(errcode ?? unanswered), message: text.slice(0, 500) };
}

const refusalTexts: Readonly<Record<number, string>> = {
  10060001:
    '微信还没有这笔支付单：刚支付的订单稍后自动重试；若一直如此，请确认小程序已开通发货信息管理服务并授权该商户号。 WeChat does not know this payment yet; an order that was just paid is retried automatically. If this persists, check that the mini-program has the shipping service (发货信息管理服务) and that it covers this merchant number.',
  10060002: '支付单已完成发货。 The order is shipped already.',
  10060003: '这笔支付单的重新发货机会已用完。 The one re-shipment of this payment has been used.',
  10060004:
    '支付单处于不可发货的状态（例如已退款）。 The order cannot be shipped now (it was refunded, for example).',
  10060031: '支付单不属于该用户。 The payment does not belong to this user.',
};

export const shipmentQueue = { collection: shipmentsCollection, field: 'nextAtMs', where: {} } as const;
const retryMs = 10 * 60_000;

/** Works on every shipment whose turn has come, until the time is up. @returns how many were worked on */
export async function workOnDueShipments(ports: ShippingPorts, hasTime: HasTime): Promise<number> {
  let worked = 0;
  const run = { concurrency: ports.policy.checkConcurrency, retryMs, hasTime };
  await workThroughDue<ShipmentRecord>(ports, shipmentQueue, run, async (shipment) => {
    await workOnShipment(ports, shipment);
    worked++;
  });
  return worked;
}
