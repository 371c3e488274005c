import type { ApiError, OrderStory } from '../../../../shared/contract/index.ts';
import { fill } from '../../../i18n/index';
import { api, errorText } from '../../../services/api';
import type { FieldView } from '../../../services/apply/view';
import { fieldErrors } from '../../../services/operator/fields';
import { type RefundCard, refundCard, type StoryLine, storyLines } from '../../../services/operator/story';
import { stateOf, titleOf } from '../../../services/orders';
import { parseYuan, yuan } from '../../../utils/money';
import { newToken } from '../../../utils/token';
import {
  type Answers,
  beginShipping,
  elsewhereFields,
  elsewhereRequest,
  refundFields,
  shipFields,
  shipRequest,
} from './forms';
import { t } from './texts';

Page({
  data: {
    t,
    kind: 'loading',
    message: '',
    order: {} as Partial<OrderStory['order']>,
    stateText: '',
    title: '',
    tone: 'plain',
    heldFen: 0,
    refundableFen: 0,
    facts: [] as { label: string; value: string }[],
    refunds: [] as RefundCard[],
    asked: '',
    shipment: '',
    /** The state of its sharing; empty when its money is not shared. */
    sharing: '',
    lines: [] as StoryLine[],
    anomalies: '',
    canShip: false,
    /** A refund of a part holds the delivery of the rest. */
    held: false,
    canReship: false,
    canRemind: false,
    /** refund, ship or elsewhere while that form is open. */
    form: '',
    fields: [] as FieldView[],
    problem: '',
    busy: false,
  },
  outTradeNo: '',
  /** Created once per form, so that a second tap requests the same refund. */
  token: '',
  answers: {} as Answers,
  story: undefined as OrderStory | undefined,
  /** The refund that goes to another account. */
  outRefundNo: '',

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
    const { shipment } = story;
    this.story = story;
    const isUnderway = shipment?.state === 'SHIPPED';
    this.setData({
      kind: 'ready',
      order,
      title: titleOf(order),
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
      sharing: story.sharing ? t[`sharing${story.sharing}`] : '',
      lines: storyLines(story),
      anomalies: anomalies.length > 0 ? fill(t.anomalies, { n: anomalies.length }) : '',
      canShip: (order.state === 'SUCCESS' || kept) && !order.shippedAtMs,
      held: order.fulfilment === 'HELD' && kept,
      canReship: isUnderway && !shipment.reshipped,
      canRemind: isUnderway && shipment.logistics === 'express' && shipment.remindedAtMs === undefined,
    });
  },

  begin(event: WechatMiniprogram.TouchEvent) {
    const form = String(event.currentTarget.dataset.form);
    this.token = newToken();
    this.outRefundNo = String(event.currentTarget.dataset.no ?? '');
    if (form === 'refund') this.answers = { amount: yuan(this.data.refundableFen).replaceAll(',', '') };
    else if (form === 'elsewhere') this.answers = {};
    else this.answers = beginShipping(this.data.order.description ?? '', this.story?.shipment);
    this.setData({ form, problem: '' });
    this.draw();
    void wx.pageScrollTo({ selector: '#form', offsetTop: -12, duration: 200 });
  },

  cancel() {
    this.setData({ form: '', problem: '' });
  },

  change(event: WechatMiniprogram.CustomEvent<{ key: string; value: string }>) {
    const { key, value } = event.detail;
    this.answers = { ...this.answers, [key]: value };
    if (key === 'logistics' || key === 'payer' || key === 'type' || key === 'bankType') this.draw();
  },

  draw(errors: Readonly<Record<string, string>> = {}) {
    const { form } = this.data;
    const { answers, story } = this;
    if (form === 'refund')
      this.setData({ fields: refundFields(answers, errors, story?.platformCanAdvance === true) });
    else
      this.setData({
        fields: form === 'elsewhere' ? elsewhereFields(answers, errors) : shipFields(answers, errors),
      });
  },

  async submit() {
    if (this.data.busy) return;
    const { form } = this.data;
    if (form === 'refund') await this.refund();
    else if (form === 'elsewhere') await this.refundElsewhere();
    else await this.ship();
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
    const platformAdvance = this.answers.payer === 'platform';
    const more = { ...(reason && { reason }), ...(platformAdvance && { platformAdvance }) };
    await this.finish(api.refundOrder({ action: 'refund', outTradeNo, requestToken, amountFen, ...more }));
  },

  async ship() {
    await this.finish(api.shipOrder(shipRequest(this.outTradeNo, this.answers)));
  },

  async refundElsewhere() {
    const { type = 'USER_BANK_CARD' } = this.answers;
    const needed = type === 'USER_BANK_CARD' ? ['bankType', 'bankAccount', 'realName'] : [];
    const missing = needed.filter((key) => !this.answers[key]?.trim());
    if (missing.length > 0) {
      this.draw(Object.fromEntries(missing.map((key) => [key, t.required])));
      return;
    }
    await this.finish(api.refundOrder(elsewhereRequest(this.outRefundNo, this.answers)));
  },

  async claimBack(event: WechatMiniprogram.TouchEvent) {
    const outRefundNo = String(event.currentTarget.dataset.no);
    const answer = await api.refundOrder({ action: 'returnAdvance', outRefundNo });
    const title = answer.ok ? fill(t.claimed, { result: answer.data.result }) : errorText(answer.error);
    void wx.showModal({ title, showCancel: false, confirmText: t.confirm });
  },

  async deliverRest() {
    const { outTradeNo } = this;
    await this.finish(api.refundOrder({ action: 'deliverRest', outTradeNo }));
  },

  async remind() {
    const { confirm } = await wx.showModal({
      title: t.remindAsk,
      content: t.remindHint,
      confirmText: t.confirm,
      cancelText: t.cancel,
    });
    if (!confirm) return;
    const { outTradeNo } = this;
    await this.finish(api.shipOrder({ action: 'remind', outTradeNo, deliveredAtMs: Date.now() }));
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

  toSharing() {
    const no = encodeURIComponent(this.outTradeNo);
    void wx.navigateTo({ url: `/pages/operator/share/index?no=${no}` });
  },

  toAnomalies() {
    void wx.navigateTo({ url: '/pages/operator/anomalies/index' });
  },
});

function parcelText(parcel: { company?: string; trackingNo?: string; itemDesc: string }): string {
  return [parcel.company, parcel.trackingNo, parcel.itemDesc].filter(Boolean).join(' · ');
}
