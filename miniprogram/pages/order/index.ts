import type { OrderView } from '../../../shared/contract/index.ts';
import { common } from '../../i18n/common';
import { texts } from '../../i18n/index';
import { api, errorText } from '../../services/api';
import { loadPictures } from '../../services/pictures';
import { openReceipt } from '../../services/receipt';
import { type RefundLine, refundLines, requestText } from './refund';
import { type ShippingCard, shippingCards } from './shipping';
import { type OrderSummary, summaryOf, timeLeft } from './summary';

const t = {
  ...common,
  ...texts({
    title: ['订单详情', 'Order'],
    left: ['剩余支付时间', 'Time left to pay'],
    amount: ['金额', 'Amount'],
    toPay: ['应付', 'To pay'],
    pay: ['去支付', 'Pay'],
    close: ['关闭订单', 'Close the order'],
    closeAsk: ['关闭这笔订单？', 'Close this order?'],
    closeHint: ['关闭后不能恢复，需要时请重新下单。', 'This cannot be undone. You can order again.'],
    closeYes: ['关闭订单', 'Close it'],
    closeNo: ['再想想', 'Keep it'],
    closed: ['订单已关闭', 'The order is closed'],
    refunds: ['退款', 'Refund'],
    askRefund: ['申请退款', 'Ask for a refund'],
    askRefundAsk: ['申请退款？', 'Ask for a refund?'],
    askRefundHint: [
      '刚付款、还没发货的订单会自动退款；已发货的由商家处理。',
      'If nothing was delivered yet, a recent payment is refunded at once; otherwise the shop decides.',
    ],
    askRefundYes: ['申请', 'Ask'],
    shipping: ['物流', 'Shipping'],
    confirmReceipt: ['确认收货', 'Confirm receipt'],
    receiptFailed: [
      '暂时无法确认收货，请稍后再试',
      'Receipt cannot be confirmed now; please try again later',
    ],
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
    shipments: [] as ShippingCard[],
    refunds: [] as { outTradeNo: string; note: string; canAsk: boolean; lines: RefundLine[] }[],
  },
  paymentNo: '',
  /** Instead of the payment's number, when a message of WeChat about the shipment opened the page. */
  outTradeNo: '',
  timer: 0,

  onLoad(query: Record<string, string | undefined>) {
    wx.setNavigationBarTitle({ title: t.title });
    this.paymentNo = decodeURIComponent(query.paymentNo ?? '');
    this.outTradeNo = decodeURIComponent(query.merchant_trade_no ?? '');
    void loadPictures().then((pictures) => this.setData({ pictures }));
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
    const { paymentNo, outTradeNo } = this;
    const answer = await api.queryOrder(paymentNo === '' ? { outTradeNo } : { paymentNo });
    if (!answer.ok) {
      if (this.data.orders.length === 0) this.setData({ kind: 'error', message: errorText(answer.error) });
      return;
    }
    this.paymentNo ||= answer.data.orders[0]?.paymentNo ?? '';
    this.show(answer.data.orders);
    await this.loadRefunds();
  },

  /** For paid orders only; without an answer the page stays unchanged. */
  async loadRefunds() {
    const paid = this.data.orders.filter(({ state }) => state === 'SUCCESS' || state === 'REFUND');
    const answers = await Promise.all(
      paid.map(({ outTradeNo }) => api.requestRefund({ action: 'query', outTradeNo })),
    );
    const refunds = answers.flatMap((answer, index) =>
      answer.ok
        ? [
            {
              outTradeNo: paid[index]!.outTradeNo,
              note: requestText(answer.data),
              canAsk: answer.data.canAsk,
              lines: refundLines(answer.data.refunds),
            },
          ]
        : [],
    );
    this.setData({ refunds });
  },

  async confirmReceipt(event: WechatMiniprogram.TouchEvent) {
    const { no, transaction } = event.currentTarget.dataset;
    const outcome = await openReceipt(String(transaction));
    if (outcome === 'cancel') return;
    void wx.showLoading({ title: '', mask: true });
    // Also after a failure: the receipt may have been confirmed elsewhere before.
    const answer = await api.confirmReceipt({ outTradeNo: String(no) });
    wx.hideLoading();
    if (!answer.ok) void wx.showToast({ title: errorText(answer.error), icon: 'none' });
    else if (outcome === 'fail') void wx.showToast({ title: t.receiptFailed, icon: 'none' });
    await this.load();
  },

  async askRefund(event: WechatMiniprogram.TouchEvent) {
    const outTradeNo = String(event.currentTarget.dataset.no);
    const { confirm } = await wx.showModal({
      title: t.askRefundAsk,
      content: t.askRefundHint,
      confirmText: t.askRefundYes,
      cancelText: t.closeNo,
    });
    if (!confirm) return;
    void wx.showLoading({ title: '', mask: true });
    const answer = await api.requestRefund({ action: 'ask', outTradeNo });
    wx.hideLoading();
    if (!answer.ok)
      void wx.showModal({ title: errorText(answer.error), showCancel: false, confirmText: t.confirm });
    await this.load();
  },

  show(orders: readonly OrderView[]) {
    if (orders.length === 0) return;
    this.setData({
      kind: 'ready',
      orders: [...orders],
      left: timeLeft(orders, Date.now()),
      shipments: shippingCards(orders),
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
