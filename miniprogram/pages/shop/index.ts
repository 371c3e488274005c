import { common } from '../../i18n/common';
import { texts } from '../../i18n/index';
import { api, errorText } from '../../services/api';
import { readCart, showCartBadge, withItem, writeCart } from '../../services/cart';
import { type ShopSection, sectionsOf } from './sections';

const t = {
  ...common,
  ...texts({
    hello: ['今天想要点什么？', 'What would you like today?'],
    sub: ['小铺自营，也有邻居们的好东西', 'Our own goods, and good things from our neighbours'],
    own: ['自营', 'Our own'],
    free: ['随心付', 'Pay what you like'],
    add: ['加入购物车', 'Add to cart'],
    added: ['已加入购物车', 'Added to cart'],
    empty: ['还没有上架商品', 'Nothing on sale yet'],
    failed: ['商品没有加载出来', 'The goods did not load'],
  }),
};

Page({
  data: { t, kind: 'loading', message: '', sections: [] as ShopSection[] },

  onLoad() {
    wx.setNavigationBarTitle({ title: t.shopName });
    void this.load();
  },

  onShow() {
    showCartBadge();
  },

  async onPullDownRefresh() {
    await this.load();
    wx.stopPullDownRefresh();
  },

  async load() {
    if (this.data.sections.length === 0) this.setData({ kind: 'loading' });
    const answer = await api.listProducts();
    if (!answer.ok) {
      this.setData({ kind: 'error', message: errorText(answer.error) });
      return;
    }
    const sections = sectionsOf(answer.data.products, t.shopName);
    this.setData({ sections, kind: sections.length > 0 ? 'ready' : 'empty', message: '' });
  },

  open(event: WechatMiniprogram.TouchEvent) {
    void wx.navigateTo({ url: `/pages/product/index?id=${String(event.currentTarget.dataset.id)}` });
  },

  add(event: WechatMiniprogram.TouchEvent) {
    writeCart(withItem(readCart(), { productId: String(event.currentTarget.dataset.id), quantity: 1 }));
    showCartBadge();
    void wx.showToast({ title: t.added, icon: 'success' });
  },
});
