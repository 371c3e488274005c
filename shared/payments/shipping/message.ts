/** Tells the payer, by a subscribe message, that the order was shipped: for shops that have a template for it. */
import { WeixinError } from '../../core/weixin-api.ts';
import { loadOrder } from '../orders/store.ts';
import type { ShippingPorts } from './ports.ts';
import { changeShipment, type ShipmentRecord } from './records.ts';

/**
 * At most once: the attempt is stored before the call. The payer may not have agreed to such messages (43101), and
 * WeChat announces the shipment itself, so a lost message is not repeated. Keywords of the template 订单发货提醒: 订单编号
 * character_string1, 商品名称 thing2, 快递公司 thing3, 快递单号 character_string4.
 * https://developers.weixin.qq.com/miniprogram/dev/server/API/mp-message-management/subscribe-message/api_sendmessage.html
 */
export async function sendShippedMessage(
  ports: ShippingPorts,
  known: ShipmentRecord,
): Promise<ShipmentRecord> {
  const { shippedTemplateId: template_id } = ports;
  const message = template_id === undefined ? 'NOT_SENT' : 'SENT';
  const { doc: shipment, changed } = await changeShipment(ports.documents, known, (current) =>
    current.message === 'DUE' ? { message } : undefined,
  );
  if (!changed || template_id === undefined) return shipment;
  const order = await loadOrder(ports.documents, shipment._id);
  try {
    await ports.weixin.call('sendSubscribeMessage', {
      touser: shipment.openid,
      template_id,
      page: `pages/order/index?paymentNo=${encodeURIComponent(shipment.paymentNo)}`,
      data: {
        character_string1: { value: shipment._id },
        thing2: { value: thing(order?.description ?? '') },
        thing3: { value: thing(shipment.parcels[0]?.company ?? '—') },
        character_string4: { value: shipment.parcels[0]?.trackingNo?.slice(0, 32) ?? '-' },
      },
    });
    return shipment;
  } catch (error) {
    if (!(error instanceof WeixinError)) throw error;
    ports.log.warn('shipping.message_not_sent', { outTradeNo: shipment._id, errcode: error.errcode });
  }
  const { doc } = await changeShipment(ports.documents, shipment, () => ({ message: 'NOT_SENT' }));
  return doc;
}

/** `thing` takes 20 characters. */
function thing(text: string): string {
  return [...text].slice(0, 20).join('') || '—';
}
