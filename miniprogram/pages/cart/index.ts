import type { CartItem, ProductView } from '../../../shared/contract/index.ts';
import { common } from '../../i18n/common';
import { fill, texts } from '../../i18n/index';
import { api, errorText } from '../../services/api';
import {
  type PaymentGroup,
  readCart,
  showCartBadge,
  viewCart,
  withQuantity,
  writeCart,
} from '../../services/cart';
import { preparePayments, readCheckout, writeCheckout } from '../../services/checkout';

const t = {
  ...common,
  ...texts({
    title: ['购物车', 'Cart'],
    empty: ['购物车还是空的', 'Your cart is empty'],
    emptyHint: ['去商店看看，喜欢的先放进来', 'Have a look around the shop'],
    toShop: ['去商店', 'To the shop'],
    checkout: ['去结算', 'Check out'],
    payment: ['付款', 'Payment'],
    split: [
      '自营商品和商家商品由不同的账户收款，所以会分成两笔支付，一笔一笔付就好。',
      "Our own goods and the sellers' goods are paid to different accounts, so there will be two payments, one after the other.",
    ],
    gone: [
      '有 {count} 件商品已下架，不会结算',
      '{count} item(s) are no longer on sale and will not be charged',
    ],
    drop: ['移除', 'Remove'],
    removeAsk: ['从购物车移除这件商品？', 'Remove this from your cart?'],
  }),
};

Page({
  data: {
    t,
    kind: 'loading',
    message: '',
    groups: [] as PaymentGroup[],
    gone: [] as CartItem[],
    goneText: '',
    amountFen: 0,
  },
  products: [] as ProductView[],

  onShow() {
    wx.setNavigationBarTitle({ title: t.title });
    void this.load();
  },

  async load() {
    showCartBadge();
    if (readCart().length === 0) {
      this.setData({ kind: 'empty', groups: [], amountFen: 0 });
      return;
    }
    const answer = await api.listProducts();
    if (!answer.ok) {
      this.setData({ kind: 'error', message: errorText(answer.error) });
      return;
    }
    this.products = [...answer.data.products];
    this.draw();
  },

  draw() {
    const { groups, gone, amountFen } = viewCart(readCart(), this.products, t.shopName);
    const kind = groups.length + gone.length === 0 ? 'empty' : 'ready';
    const goneText = fill(t.gone, { count: gone.length });
    this.setData({ goneText, kind, groups: [...groups], gone: [...gone], amountFen });
    showCartBadge();
  },

  act() {
    if (this.data.kind === 'empty') void wx.switchTab({ url: '/pages/shop/index' });
    else void this.load();
  },

  async change(event: WechatMiniprogram.CustomEvent<{ value: number }>) {
    const { value } = event.detail;
    await this.setQuantity(String(event.currentTarget.dataset.id), value);
  },

  async remove(event: WechatMiniprogram.TouchEvent) {
    await this.setQuantity(String(event.currentTarget.dataset.id), 0);
  },

  async setQuantity(productId: string, quantity: number) {
    if (quantity === 0) {
      const { confirm } = await wx.showModal({
        title: t.removeAsk,
        confirmText: t.drop,
        cancelText: t.cancel,
        confirmColor: '#b3261e',
      });
      if (!confirm) return;
    }
    writeCart(withQuantity(readCart(), productId, quantity));
    this.draw();
  },

  dropGone() {
    const gone = new Set(this.data.gone.map((item) => item.productId));
    writeCart(readCart().filter((item) => !gone.has(item.productId)));
    this.draw();
  },

  checkout() {
    writeCheckout(preparePayments(this.data.groups, readCheckout()));
    void wx.navigateTo({ url: '/pages/checkout/index' });
  },
});
