import type { ApplicationView } from '../../../shared/contract/index.ts';
import { common } from '../../i18n/common';
import { texts } from '../../i18n/index';
import { api, errorText } from '../../services/api';
import { applyment4subForm } from '../../services/apply/applyment4sub';
import { forgetDraft, readDraft } from '../../services/apply/draft';
import { ecommerceForm } from '../../services/apply/ecommerce';
import { canApply, stageText } from '../../services/stages';
import { type Mile, reasonsOf, type Scan, scanOf, timelineOf, transferOf } from './progress';

const t = {
  ...common,
  ...texts({
    title: ['申请进度', 'Your application'],
    none: ['没有找到这份申请', 'This application was not found'],
    toMe: ['返回', 'Back'],
    reasons: ['需要修改的地方', 'What needs changing'],
    frozenFor: ['冻结原因', 'Why it is frozen'],
    revise: ['去修改', 'Make the changes'],
    copyLink: ['复制链接', 'Copy the link'],
    transfer: ['请汇款验证账户', 'Verify the account by a transfer'],
    progress: ['进度', 'Progress'],
    again: ['重新申请', 'Apply again'],
    toSeller: ['进入商家中心', 'Open your seller page'],
    revoke: ['撤销申请', 'Take the application back'],
    sureRevoke: [
      '撤销后需要重新提交全部资料，确定撤销？',
      'You would have to submit everything again. Take it back?',
    ],
    number: ['申请编号', 'Application'],
  }),
};

/** How often the state is polled while the page is open. */
const refreshMs = 10_000;

Page({
  data: {
    t,
    kind: 'loading',
    message: '',
    applicationId: '',
    name: '',
    stage: '',
    tone: 'plain',
    next: '',
    rejections: [] as { label: string; reason: string }[],
    reasonsTitle: '',
    revisable: false,
    scan: null as Scan | null,
    transfer: [] as ReturnType<typeof transferOf>,
    amountFen: 0,
    timeline: [] as Mile[],
    finished: false,
    revocable: false,
    canApply: false,
  },
  timer: 0,

  onLoad(query: Record<string, string | undefined>) {
    wx.setNavigationBarTitle({ title: t.title });
    this.setData({ applicationId: decodeURIComponent(query.id ?? '') });
  },

  onShow() {
    void this.load();
    this.timer = setInterval(() => void this.load(), refreshMs) as unknown as number;
  },

  onHide() {
    clearInterval(this.timer);
  },

  onUnload() {
    clearInterval(this.timer);
  },

  async onPullDownRefresh() {
    await this.load();
    wx.stopPullDownRefresh();
  },

  async load() {
    const answer = await api.applyMerchant({ action: 'query', applicationId: this.data.applicationId });
    if (!answer.ok) {
      if (this.data.kind !== 'ready') this.setData({ kind: 'error', message: errorText(answer.error) });
      return;
    }
    const [application] = answer.data.applications;
    if (application) await this.show(application);
    else this.setData({ kind: 'empty' });
  },

  async show(application: ApplicationView) {
    const { stage, kind } = application;
    const form = kind === 'ecommerce' ? ecommerceForm : applyment4subForm;
    const draft = await readDraft(kind);
    // The draft of the next application is somebody's work.
    const isItsDraft = draft?.applicationId === application.applicationId;
    if (isItsDraft && (stage === 'finished' || stage === 'cancelled')) await forgetDraft(kind);
    const { name, tone, next } = stageText(application);
    this.setData({
      kind: 'ready',
      name: application.merchantShortname,
      stage: name,
      tone,
      next,
      rejections: reasonsOf(application, form, (isItsDraft && draft?.values) || {}),
      reasonsTitle: stage === 'frozen' ? t.frozenFor : t.reasons,
      revisable: stage === 'rejected',
      scan: scanOf(application),
      transfer: transferOf(application),
      amountFen: application.accountValidation?.payAmountFen ?? 0,
      timeline: timelineOf(application),
      finished: stage === 'finished',
      revocable: kind === 'ecommerce' && stage !== 'finished' && stage !== 'cancelled',
    });
    if (stage === 'cancelled') await this.askForAnother();
  },

  /** Whether a new application may be begun; without an answer the button stays hidden. */
  async askForAnother() {
    const answer = await api.applyMerchant({ action: 'query' });
    if (answer.ok) this.setData({ canApply: canApply(answer.data.applications) });
  },

  apply() {
    void wx.redirectTo({ url: '/pages/apply/index' });
  },

  act() {
    if (this.data.kind === 'empty') void wx.switchTab({ url: '/pages/me/index' });
    else {
      this.setData({ kind: 'loading' });
      void this.load();
    }
  },

  revise() {
    void wx.redirectTo({ url: `/pages/apply/index?id=${encodeURIComponent(this.data.applicationId)}` });
  },

  async revoke() {
    const { confirm } = await wx.showModal({
      content: t.sureRevoke,
      confirmText: t.confirm,
      cancelText: t.cancel,
    });
    if (!confirm) return;
    const { applicationId } = this.data;
    const answer = await api.applyMerchant({ action: 'revoke', applicationId });
    if (answer.ok) await this.show(answer.data.application);
    else void wx.showModal({ content: errorText(answer.error), showCancel: false, confirmText: t.confirm });
  },

  copyLink() {
    void wx.setClipboardData({ data: this.data.scan?.url ?? '' });
  },

  copy(event: WechatMiniprogram.TouchEvent) {
    if (!event.currentTarget.dataset.copyable) return;
    void wx.setClipboardData({ data: String(event.currentTarget.dataset.value) });
  },

  toSeller() {
    void wx.redirectTo({ url: `/pages/seller/index?id=${encodeURIComponent(this.data.applicationId)}` });
  },
});
