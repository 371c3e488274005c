import type { ViolationView } from '../../../../shared/contract/index.ts';
import { common } from '../../../i18n/common';
import { texts } from '../../../i18n/index';
import { api, errorText } from '../../../services/api';
import { type ComplaintLine, complaintLine } from '../../../services/complaints';
import { dateTime } from '../../../utils/time';

const t = {
  ...common,
  ...texts({
    title: ['投诉与违规', 'Complaints'],
    open: ['待处理', 'Open'],
    all: ['全部投诉', 'All'],
    violations: ['违规处置', 'Violations'],
    none: ['没有投诉', 'No complaints'],
    noViolations: ['没有违规处置', 'No violations'],
    PUNISH: ['处罚', 'Punished'],
    INTERCEPT: ['交易拦截', 'Orders intercepted'],
    APPEAL: ['申诉', 'Appeal'],
  }),
};

interface ViolationRow {
  readonly key: string;
  readonly event: string;
  readonly title: string;
  readonly detail: string;
}

Page({
  data: {
    t,
    kind: 'loading',
    message: '',
    tab: 'open',
    complaints: [] as ComplaintLine[],
    violations: [] as ViolationRow[],
  },

  onShow() {
    wx.setNavigationBarTitle({ title: t.title });
    void this.load();
  },

  async onPullDownRefresh() {
    await this.load();
    wx.stopPullDownRefresh();
  },

  async load() {
    const { tab } = this.data;
    const [complaints, violations] = await Promise.all([
      api.handleComplaints({ action: 'list', open: tab === 'open' }),
      api.handleComplaints({ action: 'violations' }),
    ]);
    if (!complaints.ok) {
      this.setData({ kind: 'error', message: errorText(complaints.error) });
      return;
    }
    this.setData({
      kind: 'ready',
      complaints: complaints.data.complaints.map(complaintLine),
      violations: violations.ok ? violations.data.violations.map(violationRow) : [],
    });
  },

  choose(event: WechatMiniprogram.TouchEvent) {
    this.setData({ tab: String(event.currentTarget.dataset.tab) });
    void this.load();
  },

  open(event: WechatMiniprogram.TouchEvent) {
    const id = encodeURIComponent(String(event.currentTarget.dataset.id));
    void wx.navigateTo({ url: `/pages/operator/complaint/index?id=${id}` });
  },
});

function violationRow(violation: ViolationView): ViolationRow {
  const { event, recordId, companyName, subMchid, plan, description, risk, atMs } = violation;
  return {
    key: `${event}:${recordId}`,
    event: t[event],
    title: [plan, risk].filter(Boolean).join(' · '),
    detail: [companyName, subMchid, dateTime(atMs), description].filter(Boolean).join(' · '),
  };
}
