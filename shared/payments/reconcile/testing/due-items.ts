/** One item of each queue that the timer works through, for tests of which of them a run takes. */
import type { Account, ProviderKind } from '../../../core/account.ts';
import type { Document } from '../../../core/ports.ts';
import { applicationsCollection } from '../../../merchants/application.ts';
import { applicationDocument } from '../../../merchants/testing/application.ts';
import { newDay } from '../../bills/days.ts';
import { billDaysCollection } from '../../bills/records.ts';
import { type ComplaintRecord, complaintsCollection, noFacts } from '../../complaints/records.ts';
import { type OrderRecord, ordersCollection } from '../../orders/records.ts';
import { type RefundRecord, refundsCollection } from '../../refunds/records.ts';
import { sharingsCollection } from '../../sharing/records.ts';
import { sharingRecord } from '../../sharing/testing/sharing.ts';
import { paidOrder } from '../../testing/paid-order.ts';
import { transfersCollection } from '../../transfers/records.ts';
import { transferRecord } from '../../transfers/testing/transferring.ts';
import { withdrawalsCollection } from '../../withdrawals/records.ts';
import { withdrawalRecord } from '../../withdrawals/testing/withdrawing.ts';

export interface DueItem {
  readonly collection: string;
  /** Holds the time of its next turn. */
  readonly field: string;
  readonly item: Document;
}

/** What either function has of its own accounts, by the kind of the account. */
export function itemsOf(account: Account, turnMs: number): DueItem[] {
  const { kind, mchid } = account;
  const _id = `${kind}1`;
  const order: OrderRecord = {
    ...paidOrder(account, _id, { openid: 'oPayer', subMchid: null, sellerId: null }, turnMs),
    ...{ state: 'NOTPAY', transactionId: null, paidAtMs: null, confirmedAtMs: null, checkAfterMs: turnMs },
  };
  const sharing = sharingRecord({ _id, account: kind, mchid, nextAtMs: turnMs, paidAtMs: turnMs });
  const complaint: ComplaintRecord = {
    ...{ ...noFacts, _id, version: 1, account: kind, seenAtMs: turnMs, refreshAfterMs: turnMs },
    ...{ acts: 0, act: null, outRefundNo: null, warnedForTimes: 0 },
  };
  const day = newDay({ clock: { nowMs: () => turnMs } }, account, '2025-12-30');
  return [
    { collection: ordersCollection, field: 'checkAfterMs', item: order },
    { collection: sharingsCollection, field: 'nextAtMs', item: sharing },
    { collection: complaintsCollection, field: 'refreshAfterMs', item: complaint },
    { collection: billDaysCollection, field: 'nextAtMs', item: day },
  ];
}

/** What only the function of the direct account works on. */
export function directItems({ kind, appid, mchid }: Account, turnMs: number): DueItem[] {
  const refund: RefundRecord = {
    ...{ _id: 'R1', version: 1, outTradeNo: 'T1', account: kind, appid, mchid, subMchid: null },
    ...{ amountFen: 1000, totalFen: 1000, state: 'PROCESSING', requestedBy: 'operator', reason: null },
    ...{ operatorOpenid: null, platformAdvance: false, parameters: null, sendAfterMs: 0, attempts: 0 },
    ...{ nextAtMs: turnMs, refundId: '50', acceptedAtMs: 0, receivedAccount: null, createdAtMs: 0 },
    ...{ endedAtMs: null, failure: null, notifyAfterMs: null },
  };
  return [
    { collection: refundsCollection, field: 'nextAtMs', item: refund },
    { collection: transfersCollection, field: 'nextAtMs', item: transferRecord({ nextAtMs: turnMs }) },
  ];
}

/** What only the function that holds the provider's key works on. */
export function providerItems(kind: ProviderKind, turnMs: number): DueItem[] {
  return [
    {
      collection: applicationsCollection,
      field: 'nextPollAtMs',
      item: applicationDocument({ kind, nextPollAtMs: turnMs }),
    },
    {
      collection: withdrawalsCollection,
      field: 'nextAtMs',
      item: withdrawalRecord({ account: kind, state: 'PROCESSING', sentAtMs: turnMs, nextAtMs: turnMs }),
    },
  ];
}
