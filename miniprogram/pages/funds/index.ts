import type {
  FundsEntry,
  FundsEntryKind,
  FundsOverview,
  WithdrawalView,
} from '../../../shared/contract/index.ts';
import { common } from '../../i18n/common';
import { fill, texts } from '../../i18n/index';
import { api, errorText } from '../../services/api';
import { parseYuan, yuan } from '../../utils/money';
import { dateTime } from '../../utils/time';
import { newToken } from '../../utils/token';

const t = {
  ...common,
  ...texts({
    title: ['资金与提现', 'Withdrawals'],
    available: ['可提现余额', 'Available'],
    pending: ['待分账，暂不可提现', 'Frozen until it is shared'],
    settled: [
      '特约商户的资金由微信支付自动结算到银行卡，不在这里提现。',
      'WeChat Pay pays you out to your bank account by itself; there is nothing to withdraw here.',
    ],
    withdraw: ['提现', 'Withdraw'],
    amount: ['提现金额（元）', 'Amount in yuan'],
    all: ['全部', 'All'],
    remark: ['备注（选填）', 'Note (optional)'],
    badAmount: ['请输入金额，最多两位小数', 'Enter an amount with at most two decimals'],
    sure: [
      '提现 {amount} 元到结算银行卡？下一工作日到账。',
      'Withdraw ¥{amount} to the bank account? It arrives on the next working day.',
    ],
    waitFor: ['上一笔提现 {amount} 元还未完成', 'The withdrawal of ¥{amount} is not finished yet'],
    accepted: ['已提交', 'Sent'],
    sales: ['销售', 'Sales'],
    refunded: ['已退款', 'Refunded'],
    fees: ['微信支付手续费', 'Fees of WeChat Pay'],
    feesLater: [
      '手续费在次日随账单计入，可提现余额已扣除',
      'Fees are counted with the bill of the next day; what is available is without them',
    ],
    shared: ['已分账', 'Shared'],
    withdrawn: ['已提现', 'Withdrawn'],
    withdrawals: ['提现记录', 'Withdrawals'],
    noWithdrawals: ['还没有提现', 'None yet'],
    noEntries: ['没有记录', 'No entries'],
    more: ['更多', 'More'],
    partial: ['记录很多，合计只包含其中一部分', 'There are many entries: the sums hold only a part of them'],
    WAITING: ['等待提交', 'Waiting'],
    PROCESSING: ['银行处理中', 'With the bank'],
    SUCCESS: ['已到账', 'Arrived'],
    REFUND: ['银行退票，已退回余额', 'Sent back by the bank'],
    FAIL: ['失败，仍在余额', 'Failed, still in the balance'],
    CLOSE: ['已关闭', 'Closed'],
    REFUSED: ['未被接受', 'Not accepted'],
  }),
};

const kinds: readonly FundsEntryKind[] = ['sales', 'refunded', 'fees', 'shared', 'withdrawn'];

interface Row {
  readonly outRequestNo: string;
  readonly amountFen: number;
  readonly state: string;
  readonly tone: string;
  readonly detail: string;
}

interface EntryRow {
  readonly reference: string;
  readonly sign: string;
  readonly amount: string;
  readonly at: string;
}

