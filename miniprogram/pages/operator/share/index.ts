import type {
  ApiError,
  ManageShopAnswers,
  Result,
  ShareProfitAnswers,
  SharingView,
} from '../../../../shared/contract/index.ts';
import { api, errorText } from '../../../services/api';
import type { FieldView } from '../../../services/apply/view';
import { fieldErrors } from '../../../services/operator/fields';
import { newToken } from '../../../utils/token';
import { type Answers, beginForm, type Choices, type FormName, fieldsOf, requestOf } from './forms';
import { t } from './texts';
import {
  actsOf,
  afterSalesCard,
  headOf,
  type MoneyCard,
  type ReceiverRow,
  type RequestCard,
  requestCards,
  returnCards,
  subsidyCard,
} from './view';

const noActs = {
  ...{ isPlatform: false, canShare: false, canRetry: false, canSubsidise: false },
  ...{ canReturnSubsidy: false, canCancelSubsidy: false, canCharge: false },
};

Page({
  data: {
    t,
    kind: 'loading',
    message: '',
    sharing: {} as Partial<SharingView>,
    unsplitFen: 0,
    head: { state: '', tone: 'plain', when: '', failure: '' },
    acts: noActs as ReturnType<typeof actsOf>,
    requests: [] as RequestCard[],
    returns: [] as ReturnType<typeof returnCards>,
    subsidy: null as MoneyCard | null,
    afterSales: null as MoneyCard | null,
    /** The form that is open. */
    form: '' as FormName | '',
    fields: [] as FieldView[],
    problem: '',
    busy: false,
  },
  choices: { outTradeNo: '', requestToken: '', receivers: [], refunds: [] } as Choices,
  answers: {} as Answers,

  onLoad(query: Record<string, string | undefined>) {
    wx.setNavigationBarTitle({ title: t.title });
    this.choices = { ...this.choices, outTradeNo: decodeURIComponent(query.no ?? '') };
    void this.load();
  },

  async onPullDownRefresh() {
    await this.load();
    wx.stopPullDownRefresh();
  },

  async load() {
    const { outTradeNo } = this.choices;
    const [answer, story] = await Promise.all([
      api.shareProfit({ action: 'query', outTradeNo }),
      api.manageShop({ action: 'story', outTradeNo }),
    ]);
    if (!answer.ok) return this.setData({ kind: 'error', message: errorText(answer.error) });
    this.show(answer.data, story);
    await this.loadReceivers(answer.data.sharing.sellerId);
  },

  show({ sharing, unsplitFen }: ShareProfitAnswers['query'], story: Result<ManageShopAnswers['story']>) {
    const refunds = story.ok ? story.data.story.refunds.filter(({ state }) => state === 'SUCCESS') : [];
    this.choices = { ...this.choices, refunds };
    this.setData({
      kind: 'ready',
      sharing,
      unsplitFen,
      head: headOf(sharing),
      acts: actsOf(sharing, refunds.length),
      requests: requestCards(sharing),
      returns: returnCards(sharing),
      subsidy: subsidyCard(sharing),
      afterSales: afterSalesCard(sharing),
    });
  },

  async loadReceivers(sellerId: string | null) {
    const answer = await api.shareProfit({ action: 'receivers', sellerId });
    if (answer.ok) this.choices = { ...this.choices, receivers: answer.data.receivers };
    if (this.data.form) this.draw();
  },

  begin(event: WechatMiniprogram.TouchEvent) {
    const { form, row } = event.currentTarget.dataset as { form: FormName; row?: ReceiverRow };
    const { returned: _, ...rest } = this.choices;
    this.choices = {
      ...rest,
      requestToken: newToken(),
      ...(row && { returned: { outOrderNo: row.outOrderNo, mchid: row.account, leftFen: row.leftFen } }),
    };
    this.answers = beginForm(form, this.choices);
    this.setData({ form, problem: '' });
    this.draw();
    void wx.pageScrollTo({ selector: '#form', offsetTop: -12, duration: 200 });
  },

  cancel() {
    this.setData({ form: '', problem: '' });
  },

  change(event: WechatMiniprogram.CustomEvent<{ key: string; value: string }>) {
    const { key, value } = event.detail;
    this.answers = { ...this.answers, [key]: value };
    if (key !== 'amount' && key !== 'description') this.draw();
  },

  draw(errors: Readonly<Record<string, string>> = {}) {
    const { form } = this.data;
    if (form) this.setData({ fields: fieldsOf(form, this.answers, this.choices, errors) });
  },

  async submit() {
    const { form, busy } = this.data;
    if (busy || !form) return;
    const made = requestOf(form, this.answers, this.choices);
    if ('errors' in made) return this.draw(made.errors);
    await this.finish(api.shareProfit(made.request));
  },

  async free() {
    if (await this.agrees(t.free, t.freeHint)) await this.finish(api.shareProfit(this.onOrder('free')));
  },

  async again() {
    await this.finish(api.shareProfit(this.onOrder('retry')));
  },

  async cancelSubsidy() {
    if (await this.agrees(t.cancelSubsidy, t.cancelHint))
      await this.finish(api.shareProfit(this.onOrder('cancelSubsidy')));
  },

  onOrder<A extends 'free' | 'retry' | 'cancelSubsidy'>(action: A) {
    return { action, outTradeNo: this.choices.outTradeNo };
  },

  async agrees(title: string, content: string): Promise<boolean> {
    const texts = { title, content, confirmText: t.confirm, cancelText: t.cancel };
    return (await wx.showModal({ ...texts, confirmColor: '#b3261e' })).confirm;
  },

  async finish(call: Promise<{ ok: true } | { ok: false; error: ApiError }>) {
    this.setData({ busy: true, problem: '' });
    const answer = await call;
    this.setData({ busy: false });
    if (!answer.ok) {
      this.setData({ problem: errorText(answer.error) });
      this.draw(fieldErrors(answer.error));
      return;
    }
    this.setData({ form: '' });
    void wx.showToast({ title: t.done, icon: 'success' });
    await this.load();
  },
});
