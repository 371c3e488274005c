import type { OrderView } from '../../../shared/contract/index.ts';
import { common } from '../../i18n/common';
import { texts } from '../../i18n/index';
import { api, errorText } from '../../services/api';
import { type OrderSummary, summaryOf, timeLeft } from './summary';

const t = {
  ...common,
  ...texts({
    title: ['订单详情', 'Order'],
    left: ['剩余支付时间', 'Time left to pay'],
    amount: ['金额', 'Amount'],
    toPay: ['应付', 'To pay'],
    pay: ['去支付', 'Pay'],
    close: ['取消订单', 'Cancel the order'],
    closeAsk: ['取消这笔订单？', 'Cancel this order?'],
    closeHint: ['取消后不能恢复，需要时请重新下单。', 'This cannot be undone. You can order again.'],
    closeYes: ['取消订单', 'Cancel order'],
    closeNo: ['再想想', 'Keep it'],
    closed: ['订单已取消', 'The order is cancelled'],
  }),
};

Page({
  data: {
    t,
    kind: 'loading',
    message: '',
    orders: [] as OrderView[],
    pictures: {} as Record<string, string>,
    left: '',
    stateText: '',
    tone: 'plain',
    hint: '',
    amountFen: 0,
    payable: false,
    closable: false,
    facts: [] as OrderSummary['facts'],
  },
  paymentNo: '',
  timer: 0,

  onLoad(query: Record<string, string | undefined>) {
    wx.setNavigationBarTitle({ title: t.title });
    this.paymentNo = decodeURIComponent(query.paymentNo ?? '');
    void this.loadPictures();
  },

  onShow() {
    void this.load();
    this.timer = setInterval(() => this.tick(), 1000) as unknown as number;
  },

  onHide() {
    clearInterval(this.timer);
  },

  onUnload() {
    clearInterval(this.timer);
  },

  async onPullDownRefresh() {
    await this.load();
    wx.stopPullDownRefresh();
  },

  async load() {
    const answer = await api.queryOrder({ paymentNo: this.paymentNo });
    if (!answer.ok) {
      if (this.data.orders.length === 0) this.setData({ kind: 'error', message: errorText(answer.error) });
      return;
    }
    this.show(answer.data.orders);
  },

  /** Decoration only: an order stays readable without its pictures. */
  async loadPictures() {
    const answer = await api.listProducts();
    if (!answer.ok) return;
    const pictures = answer.data.products.map(({ productId, image }) => [productId, image ?? ''] as const);
    this.setData({ pictures: Object.fromEntries(pictures) });
  },

  show(orders: readonly OrderView[]) {
    if (orders.length === 0) return;
    this.setData({
      kind: 'ready',
      orders: [...orders],
      left: timeLeft(orders, Date.now()),
      ...summaryOf(orders, Date.now()),
    });
  },

  tick() {
    const { orders, left } = this.data;
    if (orders.length === 0) return;
    const now = timeLeft(orders, Date.now());
    if (now === left) return;
    this.setData({ left: now });
    if (now === '' && left !== '') void this.load();
  },

  pay() {
    void wx.navigateTo({ url: `/pages/checkout/index?paymentNo=${encodeURIComponent(this.paymentNo)}` });
  },

  async close() {
    const { confirm } = await wx.showModal({
      title: t.closeAsk,
      content: t.closeHint,
      confirmText: t.closeYes,
      cancelText: t.closeNo,
      confirmColor: '#b3261e',
    });
    if (!confirm) return;
    void wx.showLoading({ title: '', mask: true });
    const answer = await api.closeOrder(this.paymentNo);
    wx.hideLoading();
    if (answer.ok) {
      this.show(answer.data.orders);
      void wx.showToast({ title: t.closed, icon: 'none' });
      return;
    }
    void wx.showModal({ title: errorText(answer.error), showCancel: false, confirmText: t.confirm });
    await this.load();
  },
});
