/**
 * Whether the buyer received it: what WeChat's confirmation reports to the mini-program is a hint, and so is a pushed
 * event. get_order decides.
 * https://developers.weixin.qq.com/miniprogram/dev/platform-capabilities/business-capabilities/order-shipping/order-shipping-half.html
 */
import { WeixinError } from '../../core/weixin-api.ts';
import { applyShippingStatus } from './apply-status.ts';
import type { ShippingPorts } from './ports.ts';
import { changeShipment, loadShipment, type ShipmentRecord } from './records.ts';
import { queryShipping } from './wire.ts';

/** Asks WeChat about a shipment now, unless it was asked a moment ago. Without an answer the stored state is kept. */
export async function refreshShipment(
  ports: ShippingPorts,
  outTradeNo: string,
): Promise<ShipmentRecord | undefined> {
  const known = await loadShipment(ports.documents, outTradeNo);
  if (!known || known.state === 'WAITING' || known.state === 'REFUSED') return known;
  const nowMs = ports.clock.nowMs();
  const { doc: shipment, changed } = await changeShipment(ports.documents, known, (current) =>
    nowMs - current.askedAtMs < ports.policy.minQueryIntervalMs ? undefined : { askedAtMs: nowMs },
  );
  if (!changed) return shipment;
  try {
    return await applyShippingStatus(ports, shipment, await queryShipping(ports.weixin, shipment));
  } catch (error) {
    if (!(error instanceof WeixinError)) throw error;
    const { errcode, kind, advice } = error;
    ports.log.warn('shipping.not_refreshed', { outTradeNo, errcode, kind, advice });
    return shipment;
  }
}
