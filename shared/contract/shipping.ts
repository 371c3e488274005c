/** Requests and answers of shipOrder (operators) and confirmReceipt (buyers). Times are epoch ms. */

/** How the goods are delivered; WeChat's logistics_type 1, 2, 3 and 4. */
export type Logistics = 'express' | 'local' | 'virtual' | 'pickup';

export interface Parcel {
  /** Code of the courier, e.g. SF, ZTO, YTO: get_delivery_list has them. Express only. */
  readonly company?: string;
  /** Express only. */
  readonly trackingNo?: string;
  /** What is in it, at most 120 characters. */
  readonly itemDesc: string;
}

/**
 * - WAITING: not accepted by WeChat yet; uploaded automatically
 * - PARTIAL: accepted, and more parcels will follow
 * - SHIPPED: all of it
 * - RECEIVED: receipt was confirmed, by the buyer or automatically
 * - SETTLED: the shop has the money
 * - REFUNDED: the payment was refunded
 * - REFUSED: WeChat did not accept it; an operator corrects it
 */
export type ShipmentState =
  | 'WAITING'
  | 'PARTIAL'
  | 'SHIPPED'
  | 'RECEIVED'
  | 'SETTLED'
  | 'REFUNDED'
  | 'REFUSED';

/** What an order's page shows of the shipment. */
export interface OrderShipping {
  readonly state: ShipmentState;
  readonly logistics: Logistics;
  readonly parcels: readonly Parcel[];
}

/** A parcel as an operator records it. */
export interface NewParcel extends Parcel {
  /** SF requires one of these: a phone number with its middle digits masked, e.g. 189****1234. */
  readonly receiverContact?: string;
  readonly consignorContact?: string;
}

/**
 * shipOrder, for operators. Repeating the same parcels has no effect; different ones are a re-shipment, which is
 * allowed once.
 */
export type ShipOrderRequest =
  | {
      readonly action: 'ship';
      readonly outTradeNo: string;
      readonly logistics: Logistics;
      /** All parcels so far, also those of earlier calls. Other logistics than express have exactly one. */
      readonly parcels: readonly NewParcel[];
      /** Express: more parcels will follow. Default: these are all. */
      readonly moreToCome?: boolean;
    }
  | { readonly action: 'query'; readonly outTradeNo: string }
  /** The courier delivered it: asks the buyer, once, to confirm receipt. Express only. */
  | { readonly action: 'remind'; readonly outTradeNo: string; readonly deliveredAtMs: number };

export interface ShipOrderAnswer {
  readonly shipment: ShipmentView;
}

/** An order that is shipped late (presale: 15 to 330 days after the payment), or one of a test, never shipped. */
export interface SpecialShipping {
  readonly kind: 'presale' | 'test';
  /** Presale only: when it is expected to be shipped. WeChat tells the buyer. */
  readonly shipsAtMs?: number;
  readonly reportedAtMs: number;
}

/** What operators also ask of shipOrder, besides the shipments themselves. */
export type ShippingServiceRequest =
  /** 特殊发货报备, before anything of the order is shipped. Presale orders need `shipsAtMs`. */
  | {
      readonly action: 'reportSpecial';
      readonly outTradeNo: string;
      readonly kind: SpecialShipping['kind'];
      readonly shipsAtMs?: number;
    }
  /** The page that WeChat's messages about shipments open, for the whole mini-program; empty: WeChat's own. */
  | { readonly action: 'setMessagePath'; readonly path: string };

export interface ShippingServiceAnswers {
  readonly reportSpecial: { readonly outTradeNo: string; readonly specialShipping: SpecialShipping };
  readonly setMessagePath: { readonly path: string };
}

/** For operators. */
export interface ShipmentView extends OrderShipping {
  readonly outTradeNo: string;
  readonly moreToCome: boolean;
  /** The one re-shipment was used. */
  readonly reshipped: boolean;
  readonly createdAtMs: number;
  readonly shippedAtMs?: number;
  readonly receivedAtMs?: number;
  readonly settledAtMs?: number;
  readonly remindedAtMs?: number;
  /** Why it waits or was refused, and what to do about it. */
  readonly failure?: { readonly code: string; readonly message: string };
}

/** confirmReceipt, called when the buyer returns from WeChat's confirmation page: queries WeChat for the result. */
export interface ConfirmReceiptRequest {
  readonly outTradeNo: string;
}
