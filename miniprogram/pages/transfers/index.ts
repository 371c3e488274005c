import type { TransferAuthorizationView, TransferView } from '../../../shared/contract/index.ts';
import { common } from '../../i18n/common';
import { fill, texts } from '../../i18n/index';
import { api, errorText } from '../../services/api';
import {
  authorizationState,
  authorize,
  failText,
  type ReceiveTools,
  receive,
  requestMerchantTransfer,
  transferState,
} from '../../services/transfers';
import { dateTime } from '../../utils/time';

const t = {
  ...common,
  ...texts({
    title: ['我的收款', 'Money for you'],
    empty: ['还没有转账', 'No transfers yet'],
    emptyHint: ['商家转给你的钱会出现在这里', 'Money that the shop transfers to you appears here'],
    receive: ['确认收款', 'Receive'],
    until: ['请在 {time} 前确认，过期自动退回商家', 'Confirm before {time}, or it goes back to the shop'],
    received: ['已存入零钱', 'It is in your balance'],
    unconfirmed: [
      '微信还没有给出结果，请稍后下拉刷新。',
      'WeChat has not said yet what became of it. Pull down in a moment.',
    ],
    failed: ['没有收款', 'Not received'],
    authorization: ['免确认收款', 'Receiving without confirming'],
    authorizationHint: [
      '授权后，该场景（{scene}）的转账无需确认，直接存入零钱。可随时在微信支付中解除。',
      'Once authorised, transfers of this kind ({scene}) arrive by themselves. You can end it in WeChat Pay at any time.',
    ],
    authorize: ['去授权', 'Authorise'],
    authorizeFailed: ['没有授权', 'Not authorised'],
  }),
};

interface Row {
  readonly outBillNo: string;
  readonly amountFen: number;
  readonly remark: string;
  readonly state: string;
  readonly tone: string;
  readonly detail: string;
  readonly canReceive: boolean;
}

interface AuthorizationRow {
  readonly authorizationNo: string;
  readonly state: string;
  readonly tone: string;
  readonly hint: string;
  readonly canAuthorize: boolean;
}

const tools: ReceiveTools = {
  api,
  requestMerchantTransfer,
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

Page({
  data: {
    t,
    kind: 'loading',
    message: '',
    rows: [] as Row[],
    authorizations: [] as AuthorizationRow[],
    next: '',
    busy: '',
  },
  transfers: [] as TransferView[],
  asked: [] as TransferAuthorizationView[],

  onShow() {
    wx.setNavigationBarTitle({ title: t.title });
    void this.load();
  },

  async onPullDownRefresh() {
    await this.load();
    wx.stopPullDownRefresh();
  },

  async load() {
    const [answer, authorizations] = await Promise.all([
      api.receiveTransfer({ action: 'list' }),
      api.receiveTransfer({ action: 'authorizations' }),
    ]);
    if (!answer.ok) {
      if (this.transfers.length === 0) this.setData({ kind: 'error', message: errorText(answer.error) });
      else void wx.showToast({ title: errorText(answer.error), icon: 'none' });
      return;
    }
    this.transfers = [...answer.data.transfers];
    // When the call fails, keep showing the requests that were loaded before.
    if (authorizations.ok) this.asked = authorizations.data.authorizations.filter(isShown);
    this.show(answer.data.next);
  },

  async onReachBottom() {
    const { next } = this.data;
    if (!next) return;
    const answer = await api.receiveTransfer({ action: 'list', before: next });
    if (!answer.ok) return;
    this.transfers = [...this.transfers, ...answer.data.transfers];
    this.show(answer.data.next);
  },

  show(next: string | undefined) {
    const rows = this.transfers.map(rowOf);
    const authorizations = this.asked.map(authorizationRowOf);
    const kind = rows.length + authorizations.length > 0 ? 'ready' : 'empty';
    this.setData({ rows, authorizations, next: next ?? '', kind });
  },

  async receive(event: WechatMiniprogram.TouchEvent) {
    const outBillNo = String(event.currentTarget.dataset.no);
    const known = this.transfers.find((each) => each.outBillNo === outBillNo);
    if (!known?.confirmation || this.data.busy) return;
    this.setData({ busy: outBillNo });
    const outcome = await receive(outBillNo, known.confirmation, tools);
    this.setData({ busy: '' });
    if (outcome.name === 'failed') this.say(t.failed, outcome.message);
    if (outcome.name === 'unconfirmed') this.say('', t.unconfirmed);
    if (outcome.name === 'ended' && outcome.transfer.state === 'SUCCESS')
      void wx.showToast({ title: t.received, icon: 'success' });
    await this.load();
  },

  async authorize(event: WechatMiniprogram.TouchEvent) {
    const number = String(event.currentTarget.dataset.no);
    const known = this.asked.find((each) => each.authorizationNo === number);
    if (!known?.confirmation || this.data.busy) return;
    this.setData({ busy: number });
    const outcome = await authorize(number, known.confirmation, tools);
    this.setData({ busy: '' });
    if (outcome.name === 'failed') this.say(t.authorizeFailed, outcome.message);
    if (outcome.name === 'unconfirmed') this.say('', t.unconfirmed);
    await this.load();
  },

  say(title: string, content: string) {
    void wx.showModal({ title, content, showCancel: false, confirmText: t.confirm });
  },
});

function rowOf(transfer: TransferView): Row {
  const { outBillNo, amountFen, remark, createdAtMs, endedAtMs, expiresAtMs, confirmation } = transfer;
  const { text: state, tone } = transferState(transfer);
  const until = confirmation && expiresAtMs ? fill(t.until, { time: dateTime(expiresAtMs) }) : '';
  const detail =
    until || [dateTime(endedAtMs ?? createdAtMs), failText(transfer)].filter(Boolean).join(' · ');
  return { outBillNo, amountFen, remark, state, tone, detail, canReceive: confirmation !== undefined };
}

/** Authorisations that have ended are not shown. */
function isShown({ state }: TransferAuthorizationView): boolean {
  return state === 'WAIT_USER_CONFIRM' || state === 'TAKING_EFFECT';
}

function authorizationRowOf(authorization: TransferAuthorizationView): AuthorizationRow {
  const { authorizationNo, sceneId, confirmation } = authorization;
  const { text: state, tone } = authorizationState(authorization);
  const hint = fill(t.authorizationHint, { scene: sceneId });
  return { authorizationNo, state, tone, hint, canAuthorize: confirmation !== undefined };
}
