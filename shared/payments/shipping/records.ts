import type { Logistics, NewParcel, ShipmentState } from '../../contract/index.ts';
import type { Documents } from '../../core/ports.ts';
import { changeVersioned, type Versioned } from '../../core/versioned.ts';
import type { Failure } from '../failed-call.ts';

export const shipmentsCollection = 'shipments';

/** What is reported to WeChat about the shipping of one order, and the outcome. `_id` is the out_trade_no. */
export interface ShipmentRecord extends Versioned {
  /** The combine_out_trade_no, for an order that is part of a combined payment; else `_id`. */
  readonly paymentNo: string;
  readonly combined: boolean;
  /** The merchant number that placed the order: mchid or sp_mchid. */
  readonly mchid: string;
  /** The payer's openid under the mini-program's appid. */
  readonly openid: string;
  readonly transactionId: string;
  readonly logistics: Logistics;
  /** With masked contacts only. */
  readonly parcels: readonly NewParcel[];
  readonly moreToCome: boolean;
  readonly state: ShipmentState;
  /** WeChat accepted all parcels once and others were recorded after that: this is possible only once. */
  readonly reshipped: boolean;
  /** An upload of these parcels was sent, and its outcome is not known: WeChat is asked before it is repeated. */
  readonly uncertain: boolean;
  /** upload_time of the last upload; each one is later than the one before. */
  readonly uploadedAtMs: number;
  readonly attempts: number;
  /** When it is worked on next; null when nothing is left to do without a person. */
  readonly nextAtMs: number | null;
  readonly createdAtMs: number;
  readonly operatorOpenid: string | null;
  readonly shippedAtMs: number | null;
  readonly receivedAtMs: number | null;
  readonly settledAtMs: number | null;
  /** When the courier delivered it; set when the buyer is to be reminded. */
  readonly remindOfMs: number | null;
  /** When WeChat accepted the reminder, or refused it permanently. */
  readonly remindedAtMs: number | null;
  /** The subscribe message that says it was shipped: null until it is to be sent. */
  readonly message: 'DUE' | 'SENT' | 'NOT_SENT' | null;
  /** When WeChat was last asked about it on behalf of the buyer. */
  readonly askedAtMs: number;
  readonly failure: Failure | null;
}

export type ShipmentChanges = Partial<Omit<ShipmentRecord, '_id' | 'version'>>;

export function loadShipment(documents: Documents, outTradeNo: string): Promise<ShipmentRecord | undefined> {
  return documents.get<ShipmentRecord>(shipmentsCollection, outTradeNo);
}

/** Compare and set on one shipment. @returns the shipment as it is afterwards, and whether this call changed it */
export function changeShipment(
  documents: Documents,
  known: ShipmentRecord,
  change: (shipment: ShipmentRecord) => ShipmentChanges | undefined,
): Promise<{ doc: ShipmentRecord; changed: boolean }> {
  return changeVersioned(documents, shipmentsCollection, known, change);
}
