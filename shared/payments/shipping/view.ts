import type { ShipmentView } from '../../contract/index.ts';
import type { ShipmentRecord } from './records.ts';

/** A shipment for operators; without telephone numbers. */
export function viewShipment(shipment: ShipmentRecord): ShipmentView {
  const { shippedAtMs, receivedAtMs, settledAtMs, remindedAtMs, failure } = shipment;
  return {
    outTradeNo: shipment._id,
    state: shipment.state,
    logistics: shipment.logistics,
    parcels: shipment.parcels.map(({ company, trackingNo, itemDesc }) => ({
      ...(company !== undefined && { company }),
      ...(trackingNo !== undefined && { trackingNo }),
      itemDesc,
    })),
    moreToCome: shipment.moreToCome,
    reshipped: shipment.reshipped,
    createdAtMs: shipment.createdAtMs,
    ...(shippedAtMs !== null && { shippedAtMs }),
    ...(receivedAtMs !== null && { receivedAtMs }),
    ...(settledAtMs !== null && { settledAtMs }),
    ...(remindedAtMs !== null && { remindedAtMs }),
    ...(failure !== null && { failure }),
  };
}
