import type { BillDayView, BillDifferenceView } from '../../../../shared/contract/index.ts';
import { common } from '../../../i18n/common';
import { fill, say, texts } from '../../../i18n/index';
import { api, errorText } from '../../../services/api';
import { yuan } from '../../../utils/money';

const t = {
  ...common,
  ...texts({
    title: ['每日对账', 'Daily reconciliation'],
    none: ['还没有对过账', 'No day was compared yet'],
    noneHint: ['每天 10 点后自动比较前一天的账单', "Each morning after 10:00 yesterday's bill is compared"],
    merchant: ['商户号 {mchid}', 'Merchant {mchid}'],
    WAITING: ['账单未出', 'Not ready'],
    RUNNING: ['对账中', 'Being compared'],
    EMPTY: ['当天无账单', 'No bill'],
    DONE: ['一致', 'Agrees'],
    FAILED: ['账单不可用', 'Unusable bill'],
    NOT_ALLOWED: ['无权下载', 'Not given'],
    count: ['{n} 处差异', 'Differences: {n}'],
    billed: ['账单', 'Bill'],
    recorded: ['本店', 'Here'],
    NOT_RECORDED: ['账单有、本店没有', 'On the bill, not here'],
    NOT_BILLED: ['本店有、账单没有', 'Here, not on the bill'],
    OTHER_AMOUNT: ['金额不同', 'Another amount'],
    OTHER_ORDER: ['属于另一订单', 'Another order'],
    BILLED_TWICE: ['账单中重复', 'Twice on the bill'],
    UNKNOWN_TYPE: ['未知业务类型', 'Unknown kind of movement'],
    NOT_CONFIRMED: ['账单列为提现异常，查询未证实', 'Failed on the bill, not confirmed'],
    UNREADABLE: ['账单无法使用', 'Unusable bill'],
    REPAIRED: ['已补记', 'Repaired'],
    SETTLED: ['已消除', 'Settled'],
  }),
};

const names = t as Readonly<Record<string, string>>;

interface DayRow {
  readonly id: string;
  readonly date: string;
  readonly merchant: string;
  readonly state: string;
  readonly tone: string;
  readonly message: string;
  readonly differences: number;
}

interface DifferenceRow {
  readonly id: string;
  readonly what: string;
  readonly state: string;
  readonly reference: string;
  readonly outTradeNo: string;
  readonly sums: string;
  readonly remedy: string;
}

Page({
  data: {
    t,
    kind: 'loading',
    message: '',
    days: [] as DayRow[],
    open: '',
    differences: [] as DifferenceRow[],
  },

  onLoad() {
    wx.setNavigationBarTitle({ title: t.title });
    void this.load();
  },

  async onPullDownRefresh() {
    await this.load();
    wx.stopPullDownRefresh();
  },

  async load() {
    const answer = await api.manageShop({ action: 'days' });
    if (!answer.ok) {
      this.setData({ kind: 'error', message: errorText(answer.error) });
      return;
    }
    const days = answer.data.days.map(dayRow);
    this.setData({ days, open: '', differences: [], kind: days.length > 0 ? 'ready' : 'empty' });
  },

  async toggle(event: WechatMiniprogram.TouchEvent) {
    const { id, date } = event.currentTarget.dataset as { id: string; date: string };
    if (this.data.open === id) {
      this.setData({ open: '' });
      return;
    }
    const answer = await api.manageShop({ action: 'differences', date });
    if (!answer.ok) {
      void wx.showToast({ title: errorText(answer.error), icon: 'none' });
      return;
    }
    const mchid = id.slice(date.length + 1);
    const own = answer.data.differences.filter((each) => each.mchid === mchid);
    this.setData({ open: id, differences: own.map(differenceRow) });
  },

  openOrder(event: WechatMiniprogram.TouchEvent) {
    const no = String(event.currentTarget.dataset.no);
    if (no) void wx.navigateTo({ url: `/pages/operator/order/index?no=${encodeURIComponent(no)}` });
  },
});

function dayRow({ date, mchid, state, differences, failure }: BillDayView): DayRow {
  const differs = differences > 0;
  const bad = differs || state === 'FAILED';
  return {
    id: `${date}:${mchid}`,
    date,
    merchant: fill(t.merchant, { mchid }),
    state: differs ? fill(t.count, { n: differences }) : t[state],
    tone: bad ? 'bad' : state === 'DONE' ? 'good' : state === 'EMPTY' ? 'plain' : 'wait',
    message: failure?.message ?? '',
    differences,
  };
}

function differenceRow(difference: BillDifferenceView): DifferenceRow {
  const { differenceId, kind, state, reference, outTradeNo = '', billedFen, recordedFen } = difference;
  const money = (fen: number | undefined) => (fen === undefined ? '—' : `¥${yuan(fen)}`);
  return {
    id: differenceId,
    what: names[kind] ?? kind,
    state: state === 'OPEN' ? '' : t[state],
    reference,
    outTradeNo,
    sums: `${t.billed} ${money(billedFen)} · ${t.recorded} ${money(recordedFen)}`,
    remedy: say([difference.remedy.zh, difference.remedy.en]),
  };
}
