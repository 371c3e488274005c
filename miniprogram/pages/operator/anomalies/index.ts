import { common } from '../../../i18n/common';
import { texts } from '../../../i18n/index';
import { api, errorText } from '../../../services/api';
import { type AnomalyCard, anomalyCard } from '../../../services/operator/anomalies';
import { inputField } from '../../../services/operator/fields';

const t = {
  ...common,
  ...texts({
    title: ['异常', 'Anomalies'],
    none: ['没有待处理的异常', 'Nothing is open'],
    noneHint: ['对不上的付款会出现在这里', 'Payments that match no order appear here'],
    expected: ['应为', 'Expected'],
    received: ['收到', 'Received'],
    remedy: ['怎么办', 'What to do'],
    order: ['查看订单', 'See the order'],
    resolve: ['标记为已处理', 'Resolve'],
    note: ['处理说明', 'What was done'],
    save: ['保存', 'Save'],
    resolved: ['已处理', 'Resolved'],
  }),
};

Page({
  data: {
    t,
    kind: 'loading',
    message: '',
    cards: [] as AnomalyCard[],
    noting: '',
    field: inputField('note', t.note),
  },
  note: '',

  onLoad() {
    wx.setNavigationBarTitle({ title: t.title });
  },

  onShow() {
    void this.load();
  },

  async onPullDownRefresh() {
    await this.load();
    wx.stopPullDownRefresh();
  },

  async load() {
    const answer = await api.manageShop({ action: 'anomalies' });
    if (!answer.ok) this.setData({ kind: 'error', message: errorText(answer.error) });
    else this.show(answer.data.anomalies.map(anomalyCard));
  },

  show(cards: AnomalyCard[]) {
    this.setData({ cards, noting: '', kind: cards.length > 0 ? 'ready' : 'empty' });
  },

  openOrder(event: WechatMiniprogram.TouchEvent) {
    const no = encodeURIComponent(String(event.currentTarget.dataset.no));
    void wx.navigateTo({ url: `/pages/operator/order/index?no=${no}` });
  },

  begin(event: WechatMiniprogram.TouchEvent) {
    this.note = '';
    this.setData({
      noting: String(event.currentTarget.dataset.id),
      field: inputField('note', t.note, { maxLength: 200 }),
    });
  },

  change(event: WechatMiniprogram.CustomEvent<{ value: string }>) {
    this.note = event.detail.value;
  },

  cancel() {
    this.setData({ noting: '' });
  },

  async save() {
    const note = this.note.trim();
    if (!note) return;
    const answer = await api.manageShop({ action: 'resolveAnomaly', anomalyId: this.data.noting, note });
    if (!answer.ok) {
      this.setData({ 'field.error': errorText(answer.error) });
      return;
    }
    this.show(answer.data.anomalies.map(anomalyCard));
    void wx.showToast({ title: t.resolved, icon: 'success' });
  },
});
