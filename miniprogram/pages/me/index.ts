import type { ApplicationView } from '../../../shared/contract/index.ts';
import { common } from '../../i18n/common';
import { texts } from '../../i18n/index';
import { api, errorText } from '../../services/api';
import { showCartBadge } from '../../services/cart';
import type { Tone } from '../../services/orders';
import { canApply, stageText } from '../../services/stages';

const t = {
  ...common,
  ...texts({
    title: ['我的', 'Me'],
    hello: ['你好', 'Hello'],
    sub: ['订单、商家入驻都在这里', 'Your orders, and selling with us'],
    orders: ['我的订单', 'My orders'],
    transfers: ['我的收款', 'Money for you'],
    manage: ['店铺管理', 'Manage the shop'],
    manageHint: ['订单、转账、对账', 'Orders, transfers, reconciliation'],
    sellerSection: ['商家', 'Selling'],
    checking: ['正在查询…', 'Checking…'],
    become: ['成为商家', 'Become a seller'],
    becomeHint: ['在线提交资料，开通微信支付收款', 'Apply online to take WeChat Pay'],
    progress: ['查看申请进度', 'See the progress'],
    sellerPage: ['进入商家中心', 'Open your seller page'],
    safe: [
      '证件和账户信息加密后直接交给微信支付，小铺不保存。草稿只留在这台手机上。',
      'Documents and account details go to WeChat Pay encrypted; we keep none. Drafts stay on this phone.',
    ],
  }),
};

interface Row {
  readonly applicationId: string;
  readonly name: string;
  readonly stage: string;
  readonly tone: Tone;
  readonly finished: boolean;
}

Page({
  data: { t, kind: 'loading', message: '', applications: [] as Row[], canApply: false, operator: false },

  onShow() {
    wx.setNavigationBarTitle({ title: t.title });
    showCartBadge();
    void this.load();
    void this.askAccess();
  },

  async load() {
    const answer = await api.applyMerchant({ action: 'query' });
    if (!answer.ok) {
      this.setData({ kind: 'error', message: errorText(answer.error) });
      return;
    }
    const { applications } = answer.data;
    this.setData({ kind: 'ready', applications: applications.map(rowOf), canApply: canApply(applications) });
  },

  toOrders() {
    void wx.switchTab({ url: '/pages/orders/index' });
  },

  /** Only the server can decide; without an answer the pages stay hidden. */
  async askAccess() {
    const answer = await api.manageShop({ action: 'access' });
    if (answer.ok) this.setData({ operator: answer.data.operator });
  },

  toManagement() {
    void wx.navigateTo({ url: '/pages/operator/index/index' });
  },

  toTransfers() {
    void wx.navigateTo({ url: '/pages/transfers/index' });
  },

  apply() {
    void wx.navigateTo({ url: '/pages/apply/index' });
  },

  openApplication(event: WechatMiniprogram.TouchEvent) {
    const { id, finished } = event.currentTarget.dataset as { id: string; finished: boolean };
    const page = finished ? 'seller' : 'application';
    void wx.navigateTo({ url: `/pages/${page}/index?id=${encodeURIComponent(id)}` });
  },
});

function rowOf(application: ApplicationView): Row {
  const { name, tone } = stageText(application);
  const { applicationId, merchantShortname, stage } = application;
  return { applicationId, name: merchantShortname, stage: name, tone, finished: stage === 'finished' };
}