Page({
  data: {
    t,
    kind: 'loading',
    message: '',
    name: '',
    overview: {} as Partial<FundsOverview>,
    hasBalance: false,
    waitFor: '',
    amount: '',
    remark: '',
    busy: false,
    stats: [] as { kind: FundsEntryKind; name: string; amountFen: number }[],
    opened: '',
    entries: [] as EntryRow[],
    more: false,
    withdrawals: [] as Row[],
  },
  sellerId: '',
  token: newToken(),
  lastMs: 0,

  onLoad(query: Record<string, string | undefined>) {
    wx.setNavigationBarTitle({ title: t.title });
    this.sellerId = decodeURIComponent(query.seller ?? '');
    void this.load();
  },

  async onPullDownRefresh() {
    await this.load();
    wx.stopPullDownRefresh();
  },

  whose() {
    return this.sellerId ? { sellerId: this.sellerId } : {};
  },

  async load() {
    const [overview, withdrawals] = await Promise.all([
      api.sellerFunds({ action: 'overview', ...this.whose() }),
      api.sellerFunds({ action: 'withdrawals', ...this.whose() }),
    ]);
    if (!overview.ok) {
      this.setData({ kind: 'error', message: errorText(overview.error) });
      return;
    }
    const found = overview.data.overview;
    const { unfinished } = found;
    this.setData({
      kind: 'ready',
      name: found.name ?? t.shopName,
      overview: found,
      hasBalance: found.balance !== undefined,
      waitFor: unfinished ? fill(t.waitFor, { amount: yuan(unfinished.amountFen) }) : '',
      stats: kinds.map((kind) => ({ kind, name: t[kind], amountFen: found[`${kind}Fen`] })),
      withdrawals: withdrawals.ok ? withdrawals.data.withdrawals.map(rowOf) : [],
    });
  },

  write(event: WechatMiniprogram.Input) {
    this.setData({ [String(event.currentTarget.dataset.field)]: event.detail.value });
  },

  all() {
    this.setData({ amount: yuan(this.data.overview.balance?.availableFen ?? 0).replaceAll(',', '') });
  },

  async withdraw() {
    const amountFen = parseYuan(this.data.amount);
    if (!amountFen) {
      void wx.showToast({ title: t.badAmount, icon: 'none' });
      return;
    }
    if (this.data.busy) return;
    const content = fill(t.sure, { amount: yuan(amountFen) });
    const { confirm } = await wx.showModal({ content, confirmText: t.confirm, cancelText: t.cancel });
    if (!confirm) return;
    this.setData({ busy: true });
    const remark = this.data.remark.trim();
    const answer = await api.sellerFunds({
      action: 'withdraw',
      ...this.whose(),
      requestToken: this.token,
      amountFen,
      ...(remark ? { remark } : {}),
    });
    this.setData({ busy: false });
    if (!answer.ok) {
      // After an unknown outcome, retrying with the same token repeats the same withdrawal instead of making another.
      if (!answer.error.retryable) this.token = newToken();
      void wx.showModal({ content: errorText(answer.error), showCancel: false, confirmText: t.confirm });
      return;
    }
    this.token = newToken();
    this.setData({ amount: '', remark: '' });
    void wx.showToast({ title: t.accepted, icon: 'success' });
    await this.load();
  },

  async open(event: WechatMiniprogram.TouchEvent) {
    const kind = String(event.currentTarget.dataset.kind);
    this.lastMs = 0;
    this.setData({ opened: this.data.opened === kind ? '' : kind, entries: [], more: false });
    if (this.data.opened) await this.loadEntries();
  },

  async loadEntries() {
    const kind = this.data.opened as FundsEntryKind;
    const before = this.lastMs > 0 ? { beforeMs: this.lastMs } : {};
    const answer = await api.sellerFunds({ action: 'entries', ...this.whose(), kind, ...before });
    if (!answer.ok) {
      void wx.showToast({ title: errorText(answer.error), icon: 'none' });
      return;
    }
    const { entries, more } = answer.data;
    this.lastMs = entries.at(-1)?.atMs ?? 0;
    this.setData({ entries: [...this.data.entries, ...entries.map(entryOf)], more });
  },
});

function rowOf(withdrawal: WithdrawalView): Row {
  const { outRequestNo, amountFen, state, createdAtMs, receivedAccount, failure } = withdrawal;
  const tone = state === 'SUCCESS' ? 'good' : state === 'WAITING' || state === 'PROCESSING' ? 'wait' : 'bad';
  const detail = [dateTime(createdAtMs), receivedAccount, failure?.message].filter(Boolean).join(' · ');
  return { outRequestNo, amountFen, state: t[state], tone, detail };
}

function entryOf({ reference, outTradeNo, amountFen, atMs }: FundsEntry): EntryRow {
  return {
    reference: outTradeNo ?? reference,
    sign: amountFen < 0 ? '−' : '+',
    amount: yuan(Math.abs(amountFen)),
    at: dateTime(atMs),
  };
}
