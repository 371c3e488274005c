/**
 * Records what WeChat says about a shipment: first on the order, then on the shipment, so that an instance that dies
 * in between leaves something to do again.
 */
import type { ShipmentState } from '../../contract/index.ts';
import { changeOrder, type OrderChanges } from '../orders/store.ts';
import { wakeSharing } from '../sharing/open.ts';
import type { ShippingPorts } from './ports.ts';
import { changeShipment, type ShipmentChanges, type ShipmentRecord } from './records.ts';
import { orderStates, type ShippingStatus } from './wire.ts';

type StatusPorts = Pick<ShippingPorts, 'clock' | 'documents' | 'log' | 'policy'>;

/** How far a shipment has come; an older answer never moves it back. */
const progress: Readonly<Record<ShipmentState, number>> = {
  WAITING: 0,
  REFUSED: 0,
  PARTIAL: 1,
  SHIPPED: 2,
  RECEIVED: 3,
  SETTLED: 4,
  REFUNDED: 5,
};

/** WeChat accepted all that is recorded. */
export async function markAccepted(ports: StatusPorts, shipment: ShipmentRecord): Promise<ShipmentRecord> {
  const nowMs = ports.clock.nowMs();
  const state = shipment.moreToCome ? 'PARTIAL' : 'SHIPPED';
  await showOnOrder(ports, shipment, state);
  const { doc } = await changeShipment(ports.documents, shipment, (current) =>
    // Other parcels were recorded meanwhile and are not accepted yet.
    current.state !== 'WAITING' || !sameParcels(current, shipment)
      ? undefined
      : {
          state,
          uncertain: false,
          failure: null,
          attempts: 0,
          shippedAtMs: state === 'SHIPPED' ? (current.shippedAtMs ?? nowMs) : null,
          nextAtMs: state === 'SHIPPED' ? nowMs : null,
          message: current.message ?? (state === 'SHIPPED' ? 'DUE' : null),
        },
  );
  return doc;
}

/** Records how far the order is at WeChat: received, settled, refunded. */
export async function applyShippingStatus(
  ports: StatusPorts,
  shipment: ShipmentRecord,
  { orderState }: Pick<ShippingStatus, 'orderState'>,
): Promise<ShipmentRecord> {
  const state = stateOf(orderState);
  if (!state || progress[state] <= progress[shipment.state]) return shipment;
  await showOnOrder(ports, shipment, state);
  const nowMs = ports.clock.nowMs();
  const { doc } = await changeShipment(ports.documents, shipment, (current) =>
    progress[state] <= progress[current.state] ? undefined : changesTo(state, current, nowMs),
  );
  return doc;
}

function changesTo(state: ShipmentState, current: ShipmentRecord, nowMs: number): ShipmentChanges {
  const received = state === 'RECEIVED' || state === 'SETTLED';
  const ended = state === 'SETTLED' || state === 'REFUNDED';
  return {
    state,
    uncertain: false,
    failure: null,
    ...(received && { receivedAtMs: current.receivedAtMs ?? nowMs }),
    ...(state === 'SETTLED' && { settledAtMs: nowMs }),
    ...(ended && { nextAtMs: null }),
  };
}

function stateOf(orderState: number): ShipmentState | undefined {
  switch (orderState) {
    case orderStates.received:
    case orderStates.toSettle:
      return 'RECEIVED';
    case orderStates.done:
      return 'SETTLED';
    case orderStates.refunded:
      return 'REFUNDED';
    default:
      return undefined;
  }
}

/** The part of it that buyers, operators and profit sharing read on the order. Times that are set are kept. */
export async function showOnOrder(
  ports: Pick<ShippingPorts, 'clock' | 'documents'>,
  { _id, logistics, parcels }: ShipmentRecord,
  state: ShipmentState,
): Promise<void> {
  const nowMs = ports.clock.nowMs();
  const shown = parcels.map(({ company, trackingNo, itemDesc }) => ({
    ...(company !== undefined && { company }),
    ...(trackingNo !== undefined && { trackingNo }),
    itemDesc,
  }));
  const reached = progress[state];
  const isReached = (wanted: ShipmentState) => state !== 'REFUNDED' && reached >= progress[wanted];
  await changeOrder(ports.documents, _id, (order): OrderChanges | undefined =>
    isOutdated(state, order.shipping?.state)
      ? undefined
      : {
          shipping: { state, logistics, parcels: shown },
          ...(isReached('SHIPPED') && { shippedAtMs: order.shippedAtMs ?? nowMs }),
          ...(isReached('RECEIVED') && { receivedAtMs: order.receivedAtMs ?? nowMs }),
          ...(isReached('SETTLED') && { settledAtMs: order.settledAtMs ?? nowMs }),
        },
  );
  if (isReached('SHIPPED')) await wakeSharing(ports, _id);
}

/** Another instance had a newer answer. Only what was not received yet may be shipped again, and so go back. */
function isOutdated(state: ShipmentState, shown: ShipmentState | undefined): boolean {
  return shown !== undefined && progress[shown] >= progress.RECEIVED && progress[state] < progress[shown];
}

export function sameParcels(
  a: Pick<ShipmentRecord, 'logistics' | 'parcels' | 'moreToCome'>,
  b: Pick<ShipmentRecord, 'logistics' | 'parcels' | 'moreToCome'>,
): boolean {
  return keyOf(a) === keyOf(b);
}

function keyOf({
  logistics,
  parcels,
  moreToCome,
}: Pick<ShipmentRecord, 'logistics' | 'parcels' | 'moreToCome'>) {
  const each = parcels.map((parcel) => [
    parcel.company ?? null,
    parcel.trackingNo ?? null,
    parcel.itemDesc,
    parcel.receiverContact ?? null,
    parcel.consignorContact ?? null,
  ]);
  return JSON.stringify([logistics, moreToCome, each]);
}
