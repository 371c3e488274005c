import type { ManagedOrder, OrderGroup } from '../../../../shared/contract/index.ts';
import { common } from '../../../i18n/common';
import { texts } from '../../../i18n/index';
import { api, errorText } from '../../../services/api';
import { stateOf, titleOf } from '../../../services/orders';
import { dateTime } from '../../../utils/time';

const t = {
  ...common,
  ...texts({
    title: ['订单', 'Orders'],
    search: ['订单号、微信订单号或 openid', 'A number, or an openid'],
    find: ['查找', 'Search'],
    none: ['没有找到订单', 'No orders found'],
    noneHint: ['编号须完整', 'A number has to be whole'],
    all: ['全部', 'All'],
    paid: ['已支付', 'Paid'],
    unpaid: ['待支付', 'Unpaid'],
    refunded: ['已退款', 'Refunded'],
    closed: ['已关闭', 'Closed'],
  }),
};

const groups = (['all', 'paid', 'unpaid', 'refunded', 'closed'] as const).map((id) => ({ id, name: t[id] }));
type GroupId = (typeof groups)[number]['id'];

interface Row {
  readonly outTradeNo: string;
  readonly payee: string;
  readonly title: string;
  readonly amountFen: number;
  readonly createdAt: string;
  readonly state: string;
  readonly tone: string;
}

Page({
  data: {
    t,
    groups,
    kind: 'loading',
    message: '',
    group: 'all' as GroupId,
    query: '',
    rows: [] as Row[],
    cursor: '',
  },

  onLoad() {
    wx.setNavigationBarTitle({ title: t.title });
  },

  onShow() {
    void this.load();
  },

  async onPullDownRefresh() {
    await this.load();
    wx.stopPullDownRefresh();
  },

  async load() {
    const text = this.data.query.trim();
    const answer = text
      ? await api.manageShop({ action: 'search', text })
      : await api.manageShop({ action: 'orders', ...this.where() });
    if (!answer.ok) {
      this.setData({ kind: 'error', message: errorText(answer.error) });
      return;
    }
    const { orders } = answer.data;
    const { nextCursor } = answer.data as { nextCursor?: string };
    const cursor = nextCursor ?? '';
    this.setData({ rows: orders.map(rowOf), cursor, kind: orders.length > 0 ? 'ready' : 'empty' });
  },

  async onReachBottom() {
    const { cursor } = this.data;
    if (!cursor) return;
    const answer = await api.manageShop({ action: 'orders', ...this.where(), cursor });
    if (!answer.ok) return;
    const rows = [...this.data.rows, ...answer.data.orders.map(rowOf)];
    this.setData({ rows, cursor: answer.data.nextCursor ?? '' });
  },

  where(): { state?: OrderGroup } {
    const { group } = this.data;
    return group === 'all' ? {} : { state: group };
  },

  type(event: WechatMiniprogram.Input) {
    this.setData({ query: event.detail.value });
  },

  find() {
    this.setData({ kind: 'loading' });
    void this.load();
  },

  choose(event: WechatMiniprogram.TouchEvent) {
    this.setData({ group: event.currentTarget.dataset.id as GroupId, query: '', kind: 'loading' });
    void this.load();
  },

  open(event: WechatMiniprogram.TouchEvent) {
    const no = encodeURIComponent(String(event.currentTarget.dataset.no));
    void wx.navigateTo({ url: `/pages/operator/order/index?no=${no}` });
  },
});

function rowOf(order: ManagedOrder): Row {
  const { outTradeNo, sellerName, amountFen, createdAtMs } = order;
  const { text: state, tone } = stateOf(order);
  const payee = sellerName ?? common.shopName;
  return {
    outTradeNo,
    payee,
    title: titleOf(order),
    amountFen,
    createdAt: dateTime(createdAtMs),
    state,
    tone,
  };
}
