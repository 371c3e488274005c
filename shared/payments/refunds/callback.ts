import type { AccountKind } from '../../core/account.ts';
import type { RefundNotificationResource } from '../../wechatpay/notifications/types.ts';
import type { OrderRecord } from '../orders/records.ts';
import { loadOrder } from '../orders/store.ts';
import { adoptRefund } from './adopt.ts';
import type { RefundPorts } from './ports.ts';
import type { RefundRecord } from './records.ts';
import { statusOf } from './wire.ts';

/**
 * Records how a refund ended, also one that was made in the merchant platform.
 * https://pay.weixin.qq.com/doc/v3/merchant/4012791906 (退款结果通知)
 * @returns the refund as it is afterwards; undefined when the order is not this account's, or another merchant's
 */
export async function applyRefundCallback(
  ports: Pick<RefundPorts, 'clock' | 'documents' | 'log'>,
  account: AccountKind,
  resource: RefundNotificationResource,
): Promise<RefundRecord | undefined> {
  const order = await loadOrder(ports.documents, resource.out_trade_no);
  if (order?.account !== account || !isOfMerchant(order, resource)) return undefined;
  return adoptRefund(ports, order, statusOf({ ...resource, status: resource.refund_status }));
}

/** The number of an order is unique only within the merchant that placed it. */
function isOfMerchant(
  { mchid, subMchid }: OrderRecord,
  { sp_mchid, mchid: direct, sub_mchid }: RefundNotificationResource,
): boolean {
  const placedBy = sp_mchid ?? direct ?? mchid;
  return placedBy === mchid && (sub_mchid ?? subMchid) === subMchid;
}
