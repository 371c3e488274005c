import type { NewNotification } from '../notifications/types.ts';
import type { State } from '../state/state.ts';
import { rfc3339 } from '../state/time.ts';
import { settingsOf } from './sharing-store.ts';
import type { Share, ShareOrder } from './types.ts';

interface Context {
  readonly state: State;
  readonly notify: (notification: NewNotification) => unknown;
}

interface Moved {
  readonly of: 'share' | 'return';
  /** WeChat Pay's number of the share or return, and the merchant's. */
  readonly id: string;
  readonly outNo: string;
  readonly amountFen: number;
  readonly description: string;
  readonly atMs: number;
}

const named = { share: 'PROFITSHARING.SUCCESS', return: 'PROFITSHARING.RETURN' };
const summaries = { share: '分账', return: '分账回退' };

/**
 * 分账动账通知: only receivers that are merchants get it, at the address that they configured; the sharing merchant has to query.
 * The event type is TRANSACTION.SUCCESS for both (doc/v2/partner/4011985282, of 2026, and what merchants receive:
 * developers.weixin.qq.com/community/pay/doc/000ec4fb9b81b810192b694c353c00), or as older v3 pages name it
 * (apiv3_partner/apis/chapter8_1_10), where the receiver is set to `namedEvents`.
 */
export function notifyReceiver(
  { state, notify }: Context,
  { mchid, subMchid, transactionId }: ShareOrder,
  { type, account }: Pick<Share, 'type' | 'account'>,
  moved: Moved,
): void {
  const { notifyUrl, namedEvents = false } = settingsOf(state, account);
  if (notifyUrl === undefined || !state.merchants.has(account)) return;
  notify({
    eventType: namedEvents ? named[moved.of] : 'TRANSACTION.SUCCESS',
    originalType: 'profitsharing',
    summary: summaries[moved.of],
    outTradeNo: '',
    mchid: account,
    url: notifyUrl,
    resource: {
      ...(subMchid === undefined ? { mchid } : { sp_mchid: mchid, sub_mchid: subMchid }),
      transaction_id: transactionId,
      order_id: moved.id,
      out_order_no: moved.outNo,
      receiver: { type, account, amount: moved.amountFen, description: moved.description },
      success_time: rfc3339(moved.atMs),
    },
  });
}
