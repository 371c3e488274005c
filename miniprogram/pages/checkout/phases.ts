/** What each phase of a payment says to the user. */
import { fill, texts } from '../../i18n/index';
import type { PaymentPhase } from '../../services/payment';
import { yuan } from '../../utils/money';

export interface Hero {
  readonly tone: 'good' | 'wait' | 'bad' | 'plain';
  readonly icon: string;
  readonly title: string;
  readonly message: string;
  readonly busy: boolean;
}

const t = texts({
  confirming: ['正在确认支付结果', 'Checking the payment'],
  confirmingHint: ['以微信支付的记录为准，请稍等片刻', "WeChat Pay's record decides. One moment please."],
  offline: ['网络不太稳定，正在继续查询', 'The network is unstable; still asking'],
  offlineHint: ['请不要重复付款，结果出来会马上告诉你', 'Please do not pay again. The result appears here.'],
  unconfirmed: ['还没有查到结果', 'No result yet'],
  unconfirmedHint: [
    '如果已经付款，款项不会丢失，稍后可以在订单里看到',
    'If you paid, nothing is lost: it will show in your orders.',
  ],
  paid: ['支付成功', 'Paid'],
  paidHint: ['小铺已收到，正在为你准备', 'Thank you. We are getting it ready.'],
  cancelled: ['还没有付款', 'Not paid yet'],
  cancelledHint: [
    '订单为你保留 24 小时，期间可以继续支付',
    'Your order is kept for 24 hours; you can pay until then.',
  ],
  failed: ['这次没有付成', 'The payment did not go through'],
  closed: ['订单已关闭', 'The order is closed'],
  closedHint: [
    '超过了支付时间或已被关闭，请重新下单',
    'It ran out of time or was closed. Please order again.',
  ],
  changed: ['价格有变化', 'The price has changed'],
  changedHint: ['现在需要支付 ¥{amount}，确认后再继续', 'It is ¥{amount} now. Confirm to go on.'],
});

export function heroOf(phase: PaymentPhase): Hero | undefined {
  switch (phase.name) {
    case 'confirming':
      return phase.offline
        ? hero('wait', 'dots-white', t.offline, t.offlineHint, true)
        : hero('wait', 'dots-white', t.confirming, t.confirmingHint, true);
    case 'unconfirmed':
      return hero('wait', 'dots-white', t.unconfirmed, t.unconfirmedHint);
    case 'paid':
      return hero('good', 'check', t.paid, t.paidHint);
    case 'closed':
      return hero('plain', 'cross-white', t.closed, t.closedHint);
    case 'price-changed':
      return hero('wait', 'alert-white', t.changed, fill(t.changedHint, { amount: yuan(phase.amountFen) }));
    case 'ready':
      if (phase.reason === 'cancelled') return hero('plain', 'dots-white', t.cancelled, t.cancelledHint);
      if (phase.reason === 'failed') return hero('bad', 'alert-white', t.failed, phase.message ?? '');
      return undefined;
    default:
      return undefined;
  }
}

function hero(tone: Hero['tone'], icon: string, title: string, message: string, busy = false): Hero {
  return { tone, icon, title, message, busy };
}
