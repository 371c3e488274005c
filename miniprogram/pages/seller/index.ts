import type { OrderView, SellerProductView } from '../../../shared/contract/index.ts';
import { common } from '../../i18n/common';
import { texts } from '../../i18n/index';
import { api, errorText } from '../../services/api';
import { mergeOrders, stateOf } from '../../services/orders';
import { stageText } from '../../services/stages';
import { dateTime } from '../../utils/time';

const t = {
  ...common,
  ...texts({
    title: ['商家中心', 'Your shop'],
    none: ['还没有开通的商户', 'No active merchant yet'],
    become: ['成为商家', 'Become a seller'],
    mchid: ['商户号', 'Merchant number'],
    today: ['最近已收', 'Received lately'],
    paidCount: ['已支付订单', 'Paid orders'],
    goods: ['在售商品', 'On sale'],
    funds: ['资金与提现', 'Money and withdrawals'],
    settlement: ['结算账户', 'Settlement account'],
    changeAccount: ['修改结算账户', 'Change the account'],
    verified: ['验证通过', 'Verified'],
    verifying: ['验证中', 'Being verified'],
    verifyFailed: ['验证失败', 'Not verified'],
    orders: ['订单', 'Orders'],
    products: ['商品', 'Goods'],
    noOrders: ['还没有订单', 'No orders yet'],
    noProducts: ['还没有商品，添加一件就能开始收款', 'No goods yet. Add one and you can be paid'],
    addProduct: ['添加商品', 'Add a product'],
    offSale: ['已下架', 'Off sale'],
  }),
};

type SellerOrder = OrderView & {
  readonly stateText: string;
  readonly tone: string;
  readonly createdAt: string;
};

Page({
  data: {
    t,
    kind: 'loading',
    message: '',
    name: '',
    stage: '',
    tone: 'plain',
    subMchid: '',
    tab: 'orders',
    orders: [] as SellerOrder[],
    ordersProblem: '',
    productsProblem: '',
    cursor: '',
    products: [] as (SellerProductView & { amountFen: number })[],
    onSaleCount: 0,
    paidFen: 0,
    paidCount: 0,
    account: '',
    verify: '',
    verifyBad: false,
    verifyReason: '',
  },
  applicationId: '',
  sellerId: '',

  onLoad(query: Record<string, string | undefined>) {
    wx.setNavigationBarTitle({ title: t.title });
    this.applicationId = decodeURIComponent(query.id ?? '');
    void this.load();
  },

  /** After returning from the pages that change the account and the goods. */
  onShow() {
    if (this.data.kind === 'ready') void Promise.all([this.loadSettlement(), this.loadProducts()]);
  },

  async onPullDownRefresh() {
    await this.load();
    wx.stopPullDownRefresh();
  },

  async load() {
    const answer = await api.applyMerchant({
      action: 'query',
      ...(this.applicationId ? { applicationId: this.applicationId } : {}),
    });
    if (!answer.ok) {
      this.setData({ kind: 'error', message: errorText(answer.error) });
      return;
    }
    const application = answer.data.applications.find(({ stage }) => stage === 'finished');
    if (!application) {
      this.setData({ kind: 'empty' });
      return;
    }
    const { name, tone } = stageText(application);
    this.applicationId = application.applicationId;
    this.sellerId = application.sellerId ?? '';
    this.setData({
      kind: 'ready',
      name: application.merchantShortname,
      stage: name,
      tone,
      subMchid: application.subMchid ?? '',
    });
    await Promise.all([this.loadOrders(''), this.loadProducts(), this.loadSettlement()]);
  },

  async loadOrders(cursor: string) {
    const answer = await api.queryOrder({ list: 'seller', limit: 20, ...(cursor ? { cursor } : {}) });
    if (!answer.ok) {
      this.setData({ ordersProblem: errorText(answer.error) });
      return;
    }
    const all = cursor ? mergeOrders(this.data.orders, answer.data.orders) : [...answer.data.orders];
    const paid = all.filter(({ state }) => state === 'SUCCESS');
    this.setData({
      ordersProblem: '',
      orders: all.map((order) => {
        const { text, tone } = stateOf(order);
        return { ...order, stateText: text, tone, createdAt: dateTime(order.createdAtMs) };
      }),
      cursor: answer.data.nextCursor ?? '',
      paidFen: paid.reduce((sum, { amountFen }) => sum + amountFen, 0),
      paidCount: paid.length,
    });
  },

  async loadProducts() {
    if (!this.sellerId) return;
    const answer = await api.sellerProducts({ action: 'list', sellerId: this.sellerId });
    if (!answer.ok) {
      this.setData({ productsProblem: errorText(answer.error) });
      return;
    }
    const products = answer.data.products.map((product) => ({
      ...product,
      amountFen: product.price.kind === 'fixed' ? product.price.amountFen : product.price.minAmountFen,
    }));
    const onSaleCount = products.filter(({ onSale }) => onSale).length;
    this.setData({ products, onSaleCount, productsProblem: '' });
  },

  /** Account numbers come masked from WeChat Pay. Absent while WeChat Pay does not answer. */
  async loadSettlement() {
    const answer = await api.applyMerchant({ action: 'settlement', applicationId: this.applicationId });
    if (!answer.ok) return;
    const {
      accountBank,
      accountNumberMasked,
      verifyResult = '',
      verifyFailReason = '',
    } = answer.data.settlement;
    const verdicts: Record<string, string> = {
      VERIFY_SUCCESS: t.verified,
      VERIFY_FAIL: t.verifyFailed,
      VERIFYING: t.verifying,
    };
    this.setData({
      account: `${accountBank} ${accountNumberMasked}`,
      verify: verdicts[verifyResult] ?? '',
      verifyBad: verifyResult === 'VERIFY_FAIL',
      verifyReason: verifyFailReason,
    });
  },

  onReachBottom() {
    if (this.data.tab === 'orders' && this.data.cursor) void this.loadOrders(this.data.cursor);
  },

  openFunds() {
    void wx.navigateTo({ url: `/pages/funds/index?seller=${encodeURIComponent(this.sellerId)}` });
  },

  /** The form of the product that was tapped, or an empty one. */
  openProduct(event: WechatMiniprogram.TouchEvent) {
    const { id = '' } = event.currentTarget.dataset as { id?: string };
    const seller = encodeURIComponent(this.sellerId);
    void wx.navigateTo({ url: `/pages/goods/index?seller=${seller}&product=${encodeURIComponent(id)}` });
  },

  changeSettlement() {
    void wx.navigateTo({ url: `/pages/settlement/index?id=${encodeURIComponent(this.applicationId)}` });
  },

  choose(event: WechatMiniprogram.TouchEvent) {
    this.setData({ tab: String(event.currentTarget.dataset.tab) });
  },

  act() {
    if (this.data.kind === 'empty') void wx.redirectTo({ url: '/pages/apply/index' });
    else {
      this.setData({ kind: 'loading' });
      void this.load();
    }
  },
});
