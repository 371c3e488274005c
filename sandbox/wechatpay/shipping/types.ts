import { type Payment, tradeTypeOf } from '../orders/types.ts';
import type { State } from '../state/state.ts';

export interface ParcelInfo {
  readonly trackingNo: string;
  readonly expressCompany: string;
  readonly itemDesc: string;
  readonly consignorContact: string;
  readonly receiverContact: string;
  readonly uploadedAtMs: number;
}

/** What WeChat's shipping service knows of one paid order, since its first upload. Plain JSON. */
export interface Shipping {
  readonly transactionId: string;
  logisticsType: number;
  deliveryMode: number;
  parcels: ParcelInfo[];
  finished: boolean;
  /** Number of uploads that completed the shipment: 2 once the re-shipment was used. */
  finishedCount: number;
  /** A change of mode or logistics was made before it was complete: that counts as the re-shipment too. */
  changedMode: boolean;
  /** As the request said. */
  uploadTimeMs: number;
  shippedAtMs?: number;
  remindedOfMs?: number;
  confirmedAtMs?: number;
  confirmMethod?: 'buyer' | 'automatic';
  settledAtMs?: number;
}

/** By transaction_id. */
export const shippingsOf = (state: State) => state.slot<Shipping>('shippings');

/** 特殊发货报备 of one order: 1 presale, shipped at `delayToMs`; 2 a test order, which need not be shipped. */
interface SpecialOrder {
  readonly transactionId: string;
  readonly type: 1 | 2;
  readonly delayToMs?: number;
}

/** By transaction_id. */
export const specialsOf = (state: State) => state.slot<SpecialOrder>('shipping_specials');

/** By appid: the page that WeChat's messages about shipments open; empty, or none: WeChat's own. */
export const messagePathsOf = (state: State) =>
  state.slot<{ readonly appid: string; readonly path: string }>('shipping_message_paths');

export interface ShippingSettings {
  /** The mini-program has 发货信息管理服务; without it no payment is known there. */
  managed: boolean;
  /** Where it is managed: what is paid from now on is frozen until receipt was confirmed and settled. */
  freezes?: boolean;
  /** Delay from the payment until the service knows it; observed to be a few seconds, up to a minute. */
  knownAfterMs: number;
  /** Delay until receipt is confirmed automatically, for express delivery and for all others. */
  confirmAfterMs: { express: number; other: number };
  /** From the confirmation until the money is settled. */
  settleAfterMs: number;
}

const dayMs = 86_400_000;

/** One entry, `settings`; kept in the state so that it comes back with a snapshot. */
export function shippingSettings(state: State): ShippingSettings {
  const slot = state.slot<ShippingSettings>('shipping_settings');
  const known = slot.get('settings');
  if (known) return known;
  const first: ShippingSettings = {
    managed: true,
    knownAfterMs: 0,
    confirmAfterMs: { express: 10 * dayMs, other: 2 * dayMs },
    settleAfterMs: 3_600_000,
  };
  slot.set('settings', first);
  return first;
}

/**
 * 用户交易后，默认资金将会进入冻结状态 (miniprogram/dev/platform-capabilities/business-capabilities/order-shipping), in certain
 * mini-programs: those that the settings name.
 */
export function freezesUntilReceipt(state: State, payment: Payment): boolean {
  const { managed, freezes } = shippingSettings(state);
  return managed && freezes === true && tradeTypeOf(payment) === 'JSAPI';
}
