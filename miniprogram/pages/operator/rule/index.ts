import type { ReceiverType, SharingRule } from '../../../../shared/contract/index.ts';
import { fill } from '../../../i18n/index';
import { api, errorText } from '../../../services/api';
import type { FieldView } from '../../../services/apply/view';
import { fieldErrors } from '../../../services/operator/fields';
import { type Choices, type NewReceiverInput, newReceiverFields, receiverFields, ruleFields } from './fields';
import { emptyRule, inputOf, keyOf, type ReceiverInput, type RuleInput, ruleOf } from './form';
import { t } from './texts';

const emptyReceiver: ReceiverInput = { account: '', unit: 'percent', value: '', description: t.service };
const emptyNew: NewReceiverInput = {
  ...{ type: 'MERCHANT_ID', account: '', name: '', relation: '', customRelation: '' },
};

interface ReceiverCard {
  readonly index: number;
  readonly title: string;
  readonly fields: readonly FieldView[];
}

Page({
  data: {
    t,
    kind: 'loading',
    message: '',
    heading: '',
    fields: [] as FieldView[],
    cards: [] as ReceiverCard[],
    newFields: [] as FieldView[],
    registering: false,
    canEnd: false,
    limit: '',
    receiversError: '',
    problem: '',
    busy: false,
  },
  isNew: true,
  input: emptyRule(''),
  newReceiver: emptyNew,
  choices: { sellers: [], products: [], receivers: [], types: [], relations: [] } as Choices,
  errors: {} as Readonly<Record<string, string>>,

  onLoad(query: Record<string, string | undefined>) {
    wx.setNavigationBarTitle({ title: t.title });
    this.isNew = query.seller === undefined;
    this.input = emptyRule(decodeURIComponent(query.seller ?? ''));
    this.input = { ...this.input, productId: decodeURIComponent(query.product ?? '') };
    void this.load();
  },

  async load() {
    const [sellers, rules] = await Promise.all([
      api.manageShop({ action: 'sellers' }),
      api.shareProfit({ action: 'rules' }),
    ]);
    if (!sellers.ok) return this.setData({ kind: 'error', message: errorText(sellers.error) });
    if (!rules.ok) return this.setData({ kind: 'error', message: errorText(rules.error) });
    this.choices = { ...this.choices, sellers: sellers.data.sellers };
    const { sellerId, productId } = this.input;
    const known = rules.data.rules.find(
      (each) => (each.sellerId ?? '') === sellerId && (each.productId ?? '') === productId,
    );
    if (known && !this.isNew) this.input = inputOf(known);
    else if (this.isNew) this.input = emptyRule(sellers.data.sellers[0]?.sellerId ?? '');
    this.setData({ canEnd: known !== undefined && !this.isNew });
    await this.loadSeller();
    this.setData({ kind: 'ready' });
  },

  /** What depends on the seller: its products, receivers and maximum. */
  async loadSeller() {
    const sellerId = this.input.sellerId || null;
    const [products, receivers, limit] = await Promise.all([
      api.listProducts(sellerId === null ? {} : { sellerId }),
      api.shareProfit({ action: 'receivers', sellerId }),
      api.shareProfit({ action: 'limit', sellerId }),
    ]);
    this.choices = {
      ...this.choices,
      products: products.ok
        ? products.data.products.filter((each) => (each.sellerId ?? null) === sellerId)
        : [],
      ...(receivers.ok ? receivers.data : { receivers: [], types: [], relations: [] }),
    };
    this.setData({
      limit: limit.ok ? fill(t.limit, { percent: limit.data.maxPermille / 10 }) : '',
      problem: receivers.ok ? '' : errorText(receivers.error),
    });
    this.draw();
  },

  draw() {
    const { input, choices, errors } = this;
    const seller = choices.sellers.find(({ sellerId }) => sellerId === input.sellerId)?.name ?? t.own;
    const product = choices.products.find(({ productId }) => productId === input.productId)?.title;
    this.setData({
      heading: this.isNew ? '' : `${seller} · ${product ?? (input.productId || t.everything)}`,
      fields: ruleFields(input, choices, errors, this.isNew),
      cards: input.receivers.map((each, index) => ({
        index,
        title: fill(t.receiverNo, { n: index + 1 }),
        fields: receiverFields(each, index, choices, errors),
      })),
      newFields: newReceiverFields(this.newReceiver, choices, errors),
      receiversError: errors.receivers ?? '',
    });
  },

  change(event: WechatMiniprogram.CustomEvent<{ key: string; value: string }>) {
    const { key, value } = event.detail;
    const [first, second, third] = key.split('.');
    if (first === 'new') this.newReceiver = { ...this.newReceiver, [second!]: value };
    else if (first === 'receivers') this.changeReceiver(Number(second), { [third!]: value });
    else this.input = { ...this.input, [key]: value } as RuleInput;
    const redraws = ['sellerId', 'productId', 'after', 'onFailure', 'unit', 'account', 'type', 'relation'];
    if (key === 'sellerId') {
      this.input = { ...this.input, productId: '', receivers: [] };
      void this.loadSeller();
    } else if (redraws.includes(third ?? second ?? key) && key !== 'new.account') this.draw();
  },

  changeReceiver(index: number, set: Partial<ReceiverInput>) {
    const receivers = this.input.receivers.map((each, at) => (at === index ? { ...each, ...set } : each));
    this.input = { ...this.input, receivers };
  },

  add() {
    const [first, ...others] = this.choices.receivers;
    const account = first && others.length === 0 ? keyOf(first) : '';
    this.input = { ...this.input, receivers: [...this.input.receivers, { ...emptyReceiver, account }] };
    this.errors = {};
    this.draw();
  },

  remove(event: WechatMiniprogram.TouchEvent) {
    const index = Number(event.currentTarget.dataset.index);
    this.input = { ...this.input, receivers: this.input.receivers.filter((_, at) => at !== index) };
    this.errors = {};
    this.draw();
  },

  toggleRegister() {
    this.newReceiver = emptyNew;
    this.errors = {};
    this.setData({ registering: !this.data.registering, problem: '' });
    this.draw();
  },

  async register() {
    const { type, account, name, relation, customRelation } = this.newReceiver;
    const answer = await this.send(() =>
      api.shareProfit({
        ...{
          action: 'addReceiver',
          sellerId: this.input.sellerId || null,
          account: account.trim(),
          relation,
        },
        type: type as ReceiverType,
        ...(type === 'MERCHANT_ID' && { name: name.trim() }),
        ...(relation === 'CUSTOM' && customRelation.trim() && { customRelation: customRelation.trim() }),
      }),
    );
    if (!answer) return;
    this.setData({ registering: false });
    await this.loadSeller();
  },

  async save() {
    const made = ruleOf(this.input);
    if ('problems' in made) {
      const { problems } = made;
      const texts = Object.entries(problems).map(([key, problem]) => [key, t[problem]]);
      this.fail(t.fixThese, Object.fromEntries(texts) as Record<string, string>);
      return;
    }
    await this.finish({ action: 'setRule', ...made.rule });
  },

  async end() {
    const { confirm } = await wx.showModal({
      title: t.end,
      content: t.endHint,
      confirmText: t.confirm,
      cancelText: t.cancel,
      confirmColor: '#b3261e',
    });
    const { sellerId, productId } = this.input;
    if (!confirm) return;
    await this.finish({ action: 'removeRule', sellerId: sellerId || null, productId: productId || null });
  },

  async finish(
    request:
      | ({ action: 'setRule' } & SharingRule)
      | { action: 'removeRule'; sellerId: string | null; productId: string | null },
  ) {
    if (!(await this.send(() => api.shareProfit(request)))) return;
    void wx.showToast({ title: t.saved, icon: 'success' });
    void wx.navigateBack();
  },

  /** @returns whether it was done; else the page shows why not */
  async send(call: () => ReturnType<typeof api.shareProfit>): Promise<boolean> {
    if (this.data.busy) return false;
    this.errors = {};
    this.setData({ busy: true, problem: '' });
    const answer = await call();
    this.setData({ busy: false });
    if (!answer.ok) this.fail(errorText(answer.error), fieldErrors(answer.error));
    return answer.ok;
  },

  fail(problem: string, errors: Readonly<Record<string, string>>) {
    this.errors = errors;
    this.setData({ problem });
    this.draw();
    void wx.pageScrollTo({ scrollTop: 0, duration: 200 });
  },
});
