/** Requests and answers of shipOrder (operators) and confirmReceipt (buyers). Times are epoch ms. */

/** How the goods get to the buyer; WeChat's logistics_type 1, 2, 3 and 4. */
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
 * - WAITING: not accepted by WeChat yet; it is uploaded by itself
 * - PARTIAL: accepted, and more parcels will follow
 * - SHIPPED: all of it
 * - RECEIVED: the buyer, or time, confirmed receipt
 * - SETTLED: the shop has the money
 * - REFUNDED: the money went back
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
