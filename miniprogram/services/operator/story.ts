/** An order's history, as lines. */
import type { OrderStory, RefundView, StoryEvent } from '../../../shared/contract/index.ts';
import { fill, texts } from '../../i18n/index';
import { yuan } from '../../utils/money';
import { dateTime } from '../../utils/time';
import type { Tone } from '../orders';
import { receivedAccountName } from '../received-account';

const t: Readonly<Record<string, string>> = texts({
  PLACED: ['下单', 'Placed'],
  DELIVERED: ['已交付', 'Delivered'],
  SHIPPED: ['已发货', 'Shipped'],
  RECEIVED: ['已确认收货', 'Receipt confirmed'],
  SETTLED: ['微信已结算', 'Settled by WeChat'],
  CALLBACK: ['收到回调 {detail}', 'Callback {detail}'],
  REFUND_ASKED: ['申请退款', 'Refund asked for'],
  'REFUND_ASKED buyer': ['买家申请退款', 'The buyer asked for a refund'],
  'REFUND_ASKED operator': ['运营人员退款', 'An operator refunded'],
  'REFUND_ASKED merchant-platform': ['在商户平台退款', 'Refunded in the merchant platform'],
  'MOVEMENT PAYMENT': ['入账', 'Payment received'],
  'MOVEMENT REFUND': ['退款出账', 'Refund paid'],
  'MOVEMENT FEE': ['微信支付手续费', 'Fee of WeChat Pay'],
  'MOVEMENT FEE_RETURN': ['退还手续费', 'Fee returned'],
  'MOVEMENT SHARE': ['分账', 'Shared'],
  'MOVEMENT SHARE_RETURN': ['分账回退', 'Share returned'],
  'MOVEMENT SUBSIDY': ['补差', 'Subsidy'],
  'MOVEMENT SUBSIDY_RETURN': ['补差回退', 'Subsidy returned'],
  'MOVEMENT AFTER_SALES': ['售后服务分账', 'After-sales fee'],
  MOVEMENT: ['资金变动 {detail}', 'Movement {detail}'],
  ANOMALY: ['异常 {detail}', 'Anomaly {detail}'],
});

const refundStates: Readonly<Record<RefundView['state'], { readonly text: string; readonly tone: Tone }>> =
  (() => {
    const names = texts({
      WAITING: ['等待处理', 'Waiting'],
      PROCESSING: ['退款中', 'On its way'],
      ABNORMAL: ['退不回原账户', 'The account does not take it'],
      SUCCESS: ['已退款', 'Refunded'],
      CLOSED: ['已关闭', 'Closed'],
      REFUSED: ['未受理', 'Refused'],
    });
    const of = (state: RefundView['state'], tone: Tone) => ({ text: names[state], tone });
    return {
      WAITING: of('WAITING', 'wait'),
      PROCESSING: of('PROCESSING', 'wait'),
      ABNORMAL: of('ABNORMAL', 'bad'),
      SUCCESS: of('SUCCESS', 'good'),
      CLOSED: of('CLOSED', 'plain'),
      REFUSED: of('REFUSED', 'bad'),
    };
  })();

export interface StoryLine {
  readonly key: string;
  readonly at: string;
  readonly what: string;
  readonly amount: string;
  readonly reference: string;
  readonly bad: boolean;
}

/** The newest first. */
export function storyLines({ events }: Pick<OrderStory, 'events'>): StoryLine[] {
  return events.map(lineOf).reverse();
}

function lineOf(
  { kind, detail = '', atMs, amountFen, reference = '' }: StoryEvent,
  index: number,
): StoryLine {
  const text = t[`${kind} ${detail}`] ?? t[kind] ?? kind;
  const sign = kind === 'MOVEMENT' && amountFen !== undefined && amountFen > 0 ? '+' : '';
  return {
    key: String(index),
    at: dateTime(atMs),
    what: fill(text, { detail }),
    amount: amountFen === undefined ? '' : `${sign}¥${yuan(amountFen)}`.replace('¥-', '-¥'),
    reference,
    bad: kind === 'ANOMALY',
  };
}

export interface RefundCard {
  readonly outRefundNo: string;
  readonly amountFen: number;
  readonly state: string;
  readonly tone: Tone;
  readonly detail: string;
  readonly failure: string;
  /** The payer's account does not take it: another one can be named. */
  readonly canGoElsewhere: boolean;
  /** The platform paid it and may claim it back. */
  readonly canClaimBack: boolean;
}

export function refundCard(refund: RefundView): RefundCard {
  const { outRefundNo, amountFen, reason, receivedAccount, createdAtMs, endedAtMs, failure } = refund;
  const { text: state, tone } = refundStates[refund.state];
  return {
    outRefundNo,
    amountFen,
    state,
    tone,
    detail: [
      dateTime(endedAtMs ?? createdAtMs),
      reason,
      receivedAccount && receivedAccountName(receivedAccount),
    ]
      .filter(Boolean)
      .join(' · '),
    failure: failure ? `${failure.code} ${failure.message}` : '',
    canGoElsewhere: refund.state === 'ABNORMAL',
    canClaimBack: refund.advanced === true && refund.state === 'SUCCESS',
  };
}
