import type { ManagedSeller, SharingRule, SharingView } from '../../../../shared/contract/index.ts';
import { common } from '../../../i18n/common';
import { fill, texts } from '../../../i18n/index';
import { api, errorText } from '../../../services/api';
import { yuan } from '../../../utils/money';
import { dateTime } from '../../../utils/time';

const t = {
  ...common,
  ...texts({
    title: ['分账', 'Profit sharing'],
    rules: ['规则', 'Rules'],
    noRules: ['还没有规则', 'No rules yet'],
    addRule: ['添加规则', 'Add a rule'],
    edit: ['修改', 'Change'],
    open: ['未完成', 'Not done yet'],
    noneOpen: ['没有等待或失败的分账', 'Nothing waits and nothing failed'],
    own: ['自营商品', 'Own goods'],
    everything: ['全部商品', 'Everything'],
    PAYMENT: ['付款后 {days} 天', '{days} days after payment'],
    SHIPPING: ['发货后 {days} 天', '{days} days after shipping'],
    RECEIPT: ['收货后 {days} 天', '{days} days after receipt'],
    rest: ['，再过 {days} 天解冻剩余资金', ', the rest {days} days later'],
    onlyFrees: ['只解冻，不分账', 'Unfreezes only'],
    WAITING: ['等待', 'Waiting'],
    SHARING: ['分账中', 'On its way'],
    SHARED: ['已分账', 'Shared'],
    FAILED: ['失败', 'Failed'],
    FREED: ['已解冻', 'Unfrozen'],
    detail: ['已分 ¥{shared}，回退 ¥{returned}', '¥{shared} shared, ¥{returned} returned'],
    next: ['，{time} 继续', ', goes on at {time}'],
    until: ['，{time} 自动解冻', ', unfrozen by WeChat Pay at {time}'],
    again: ['立即重试', 'Try again'],
    details: ['详情', 'Details'],
    free: ['解冻剩余', 'Unfreeze the rest'],
    freeHint: [
      '剩余资金归商家，此订单不能再分账。',
      "The rest is the seller's; nothing of this order can be shared afterwards.",
    ],
  }),
};

interface Row {
  readonly outTradeNo: string;
  readonly amountFen: number;
  readonly state: string;
  readonly tone: string;
  readonly detail: string;
  readonly failure: string;
  readonly canRetry: boolean;
}

interface RuleCard {
  readonly id: string;
  /** The address of its page. */
  readonly page: string;
  readonly seller: string;
  readonly product: string;
  readonly when: string;
  readonly receivers: readonly { readonly account: string; readonly part: string }[];
}

const rulePage = '/pages/operator/rule/index';

const tones: Readonly<Record<SharingView['state'], string>> = {
  WAITING: 'plain',
  SHARING: 'plain',
  SHARED: 'good',
  FAILED: 'bad',
  FREED: 'plain',
};

Page({
  data: { t, kind: 'loading', message: '', rows: [] as Row[], rules: [] as RuleCard[], busy: '' },

  onShow() {
    wx.setNavigationBarTitle({ title: t.title });
    void this.load();
  },

  async onPullDownRefresh() {
    await this.load();
    wx.stopPullDownRefresh();
  },

  async load() {
    const [open, rules, sellers] = await Promise.all([
      api.shareProfit({ action: 'open' }),
      api.shareProfit({ action: 'rules' }),
      api.manageShop({ action: 'sellers' }),
    ]);
    const failed = [open, rules, sellers].find(({ ok }) => !ok);
    if (failed && !failed.ok) return this.setData({ kind: 'error', message: errorText(failed.error) });
    if (!open.ok || !rules.ok || !sellers.ok) return;
    this.setData({
      kind: 'ready',
      rows: open.data.sharings.map(rowOf),
      rules: rules.data.rules.map((rule) => ruleCard(rule, sellers.data.sellers)),
    });
  },

  add() {
    void wx.navigateTo({ url: rulePage });
  },

  edit(event: WechatMiniprogram.TouchEvent) {
    void wx.navigateTo({ url: String(event.currentTarget.dataset.page) });
  },

  openOrder(event: WechatMiniprogram.TouchEvent) {
    const no = encodeURIComponent(String(event.currentTarget.dataset.no));
    void wx.navigateTo({ url: `/pages/operator/share/index?no=${no}` });
  },

  async again(event: WechatMiniprogram.TouchEvent) {
    const outTradeNo = String(event.currentTarget.dataset.no);
    if (this.data.busy) return;
    this.setData({ busy: outTradeNo });
    const answer = await api.shareProfit({ action: 'retry', outTradeNo });
    this.setData({ busy: '' });
    if (!answer.ok) void wx.showToast({ title: errorText(answer.error), icon: 'none' });
    await this.load();
  },

  async free(event: WechatMiniprogram.TouchEvent) {
    const outTradeNo = String(event.currentTarget.dataset.no);
    const { confirm } = await wx.showModal({
      title: t.free,
      content: t.freeHint,
      confirmText: t.confirm,
      cancelText: t.cancel,
    });
    if (!confirm) return;
    const answer = await api.shareProfit({ action: 'free', outTradeNo });
    if (!answer.ok) void wx.showToast({ title: errorText(answer.error), icon: 'none' });
    await this.load();
  },
});

function rowOf(sharing: SharingView): Row {
  const { outTradeNo, amountFen, state, sharedFen, returnedFen, nextAtMs, frozenUntilMs, failure } = sharing;
  const moved = fill(t.detail, { shared: yuan(sharedFen), returned: yuan(returnedFen) });
  const turn = nextAtMs
    ? fill(t.next, { time: dateTime(nextAtMs) })
    : fill(t.until, { time: dateTime(frozenUntilMs) });
  return {
    ...{ outTradeNo, amountFen, state: t[state], tone: tones[state], detail: `${moved}${turn}` },
    failure: failure?.message ?? '',
    canRetry: state === 'FAILED',
  };
}

function ruleCard(rule: SharingRule, sellers: readonly ManagedSeller[]): RuleCard {
  const { sellerId, productId, receivers, after, days, freeAfterDays } = rule;
  const name = sellers.find((each) => each.sellerId === sellerId)?.name ?? sellerId ?? t.own;
  const when = fill(t[after], { days }) + fill(t.rest, { days: freeAfterDays });
  return {
    id: `${sellerId}:${productId}`,
    page: `${rulePage}?seller=${encodeURIComponent(sellerId ?? '')}&product=${encodeURIComponent(productId ?? '')}`,
    seller: name,
    product: productId ?? t.everything,
    when: receivers.length > 0 ? when : `${t.onlyFrees} · ${when}`,
    receivers: receivers.map(({ account, part }) => ({
      account,
      part: 'permille' in part ? `${part.permille / 10} %` : `¥${yuan(part.amountFen)}`,
    })),
  };
}
