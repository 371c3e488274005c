import type { AccountKind } from '../../core/account.ts';
import { defaultPolicy } from '../../core/policy.ts';
import type { TransferNotificationResource } from '../../wechatpay/notifications/types.ts';
import type { AnomalyKind } from '../orders/anomalies.ts';
import { applyTransferStatus } from './apply-status.ts';
import type { TransferPorts } from './ports.ts';
import { loadTransfer } from './records.ts';
import { statusOf } from './wire.ts';

/**
 * Records how a transfer ended, for a verified callback. One that this shop did not ask for (another system of the
 * merchant's) is left alone.
 */
export async function applyTransferCallback(
  ports: Pick<TransferPorts, 'clock' | 'documents' | 'log'>,
  account: AccountKind,
  resource: TransferNotificationResource,
): Promise<'changed' | 'no-news' | 'UNKNOWN_TRANSFER' | AnomalyKind> {
  const transfer = await loadTransfer(ports.documents, resource.out_bill_no);
  if (!transfer || account !== 'direct' || resource.mch_id !== transfer.mchid) {
    ports.log.warn('transfer.unknown', { outBillNo: resource.out_bill_no, account });
    return 'UNKNOWN_TRANSFER';
  }
  const withPolicy = { ...ports, policy: defaultPolicy };
  const after = await applyTransferStatus(withPolicy, transfer, statusOf(resource), 'callback');
  return after.version === transfer.version ? 'no-news' : 'changed';
}
