import type { AccountKind } from '../../core/account.ts';
import type { Clock, Documents, Log } from '../../core/ports.ts';
import type { SharingNotificationResource } from '../../wechatpay/notifications/types.ts';
import { type LedgerEntry, ledgerCollection } from '../ledger/ledger.ts';
import { changeSharing, hasEnded, loadSharing } from './records.ts';

interface Ports {
  readonly clock: Clock;
  readonly documents: Documents;
  readonly log: Log;
}

/**
 * A report to the receiver of a share, which a platform is for its own sellers. It is a hint only: a query says what each
 * receiver got, so the order is due now if something of it is pending.
 * @returns the out_trade_no with what came of it; FOREIGN_SHARE when another merchant shared with this one
 */
export async function applySharingCallback(
  { clock, documents, log }: Ports,
  account: AccountKind,
  resource: SharingNotificationResource,
): Promise<readonly [outTradeNo: string, outcome: string]> {
  // The entry of a payment says which order the transaction_id belongs to.
  const payment = await documents.get<LedgerEntry>(ledgerCollection, `PAYMENT:${resource.transaction_id}`);
  const outTradeNo = payment?.outTradeNo;
  const sharing = outTradeNo ? await loadSharing(documents, outTradeNo) : undefined;
  const isOurs =
    sharing?.account === account &&
    sharing.mchid === (resource.sp_mchid ?? resource.mchid) &&
    sharing.subMchid === (resource.sub_mchid ?? null);
  if (!isOurs) {
    log.info('sharing.received', { outOrderNo: resource.out_order_no, amountFen: resource.receiver.amount });
    return ['', 'FOREIGN_SHARE'];
  }
  const nowMs = clock.nowMs();
  const { changed } = await changeSharing(documents, sharing, ({ requests }) =>
    requests.some((each) => !hasEnded(each) && each.outOrderNo === resource.out_order_no)
      ? { nextAtMs: nowMs }
      : undefined,
  );
  return [sharing._id, changed ? 'check-soon' : 'no-news'];
}
