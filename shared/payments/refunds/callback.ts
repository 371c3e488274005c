import type { AccountKind } from '../../core/account.ts';
import type { RefundNotificationResource } from '../../wechatpay/notifications/types.ts';
import { loadOrder } from '../orders/store.ts';
import { applyRefundStatus } from './apply-status.ts';
import { loadRefund } from './find.ts';
import type { RefundPorts } from './ports.ts';
import type { RefundRecord } from './records.ts';
import { storeRefund } from './request.ts';
import { reserve } from './reserve.ts';
import { statusOf } from './wire.ts';

/**
 * Records how a refund ended. One that was made in the merchant platform has a number that is not ours: it becomes a
 * refund of the order all the same, so that nothing more than the rest can be given back here.
 * https://pay.weixin.qq.com/doc/v3/merchant/4012791906 (退款结果通知)
 * @returns the refund as it is afterwards; undefined when the order is not this account's
 */
export async function applyRefundCallback(
  ports: Pick<RefundPorts, 'clock' | 'documents' | 'log'>,
  account: AccountKind,
  resource: RefundNotificationResource,
): Promise<RefundRecord | undefined> {
  const order = await loadOrder(ports.documents, resource.out_trade_no);
  if (order?.account !== account) return undefined;
  const status = statusOf({ ...resource, status: resource.refund_status });
  let refund = await loadRefund(ports.documents, status.outRefundNo);
  if (!refund) {
    refund = await storeRefund(ports, order, status.outRefundNo, {
      amountFen: status.amountFen,
      reason: null,
      requestedBy: 'merchant-platform',
      operatorOpenid: null,
      platformAdvance: false,
    });
    await reserve(ports, refund);
  }
  return applyRefundStatus(ports, refund, status);
}
