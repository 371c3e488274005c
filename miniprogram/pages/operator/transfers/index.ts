import type { ApiError, TransferView } from '../../../../shared/contract/index.ts';
import { common } from '../../../i18n/common';
import { fill, texts } from '../../../i18n/index';
import { api, errorText } from '../../../services/api';
import { failText, hasEnded, transferState } from '../../../services/transfers';
import { yuan } from '../../../utils/money';
import { dateTime } from '../../../utils/time';

const t = {
  ...common,
  ...texts({
    title: ['商家转账', 'Transfers'],
    none: ['还没有转账', 'No transfers yet'],
    noneHint: ['向用户的零钱转账，由收款人确认', "Money to a person's balance, who confirms it"],
    add: ['发起转账', 'New transfer'],
    to: ['收款人 {openid}', 'To {openid}'],
    until: ['{time} 前待确认', 'To be confirmed by {time}'],
    ask: ['查询', 'Query'],
    cancelTransfer: ['撤销', 'Cancel it'],
    cancelAsk: ['撤销这笔 ¥{amount} 的转账？', 'Cancel this transfer of ¥{amount}?'],
    cancelHint: [
      '收款人确认前可以撤销，钱退回商户账户。',
      'Before it is confirmed; the money comes back to the merchant.',
    ],
    keep: ['不撤销', 'Keep it'],
    authorizations: ['免确认收款授权', 'Transfers without confirming'],
    authorizationsHint: ['查看授权，或请求收款人授权', 'Who agreed, and whom to ask'],
  }),
};

interface Row {
  readonly outBillNo: string;
  readonly amountFen: number;
  readonly remark: string;
  readonly to: string;
  readonly state: string;
  readonly tone: string;
  readonly detail: string;
  readonly failure: string;
  readonly open: boolean;
}

Page({
  data: { t, kind: 'loading', message: '', rows: [] as Row[], next: '' },

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
    const answer = await api.transferMoney({ action: 'list' });
    if (!answer.ok) {
      this.setData({ kind: 'error', message: errorText(answer.error) });
      return;
    }
    const rows = answer.data.transfers.map(rowOf);
    this.setData({ rows, next: answer.data.next ?? '', kind: rows.length > 0 ? 'ready' : 'empty' });
  },

  async onReachBottom() {
    const { next, rows } = this.data;
    if (!next) return;
    const answer = await api.transferMoney({ action: 'list', before: next });
    if (!answer.ok) return;
    this.setData({ rows: [...rows, ...answer.data.transfers.map(rowOf)], next: answer.data.next ?? '' });
  },

  toAuthorizations() {
    void wx.navigateTo({ url: '/pages/operator/authorizations/index' });
  },

  add() {
    void wx.navigateTo({ url: '/pages/operator/transfer/index' });
  },

  async ask(event: WechatMiniprogram.TouchEvent) {
    await this.put(await api.transferMoney({ action: 'query', outBillNo: numberOf(event) }));
  },

  async cancel(event: WechatMiniprogram.TouchEvent) {
    const outBillNo = numberOf(event);
    const row = this.data.rows.find((each) => each.outBillNo === outBillNo);
    const { confirm } = await wx.showModal({
      title: fill(t.cancelAsk, { amount: yuan(row?.amountFen ?? 0) }),
      content: t.cancelHint,
      confirmText: t.cancelTransfer,
      cancelText: t.keep,
      confirmColor: '#b3261e',
    });
    if (confirm) await this.put(await api.transferMoney({ action: 'cancel', outBillNo }));
  },

  async put(answer: { ok: true; data: { transfer: TransferView } } | { ok: false; error: ApiError }) {
    if (!answer.ok) {
      void wx.showModal({ title: errorText(answer.error), showCancel: false, confirmText: t.confirm });
      await this.load();
      return;
    }
    const fresh = rowOf(answer.data.transfer);
    this.setData({ rows: this.data.rows.map((row) => (row.outBillNo === fresh.outBillNo ? fresh : row)) });
  },
});

function numberOf(event: WechatMiniprogram.TouchEvent): string {
  return String(event.currentTarget.dataset.no);
}

function rowOf(transfer: TransferView): Row {
  const {
    outBillNo,
    amountFen,
    remark,
    openid = '',
    createdAtMs,
    endedAtMs,
    expiresAtMs,
    failure,
  } = transfer;
  const { text: state, tone } = transferState(transfer);
  const until = expiresAtMs === undefined ? '' : fill(t.until, { time: dateTime(expiresAtMs) });
  return {
    outBillNo,
    amountFen,
    remark,
    to: fill(t.to, { openid }),
    state,
    tone,
    detail: until || [dateTime(endedAtMs ?? createdAtMs), failText(transfer)].filter(Boolean).join(' · '),
    failure: failure ? `${failure.code} ${failure.message}` : '',
    open: !hasEnded(transfer),
  };
}
