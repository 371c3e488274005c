import type { CartItem, ProductView } from '../../../shared/contract/index.ts';
import { common } from '../../i18n/common';
import { fill, texts } from '../../i18n/index';
import { api, errorText } from '../../services/api';
import { readCart, viewCart, withItem, writeCart } from '../../services/cart';
import { preparePayments, readCheckout, writeCheckout } from '../../services/checkout';
import { parseYuan, yuan } from '../../utils/money';

const t = {
  ...common,
  ...texts({
    title: ['商品', 'Product'],
    soldBy: ['由谁出售', 'Sold by'],
    quantity: ['数量', 'Quantity'],
    add: ['加入购物车', 'Add to cart'],
    added: ['已加入购物车', 'Added to cart'],
    buy: ['立即购买', 'Buy now'],
    failed: ['商品没有加载出来', 'The product did not load'],
    gone: ['这件商品已经下架', 'This product is no longer on sale'],
    yourPrice: ['付多少由你决定', 'You decide how much'],
    otherAmount: ['其他金额', 'Another amount'],
    range: ['{min} 元到 {max} 元之间', 'Between ¥{min} and ¥{max}'],
    badAmount: [
      '请输入 {min} 到 {max} 元的金额，最多两位小数',
      'Enter ¥{min} to ¥{max}, at most two decimals',
    ],
  }),
};

const presetsFen = [500, 1000, 2000, 5000, 10_000];

Page({
  data: {
    t,
    kind: 'loading',
    message: '',
    product: {} as Partial<ProductView>,
    quantity: 1,
    presets: [] as { amountFen: number; text: string }[],
    range: '',
    amountText: '',
    amountFen: 0,
    amountError: '',
  },
  productId: '',

  onLoad(query: Record<string, string | undefined>) {
    wx.setNavigationBarTitle({ title: t.title });
    this.productId = query.id ?? '';
    void this.load();
  },

  async load() {
    this.setData({ kind: 'loading' });
    const answer = await api.listProducts();
    const product = answer.ok
      ? answer.data.products.find(({ productId }) => productId === this.productId)
      : undefined;
    if (!product) {
      this.setData({ kind: 'error', message: answer.ok ? t.gone : errorText(answer.error) });
      return;
    }
    this.setData({ product, kind: 'ready' });
    if (product.price.kind === 'free') this.offerAmounts(product.price);
  },

  offerAmounts({ minAmountFen, maxAmountFen }: { minAmountFen: number; maxAmountFen: number }) {
    const presets = presetsFen
      .filter((fen) => fen >= minAmountFen && fen <= maxAmountFen)
      .slice(0, 4)
      .map((amountFen) => ({ amountFen, text: String(amountFen / 100) }));
    const range = fill(t.range, { min: yuan(minAmountFen), max: yuan(maxAmountFen) });
    const first = presets[0]?.amountFen ?? minAmountFen;
    this.setData({ presets, range, amountFen: first, amountText: '' });
  },

  preset(event: WechatMiniprogram.TouchEvent) {
    this.setData({ amountFen: Number(event.currentTarget.dataset.fen), amountText: '', amountError: '' });
  },

  typeAmount(event: WechatMiniprogram.Input) {
    this.setData({
      amountText: event.detail.value,
      amountFen: parseYuan(event.detail.value) ?? 0,
      amountError: '',
    });
  },

  changeQuantity(event: WechatMiniprogram.CustomEvent<{ value: number }>) {
    this.setData({ quantity: event.detail.value });
  },

  /** What the user is about to buy; undefined, with the reason on screen, when the amount is invalid. */
  chosen(): CartItem | undefined {
    const { price } = this.data.product;
    if (price?.kind !== 'free') return { productId: this.productId, quantity: this.data.quantity };
    const { amountFen } = this.data;
    if (amountFen >= price.minAmountFen && amountFen <= price.maxAmountFen) {
      return { productId: this.productId, quantity: 1, amountFen };
    }
    const bounds = { min: yuan(price.minAmountFen), max: yuan(price.maxAmountFen) };
    this.setData({ amountError: fill(t.badAmount, bounds) });
    return undefined;
  },

  addToCart() {
    const item = this.chosen();
    if (!item) return;
    writeCart(withItem(readCart(), item));
    void wx.showToast({ title: t.added, icon: 'success' });
  },

  buyNow() {
    const item = this.chosen();
    if (!item) return;
    const { groups } = viewCart([item], [this.data.product as ProductView], t.shopName);
    writeCheckout(preparePayments(groups, readCheckout()));
    void wx.navigateTo({ url: '/pages/checkout/index' });
  },
});
