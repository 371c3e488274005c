/** The refunds shown on an order's page. */
import type { RefundView, RequestRefundAnswer } from '../../../shared/contract/index.ts';
import { fill, texts } from '../../i18n/index';
import { receivedAccountName } from '../../services/received-account';
import { yuan } from '../../utils/money';
import { dateTime } from '../../utils/time';

const t = texts({
  WAITING: ['退款已受理，等待处理', 'Refund accepted, waiting its turn'],
  PROCESSING: ['退款处理中，通常几分钟内到账', 'The refund is on its way, usually within minutes'],
  ABNORMAL: [
    '原支付账户收不到退款，商家会联系你',
    'Your account does not take it; the shop will contact you',
  ],
  SUCCESS: ['已退款', 'Refunded'],
  CLOSED: ['这笔退款已关闭', 'This refund was closed'],
  REFUSED: ['这笔退款没有成功', 'This refund did not go through'],
  to: ['退至 {account}', 'To {account}'],
  open: ['已申请退款，等待商家处理', 'You asked for a refund; the shop will decide'],
  declined: ['商家没有同意退款', 'The shop declined the refund'],
});

export interface RefundLine {
  readonly outRefundNo: string;
  readonly amountFen: number;
  readonly text: string;
  readonly detail: string;
  readonly bad: boolean;
}

/** One line per refund, newest first. */
export function refundLines(refunds: readonly RefundView[]): RefundLine[] {
  return [...refunds]
    .reverse()
    .map(({ outRefundNo, amountFen, state, receivedAccount, endedAtMs, createdAtMs }) => ({
      outRefundNo,
      amountFen,
      text: t[state],
      detail: [
        `¥${yuan(amountFen)}`,
        dateTime(endedAtMs ?? createdAtMs),
        ...(receivedAccount ? [fill(t.to, { account: receivedAccountName(receivedAccount) })] : []),
      ].join(' · '),
      bad: state === 'ABNORMAL' || state === 'REFUSED',
    }));
}

/** The state of a refund request that has not become a refund. */
export function requestText({ request }: RequestRefundAnswer): string {
  if (request?.state === 'OPEN') return t.open;
  if (request?.state !== 'DECLINED') return '';
  return request.reply ? `${t.declined}：${request.reply}` : t.declined;
}
