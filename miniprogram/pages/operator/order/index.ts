import type { ApiError, OrderStory } from '../../../../shared/contract/index.ts';
import { fill } from '../../../i18n/index';
import { api, errorText } from '../../../services/api';
import type { FieldView } from '../../../services/apply/view';
import { fieldErrors } from '../../../services/operator/fields';
import { type RefundCard, refundCard, type StoryLine, storyLines } from '../../../services/operator/story';
import { stateOf } from '../../../services/orders';
import { parseYuan, yuan } from '../../../utils/money';
import { newToken } from '../../../utils/token';
import { type Answers, beginShipping, refundFields, shipFields, shipRequest } from './forms';
import { t } from './texts';

Page({
  data: {
    t,
    kind: 'loading',
    message: '',
    order: {} as Partial<OrderStory['order']>,
    stateText: '',
    tone: 'plain',
    heldFen: 0,
    refundableFen: 0,
    facts: [] as { label: string; value: string }[],
    refunds: [] as RefundCard[],
    asked: '',
    shipment: '',
    lines: [] as StoryLine[],
    anomalies: '',
    canShip: false,
    /** refund or ship while that form is open. */
    form: '',
    fields: [] as FieldView[],
    problem: '',
    busy: false,
  },
  outTradeNo: '',
  /** Created once per form, so that a second tap requests the same refund. */
  token: '',
  answers: {} as Answers,

  onLoad(query: Record<string, string | undefined>) {
    wx.setNavigationBarTitle({ title: t.title });
    this.outTradeNo = decodeURIComponent(query.no ?? '');
    void this.load();
  },

  async onPullDownRefresh() {
    await this.load();
    wx.stopPullDownRefresh();
  },

  async load() {
    const answer = await api.manageShop({ action: 'story', outTradeNo: this.outTradeNo });
    if (!answer.ok) this.setData({ kind: 'error', message: errorText(answer.error) });
    else this.show(answer.data.story);
  },

  show(story: OrderStory) {
    const { order, heldFen, refundableFen, refunds, refundRequest, anomalies } = story;
    const { text, tone } = stateOf(order);
    // WeChat Pay sets an order to REFUND when a part of it is refunded.
    const kept = order.state === 'REFUND' && refundableFen > 0;
    const stateText = kept ? t.partly : text;
    const { shipping } = order;
    this.setData({
      kind: 'ready',
      order,
      stateText,
      tone,
      heldFen,
      refundableFen,
      facts: [
        { label: t.orderNo, value: order.outTradeNo },
        { label: t.transaction, value: order.transactionId ?? '—' },
        { label: t.merchant, value: order.subMchid ?? order.mchid },
        { label: t.payer, value: order.openid },
      ],
      refunds: refunds.map(refundCard),
      asked: refundRequest?.state === 'OPEN' ? refundRequest.reason || t.asked : '',
      shipment: shipping ? [t[shipping.state], ...shipping.parcels.map(parcelText)].join('\n') : '',
      lines: storyLines(story),
      anomalies: anomalies.length > 0 ? fill(t.anomalies, { n: anomalies.length }) : '',
      canShip: (order.state === 'SUCCESS' || kept) && !order.shippedAtMs,
    });
  },

  begin(event: WechatMiniprogram.TouchEvent) {
    const form = String(event.currentTarget.dataset.form);
    this.token = newToken();
    this.answers =
      form === 'refund'
        ? { amount: yuan(this.data.refundableFen).replaceAll(',', '') }
        : beginShipping(this.data.order.description ?? '');
    this.setData({ form, problem: '' });
    this.draw();
  },

  cancel() {
    this.setData({ form: '', problem: '' });
  },

  change(event: WechatMiniprogram.CustomEvent<{ key: string; value: string }>) {
    const { key, value } = event.detail;
    this.answers = { ...this.answers, [key]: value };
    if (key === 'logistics') this.draw();
  },

  draw(errors: Readonly<Record<string, string>> = {}) {
    const fields = this.data.form === 'refund' ? refundFields : shipFields;
    this.setData({ fields: fields(this.answers, errors) });
  },

  async submit() {
    if (this.data.busy) return;
    const send = this.data.form === 'refund' ? () => this.refund() : () => this.ship();
    await send();
  },

  async refund() {
    const { refundableFen } = this.data;
    const amountFen = parseYuan(this.answers.amount ?? '');
    if (amountFen === undefined || amountFen === 0 || amountFen > refundableFen) {
      this.draw({ amount: fill(t.refundBad, { amount: yuan(refundableFen) }) });
      return;
    }
    const { confirm } = await wx.showModal({
      title: fill(t.refundAsk, { amount: yuan(amountFen) }),
      content: t.refundHint,
      confirmText: t.refund,
      cancelText: t.cancel,
      confirmColor: '#b3261e',
    });
    if (!confirm) return;
    const { outTradeNo, token: requestToken } = this;
    const reason = this.answers.reason?.trim();
    const more = reason ? { reason } : {};
    await this.finish(api.refundOrder({ action: 'refund', outTradeNo, requestToken, amountFen, ...more }));
  },

  async ship() {
    await this.finish(api.shipOrder(shipRequest(this.outTradeNo, this.answers)));
  },

  async decline() {
    const { outTradeNo } = this;
    await this.finish(api.refundOrder({ action: 'decline', outTradeNo }));
  },

  async finish(call: Promise<{ ok: true } | { ok: false; error: ApiError }>) {
    this.setData({ busy: true, problem: '' });
    const answer = await call;
    this.setData({ busy: false });
    if (!answer.ok) {
      this.setData({ problem: errorText(answer.error) });
      this.draw(fieldErrors(answer.error));
      return;
    }
    this.setData({ form: '' });
    void wx.showToast({ title: t.done, icon: 'success' });
    await this.load();
  },

  toAnomalies() {
    void wx.navigateTo({ url: '/pages/operator/anomalies/index' });
  },
});

function parcelText(parcel: { company?: string; trackingNo?: string; itemDesc: string }): string {
  return [parcel.company, parcel.trackingNo, parcel.itemDesc].filter(Boolean).join(' · ');
}
