import { texts } from '../../../i18n/index';

const t = texts({
  title: ['店铺管理', 'Manage the shop'],
  hello: ['店铺管理', 'Manage the shop'],
  sub: ['只有运营人员能看到这些页面', 'Only operators see these pages'],
  orders: ['订单', 'Orders'],
  ordersHint: ['查找、退款、发货', 'Search, refund, ship'],
  transfers: ['商家转账', 'Transfers to persons'],
  transfersHint: ['转账到个人零钱，收款人在手机上确认', 'To a balance; the person confirms on the phone'],
  funds: ['平台资金', "The platform's money"],
  fundsHint: ['余额与提现', 'Balance and withdrawals'],
  anomalies: ['异常', 'Anomalies'],
  anomaliesHint: ['对不上的付款和处理办法', 'Payments that match no order, and what to do'],
  complaints: ['投诉', 'Complaints'],
  complaintsHint: ['回复用户、退款、处理完成', 'Answer, refund, complete'],
  days: ['每日对账', 'Daily reconciliation'],
  daysHint: ['账单与本店记录的差异', 'Where the bills and our records differ'],
  sharing: ['分账', 'Profit sharing'],
  sharingHint: ['规则、等待与失败的订单', 'Rules, what waits and what failed'],
  sellers: ['商家', 'Sellers'],
  sellersHint: ['暂停或恢复收款', 'Stop or resume their payments'],
});

/** Shown in this order; add new operator pages here. */
const entries = [
  { page: 'operator/orders', icon: 'receipt', name: t.orders, hint: t.ordersHint },
  { page: 'operator/transfers', icon: 'wallet', name: t.transfers, hint: t.transfersHint },
  { page: 'funds', icon: 'wallet', name: t.funds, hint: t.fundsHint },
  { page: 'operator/anomalies', icon: 'alert-green', name: t.anomalies, hint: t.anomaliesHint },
  { page: 'operator/complaints', icon: 'info-green', name: t.complaints, hint: t.complaintsHint },
  { page: 'operator/days', icon: 'form', name: t.days, hint: t.daysHint },
  { page: 'operator/sharing', icon: 'wallet', name: t.sharing, hint: t.sharingHint },
  { page: 'operator/sellers', icon: 'store', name: t.sellers, hint: t.sellersHint },
];

Page({
  data: { t, entries },

  onShow() {
    wx.setNavigationBarTitle({ title: t.title });
  },

  open(event: WechatMiniprogram.TouchEvent) {
    void wx.navigateTo({ url: `/pages/${String(event.currentTarget.dataset.page)}/index` });
  },
});
