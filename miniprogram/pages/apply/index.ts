import type { ApiError, ApplicationView, Result } from '../../../shared/contract/index.ts';
import { fill, type Pair, say } from '../../i18n/index';
import { api, errorText } from '../../services/api';
import { applyment4subForm } from '../../services/apply/applyment4sub';
import { checkUpTo } from '../../services/apply/check';
import { type Draft, forgetDraft, newDraft, readDraft, writeDraft } from '../../services/apply/draft';
import { ecommerceForm } from '../../services/apply/ecommerce';
import {
  dependents,
  inTheirWords,
  missingFields,
  placeErrors,
  stepOfKey,
  toForm,
  visibleSteps,
  withImplied,
} from '../../services/apply/form';
import { type Row, type Sheet, sheetFor } from '../../services/apply/lists';
import { choosePhoto, previews, uploadPhoto } from '../../services/apply/media';
import { recall } from '../../services/apply/recall';
import type { ApplicationForm, Field, Value } from '../../services/apply/types';
import { chosen, type FieldView, type PhotoView, viewStep, withPhoto } from '../../services/apply/view';
import { type Review, reviewOf } from './review';
import { t } from './texts';

Page({
  data: {
    t,
    kind: 'loading',
    message: '',
    problem: '',
    step: 0,
    stepText: '',
    steps: [] as { id: string }[],
    current: { title: '', hint: '', review: false },
    fields: [] as FieldView[],
    reviews: [] as Review[],
    /**
     * The last page was reached, or reasons came back: finishing a page then leads to the last one, not to the next.
     */
    fixing: false,
    agreed: false,
    canSubmit: false,
    busy: false,
    applicationId: '',
    sheet: { open: false, title: '', state: 'loading', message: '', rows: [] as Row[] },
  },
  form: ecommerceForm as ApplicationForm,
  draft: newDraft() as Draft,
  errors: {} as Record<string, Pair>,
  masks: {} as Readonly<Record<string, string>>,
  uploads: {} as Record<string, readonly PhotoView[]>,
  sheet: undefined as Sheet | undefined,
  /** The application to revise, when the page was opened for that. */
  revising: '',
  uploadCount: 0,

  onLoad(query: Record<string, string | undefined>) {
    wx.setNavigationBarTitle({ title: t.title });
    this.revising = query.id ?? '';
    void this.start();
  },

  async start() {
    this.setData({ kind: 'loading' });
    const [described, found] = await Promise.all([
      api.applyMerchant({ action: 'describe' }),
      this.revising ? api.applyMerchant({ action: 'query', applicationId: this.revising }) : undefined,
    ]);
    if (!described.ok) return this.failToLoad(described.error);
    if (found && !found.ok) return this.failToLoad(found.error);
    this.form = described.data.kind === 'ecommerce' ? ecommerceForm : applyment4subForm;
    const application = found?.data.applications[0];
    this.draft = await this.draftFor(application);
    this.masks = application?.masks ?? {};
    const applicationId = application?.applicationId ?? '';
    this.setData({ kind: 'ready', applicationId, fixing: applicationId !== '' });
    if (application) this.showErrors(inTheirWords(application.rejections ?? []));
    this.draw(application ? this.firstWrongStep() : this.draft.step);
  },

  /** The draft on this phone; if there is none for this application, what the server stored of it. */
  async draftFor(application: ApplicationView | undefined): Promise<Draft> {
    const draft = await readDraft(this.form.kind);
    if (!application) return draft ?? newDraft();
    const { applicationId, form = {} } = application;
    if (draft && (draft.applicationId ?? applicationId) === applicationId) return draft;
    return { ...newDraft(), applicationId, values: recall(this.form, form) };
  },

  failToLoad(error: ApiError) {
    this.setData({ kind: 'error', message: errorText(error) });
  },

  /** Shows a step; the one after the last is the review. */
  draw(wanted: number) {
    const values = this.answers();
    const { labels } = this.draft;
    const shown = visibleSteps(this.form, values);
    const step = Math.max(0, Math.min(wanted, shown.length));
    const current = shown[step];
    const context = {
      values,
      labels,
      errors: this.errors,
      masks: this.masks,
      uploads: this.uploads,
      previews: Object.fromEntries(previews),
    };
    const reviews = shown.map((each) => reviewOf(each, values, this.errors));
    this.setData({
      step,
      steps: [...shown.map(({ id }) => ({ id })), { id: 'review' }],
      stepText: fill(t.stepText, { step: step + 1, count: shown.length + 1 }),
      current: current
        ? { title: say(current.title), hint: current.hint ? say(current.hint) : '', review: false }
        : { title: t.review, hint: t.reviewHint, review: true },
      fields: current ? viewStep(current, context) : [],
      reviews,
      fixing: this.data.fixing || !current,
      canSubmit: this.data.agreed && reviews.every(({ bad }) => !bad),
    });
    if (step !== this.draft.step) this.save({ step });
  },

  /** The user's answers, and those that follow from them. */
  answers() {
    return withImplied(this.form, this.draft.values);
  },

  save(change: Partial<Draft>) {
    this.draft = { ...this.draft, ...change };
    void writeDraft(this.form.kind, this.draft);
  },

  /** Stores an answer; errors about it, and about fields that depend on it, are cleared when it changes. */
  answer(values: Record<string, Value>, labels: Record<string, string> = {}) {
    for (const key of Object.keys(values)) {
      for (const settled of [key, ...dependents(this.form, this.answers(), key)]) delete this.errors[settled];
    }
    this.save({ values: { ...this.draft.values, ...values }, labels: { ...this.draft.labels, ...labels } });
    this.draw(this.data.step);
  },

  fieldOf(key: string): Field | undefined {
    return this.form.steps.flatMap((step) => step.fields).find((field) => field.key === key);
  },

  change(event: WechatMiniprogram.CustomEvent<{ key: string; value: string; names?: readonly string[] }>) {
    const { key, value, names } = event.detail;
    const field = this.fieldOf(key);
    if (names) {
      // A branch chosen for another city is no longer valid.
      const branch = key.replace('bank_address_code', 'bank_branch_id');
      this.answer({ [branch]: '', [key]: value }, { [branch]: '', [key]: names.join(' ') });
    } else if (field) this.answer({ [key]: chosen(field, this.draft.values[key], value) });
  },

  async next() {
    const shown = visibleSteps(this.form, this.answers());
    const step = shown[this.data.step];
    if (!step || this.data.busy) return;
    const isUploading = Object.values(this.uploads).some((photos) => photos.some(({ busy }) => busy));
    this.setData({ busy: true });
    // Check every page before showing the last one, so that "complete" there is true.
    const last = this.data.fixing ? shown.length - 1 : this.data.step;
    const found = await checkUpTo(this.form, this.answers(), last);
    this.setData({ busy: false });
    this.errors = { ...this.errors, ...found };
    for (const { key } of missingFields(step, this.answers())) this.errors[key] ??= [t.required, t.required];
    const stays = isUploading || step.fields.some(({ key }) => this.errors[key]);
    this.draw(this.data.step);
    const target = stays ? this.data.step : this.data.fixing ? this.nextToFix() : this.data.step + 1;
    this.setData({ problem: isUploading ? t.uploading : stays ? t.fixThese : '' });
    this.draw(target);
    this.scroll();
  },

  /** Scrolls to the first invalid answer of the page, or to its top. */
  scroll() {
    const wrong = this.data.fields.findIndex(({ error }) => error !== '');
    void wx.pageScrollTo(
      wrong < 0 ? { scrollTop: 0, duration: 200 } : { selector: `#f${wrong}`, offsetTop: -12, duration: 200 },
    );
  },

  /** The first page that needs fixing, or the last page. */
  nextToFix(): number {
    const { reviews } = this.data;
    const bad = reviews.findIndex((page) => page.bad);
    return bad < 0 ? reviews.length : bad;
  },

  back() {
    this.setData({ problem: '' });
    this.draw(this.data.step - 1);
    void wx.pageScrollTo({ scrollTop: 0, duration: 0 });
  },

  goTo(event: WechatMiniprogram.TouchEvent) {
    this.draw(Number(event.currentTarget.dataset.step));
    void wx.pageScrollTo({ scrollTop: 0, duration: 0 });
  },

  agree() {
    this.setData({ agreed: !this.data.agreed });
    this.draw(this.data.step);
  },

  async submit() {
    if (this.data.busy) return;
    if (!this.data.canSubmit) {
      this.setData({ problem: this.data.agreed ? t.fixThese : t.mustAgree });
      return;
    }
    this.setData({ busy: true, problem: '' });
    const answer = await this.send();
    this.setData({ busy: false });
    if (answer.ok) {
      const { applicationId } = answer.data.application;
      this.save({ applicationId });
      void wx.redirectTo({ url: `/pages/application/index?id=${encodeURIComponent(applicationId)}` });
      return;
    }
    this.setData({ problem: errorText(answer.error) });
    this.showErrors(answer.error.fields ?? []);
    this.draw(this.firstWrongStep());
    this.scroll();
  },

  send(): Promise<Result<{ readonly application: ApplicationView }>> {
    const form = toForm(this.form, this.draft.values);
    const { applicationId } = this.data;
    if (applicationId) return api.applyMerchant({ action: 'revise', applicationId, form });
    return api.applyMerchant({ action: 'submit', requestToken: this.draft.requestToken, form });
  },

  /** Puts the server's reasons beside their fields; those that belong to no field are shown at the top. */
  showErrors(errors: Parameters<typeof placeErrors>[2]) {
    const { byKey, elsewhere } = placeErrors(this.form, this.answers(), errors);
    this.errors = { ...byKey };
    if (elsewhere.length > 0) this.setData({ problem: elsewhere.map((pair) => say(pair)).join('\n') });
  },

  firstWrongStep(): number {
    const steps = Object.keys(this.errors).map((key) => stepOfKey(this.form, this.answers(), key));
    return steps.length > 0 ? Math.min(...steps) : this.data.step;
  },

  async forget() {
    const { confirm } = await wx.showModal({
      title: t.forgetAsk,
      content: t.forgetHint,
      confirmText: t.forgetYes,
      cancelText: t.cancel,
      confirmColor: '#b3261e',
    });
    if (!confirm) return;
    await forgetDraft(this.form.kind);
    this.draft = newDraft();
    this.errors = {};
    this.setData({ problem: '', agreed: false, fixing: false });
    this.draw(0);
  },

  // ---- photos

  async photo(event: WechatMiniprogram.CustomEvent<{ key: string; action: string; id: string }>) {
    const { key, action, id } = event.detail;
    if (action === 'drop') return this.dropPhoto(key, id);
    const waiting = (this.uploads[key] ?? []).find((photo) => photo.id === id);
    if (action === 'again' && waiting) return this.upload(key, waiting.preview, id);
    const picked = await choosePhoto();
    if (!picked) return;
    await this.upload(key, picked.path, action === 'retake' ? id : '');
  },

  /** Uploads a picture; it replaces `replacing` once uploaded, so a failed attempt loses nothing. */
  async upload(key: string, path: string, replacing: string) {
    this.uploadCount += 1;
    const id = `local-${this.uploadCount}`;
    const others = (this.uploads[key] ?? []).filter((photo) => photo.id !== replacing);
    this.showUploads(key, [...others, { id, preview: path, busy: true, problem: '' }]);
    const done = await uploadPhoto(path);
    const rest = (this.uploads[key] ?? []).filter((photo) => photo.id !== id);
    if ('problem' in done) {
      this.showUploads(key, [...rest, { id, preview: path, busy: false, problem: done.problem }]);
      return;
    }
    this.uploads = { ...this.uploads, [key]: rest };
    previews.set(done.mediaId, path);
    const isList = this.fieldOf(key)?.kind === 'photos';
    const before = this.draft.values[key];
    this.answer({ [key]: isList ? withPhoto(before, done.mediaId, replacing) : done.mediaId });
  },

  dropPhoto(key: string, id: string) {
    const before = this.draft.values[key];
    this.uploads = { ...this.uploads, [key]: (this.uploads[key] ?? []).filter((photo) => photo.id !== id) };
    if (Array.isArray(before)) this.answer({ [key]: before.filter((other: string) => other !== id) });
    else this.draw(this.data.step);
  },

  showUploads(key: string, photos: readonly PhotoView[]) {
    this.uploads = { ...this.uploads, [key]: photos };
    this.draw(this.data.step);
  },

  // ---- long lists

  open(event: WechatMiniprogram.CustomEvent<{ key: string }>) {
    const field = this.fieldOf(event.detail.key);
    if (!field) return;
    const sheet = sheetFor(field, this.form, this.answers(), this.draft.labels);
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
    const { title } = sheet;
    this.setData({ sheet: { open: true, title, state: 'loading', message: '', rows: [] } });
    const loaded = await sheet.load();
    if (this.sheet !== sheet) return;
    if ('problem' in loaded) {
      this.setData({ sheet: { open: true, title, state: 'error', message: loaded.problem, rows: [] } });
    } else {
      this.setData({ sheet: { open: true, title, state: 'ready', message: '', rows: [...loaded.rows] } });
    }
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
