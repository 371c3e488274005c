/** Orders that nobody records a parcel for: virtual goods, and what is picked up, once the fulfilment function said done. */
import { workThroughDue } from '../../core/due.ts';
import { CommerceError } from '../../core/errors.ts';
import type { HasTime } from '../../core/ports.ts';
import { type OrderRecord, ordersCollection } from '../orders/records.ts';
import { changeOrder } from '../orders/store.ts';
import { sameParcels } from './apply-status.ts';
import { logisticsOf } from './logistics.ts';
import type { ShippingPorts } from './ports.ts';
import { describeParcel, recordFirstShipment } from './ship-order.ts';
import { workOnShipment } from './work.ts';

export const automaticQueue = { collection: ordersCollection, field: 'shipAfterMs', where: {} } as const;
const retryMs = 10 * 60_000;

/**
 * Records a shipment for each, then clears its due time: if the instance dies in between, the same is recorded again.
 * @returns how many
 */
export async function shipByItself(ports: ShippingPorts, hasTime: HasTime): Promise<number> {
  let recorded = 0;
  const run = { concurrency: ports.policy.checkConcurrency, retryMs, hasTime };
  await workThroughDue<OrderRecord>(ports, automaticQueue, run, async (order) => {
    const logistics = logisticsOf(order);
    const wanted = { logistics, parcels: [describeParcel(order)], moreToCome: false, operatorOpenid: null };
    try {
      const shipment = await recordFirstShipment(ports, order, wanted);
      // A second shipment of an order is the only one that WeChat still takes; it is not for us to use.
      if (!sameParcels(shipment, wanted)) throw new CommerceError('SHIPMENT_STATE');
      await workOnShipment(ports, shipment);
      recorded++;
    } catch (error) {
      // An operator shipped it another way, or it was refunded meanwhile.
      if (!(error instanceof CommerceError) || error.retryable) throw error;
      ports.log.warn('shipping.not_by_itself', { outTradeNo: order._id, code: error.code });
    }
    await changeOrder(ports.documents, order._id, () => ({ shipAfterMs: null }), order);
  });
  return recorded;
}
