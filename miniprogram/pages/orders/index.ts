import type { OrderView } from '../../../shared/contract/index.ts';
import { common } from '../../i18n/common';
import { texts } from '../../i18n/index';
import { api, errorText } from '../../services/api';
import { showCartBadge } from '../../services/cart';
import { mergeOrders } from '../../services/orders';

const t = {
  ...common,
  ...texts({
    title: ['我的订单', 'My orders'],
    empty: ['还没有订单', 'No orders yet'],
    emptyHint: ['下单后会出现在这里', 'They will appear here'],
    toShop: ['去商店', 'To the shop'],
    pay: ['去支付', 'Pay'],
    more: ['正在加载更多', 'Loading more'],
    end: ['没有更多了', 'That is all'],
  }),
};

Page({
  data: { t, kind: 'loading', message: '', orders: [] as OrderView[], cursor: '', loadingMore: false },

  onShow() {
    wx.setNavigationBarTitle({ title: t.title });
    showCartBadge();
    void this.load();
  },

  async onPullDownRefresh() {
    await this.load();
    wx.stopPullDownRefresh();
  },

  async load() {
    const answer = await api.queryOrder({ list: 'mine', limit: 20 });
    if (!answer.ok) {
      // Keep what is on screen; show the error only on an empty page.
      if (this.data.orders.length === 0) this.setData({ kind: 'error', message: errorText(answer.error) });
      else void wx.showToast({ title: errorText(answer.error), icon: 'none' });
      return;
    }
    const { orders, nextCursor = '' } = answer.data;
    this.setData({ orders: [...orders], cursor: nextCursor, kind: orders.length > 0 ? 'ready' : 'empty' });
  },

  async onReachBottom() {
    const { cursor, loadingMore } = this.data;
    if (!cursor || loadingMore) return;
    this.setData({ loadingMore: true });
    const answer = await api.queryOrder({ list: 'mine', limit: 20, cursor });
    if (!answer.ok) {
      this.setData({ loadingMore: false });
      return;
    }
    const orders = mergeOrders(this.data.orders, answer.data.orders);
    this.setData({ orders, cursor: answer.data.nextCursor ?? '', loadingMore: false });
  },

  act() {
    if (this.data.kind === 'empty') void wx.switchTab({ url: '/pages/shop/index' });
    else {
      this.setData({ kind: 'loading' });
      void this.load();
    }
  },

  pay(event: WechatMiniprogram.TouchEvent) {
    const paymentNo = encodeURIComponent(String(event.currentTarget.dataset.no));
    void wx.navigateTo({ url: `/pages/checkout/index?paymentNo=${paymentNo}` });
  },
});
