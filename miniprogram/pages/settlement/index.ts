import type { ApiError, SettlementView } from '../../../shared/contract/index.ts';
import { type Pair, say } from '../../i18n/index';
import { api, errorText } from '../../services/api';
import { missingFields, placeErrors, toForm, withImplied } from '../../services/apply/form';
import { type Row, type Sheet, sheetFor } from '../../services/apply/lists';
import { settlementQuestions } from '../../services/apply/settlement';
import type { Field, Step, Value, Values } from '../../services/apply/types';
import { chosen, type FieldView, viewStep } from '../../services/apply/view';
import { t } from './texts';

/** How often the state is polled while the change is under review. */
const refreshMs = 10_000;
const [step] = settlementQuestions.steps as readonly [Step];

/** The number of the latest change is kept on this phone; it reveals nothing about the account. */
const storageKey = (applicationId: string) => `settlement-change-${applicationId}`;
const textOf = ({ accountBank, accountNumberMasked }: SettlementView) =>
  `${accountBank} ${accountNumberMasked}`;

Page({
  data: {
    t,
    kind: 'loading',
    message: '',
    problem: '',
    account: '',
    /** The change under way: empty, AUDITING, AUDIT_SUCCESS or AUDIT_FAIL. */
    change: '',
    changed: '',
    reason: '',
    fields: [] as FieldView[],
    busy: false,
    sheet: { open: false, title: '', state: 'loading', message: '', rows: [] as Row[] },
  },
  applicationId: '',
  applicationNo: '',
  values: {} as Values,
  labels: {} as Readonly<Record<string, string>>,
  errors: {} as Record<string, Pair>,
  sheet: undefined as Sheet | undefined,
  timer: 0,

  onLoad(query: Record<string, string | undefined>) {
    wx.setNavigationBarTitle({ title: t.title });
    this.applicationId = decodeURIComponent(query.id ?? '');
    this.applicationNo = String(wx.getStorageSync(storageKey(this.applicationId)) ?? '');
    void this.start();
  },

  onShow() {
    this.timer = setInterval(() => {
      if (this.data.change === 'AUDITING') void this.loadChange();
    }, refreshMs) as unknown as number;
  },

  onHide() {
    clearInterval(this.timer);
  },

  onUnload() {
    clearInterval(this.timer);
  },

  async start() {
    this.setData({ kind: 'loading' });
    const { applicationId } = this;
    const answer = await api.applyMerchant({ action: 'settlement', applicationId });
    if (!answer.ok) {
      this.setData({ kind: 'error', message: errorText(answer.error) });
      return;
    }
    if (this.applicationNo) await this.loadChange();
    const { settlement } = answer.data;
    this.values = { account_type: settlement.accountType };
    this.setData({ kind: 'ready', account: textOf(settlement) });
    this.draw();
  },

  async loadChange() {
    const { applicationId, applicationNo } = this;
    const answer = await api.applyMerchant({ action: 'settlementChange', applicationId, applicationNo });
    if (!answer.ok) return;
    const { state, reason = '', account } = answer.data;
    this.setData({ change: state, reason, changed: textOf(account) });
    if (state === 'AUDIT_SUCCESS') this.setData({ account: textOf(account) });
  },

  draw() {
    const context = { labels: this.labels, errors: this.errors, masks: {}, uploads: {}, previews: {} };
    this.setData({ fields: viewStep(step, { ...context, values: this.answers() }) });
  },

  answers() {
    return withImplied(settlementQuestions, this.values);
  },

  answer(values: Record<string, Value>, labels: Record<string, string> = {}) {
    for (const key of Object.keys(values)) delete this.errors[key];
    this.values = { ...this.values, ...values };
    this.labels = { ...this.labels, ...labels };
    this.draw();
  },

  fieldOf(key: string): Field | undefined {
    return step.fields.find((field) => field.key === key);
  },

  input(event: WechatMiniprogram.CustomEvent<{ key: string; value: string; names?: readonly string[] }>) {
    const { key, value, names } = event.detail;
    const field = this.fieldOf(key);
    if (!field) return;
    const other = { bank_branch_id: '' };
    if (names) this.answer({ ...other, [key]: value }, { ...other, [key]: names.join(' ') });
    else if (key === 'account_type') {
      // Each account type has its own list of banks.
      this.answer({ ...other, account_bank: '', [key]: value }, { ...other, account_bank: '' });
    } else this.answer({ [key]: chosen(field, this.values[key], value) });
  },

  async submit() {
    if (this.data.busy) return;
    const missing = missingFields(step, this.answers());
    for (const { key } of missing) this.errors[key] ??= [t.required, t.required];
    if (Object.keys(this.errors).length > 0) {
      this.setData({ problem: t.fixThese });
      this.draw();
      void wx.pageScrollTo({ scrollTop: 0, duration: 200 });
      return;
    }
    this.setData({ busy: true, problem: '' });
    const { applicationId } = this;
    const account = toForm(settlementQuestions, this.values);
    const answer = await api.applyMerchant({ action: 'changeSettlement', applicationId, account });
    this.setData({ busy: false });
    if (!answer.ok) return this.showErrors(answer.error);
    this.applicationNo = answer.data.applicationNo;
    wx.setStorageSync(storageKey(applicationId), this.applicationNo);
    this.setData({ change: 'AUDITING', changed: '', reason: '' });
    this.values = {};
    this.labels = {};
    await this.loadChange();
  },

  showErrors(error: ApiError) {
    const { byKey, elsewhere } = placeErrors(settlementQuestions, this.answers(), error.fields ?? []);
    this.errors = { ...byKey };
    const problem = [errorText(error), ...elsewhere.map((pair) => say(pair))].join('\n');
    this.setData({ problem });
    this.draw();
    void wx.pageScrollTo({ scrollTop: 0, duration: 200 });
  },

  again() {
    this.setData({ change: '' });
    this.draw();
  },

  back() {
    void wx.navigateBack();
  },

  open(event: WechatMiniprogram.CustomEvent<{ key: string }>) {
    const field = this.fieldOf(event.detail.key);
    if (!field) return;
    const sheet = sheetFor(field, settlementQuestions, this.answers(), this.labels);
    if ('before' in sheet) {
      void wx.showToast({ title: sheet.before, icon: 'none' });
      return;
    }
    this.sheet = sheet;
    void this.loadSheet();
  },

  async loadSheet() {
    const { sheet } = this;
    if (!sheet) return;
    const plain = { open: true, title: sheet.title, state: 'loading', message: '', rows: [] as Row[] };
    this.setData({ sheet: plain });
    const loaded = await sheet.load();
    if (this.sheet !== sheet) return;
    const shown =
      'problem' in loaded
        ? { ...plain, state: 'error', message: loaded.problem }
        : { ...plain, state: 'ready', rows: [...loaded.rows] };
    this.setData({ sheet: shown });
  },

  chooseRow(event: WechatMiniprogram.CustomEvent<{ value: string }>) {
    const row = this.data.sheet.rows.find(({ value }) => value === event.detail.value);
    if (!row || !this.sheet) return;
    const outcome = this.sheet.choose(row);
    this.closeSheet();
    this.answer({ ...outcome.values }, { ...outcome.labels });
  },

  closeSheet() {
    this.sheet = undefined;
    this.setData({ 'sheet.open': false });
  },
});
