import type { TransferMoneyAnswers, TransferSceneView } from '../../../../shared/contract/index.ts';
import { common } from '../../../i18n/common';
import { fill, texts } from '../../../i18n/index';
import { api, errorText } from '../../../services/api';
import type { FieldView } from '../../../services/apply/view';
import {
  amountField,
  fieldErrors,
  inputField,
  optionsField,
  selectField,
} from '../../../services/operator/fields';
import { sceneText } from '../../../services/operator/scenes';
import { parseYuan, yuan } from '../../../utils/money';
import { newToken } from '../../../utils/token';

const t = {
  ...common,
  ...texts({
    title: ['发起转账', 'New transfer'],
    none: ['没有开通转账场景', 'No transfer scene is enabled'],
    noneHint: [
      '在商户平台「产品中心 → 商家转账」申请场景，再写入 WECHATPAY_TRANSFER_SCENES。',
      'Apply for a scene at the merchant platform, then name it in WECHATPAY_TRANSFER_SCENES.',
    ],
    openid: ['收款人 openid', 'openid of the person'],
    amount: ['金额（元）', 'Amount in yuan'],
    amountHelp: ['每人每天 ¥{person}，全店每天 ¥{day}', 'Per person and day ¥{person}, in all ¥{day}'],
    amountBad: ['请填写金额，至少 {min} 元', 'An amount of at least ¥{min} is expected'],
    name: ['收款人姓名', 'Real name of the person'],
    nameHelp: [
      '满 2,000 元必填，加密后只有微信支付能看到',
      'Required from ¥2,000; encrypted for WeChat Pay alone',
    ],
    remark: ['备注（收款人可见）', 'Remark (the person sees it)'],
    scene: ['转账场景', 'Scene'],
    confirming: ['到账方式', 'How it arrives'],
    confirms: ['收款人确认', 'The person confirms'],
    authorized: ['免确认', 'Without confirming'],
    authorizedHelp: [
      '免确认须收款人已授权该场景',
      'Without confirming: the person authorised this scene before',
    ],
    send: ['转账', 'Transfer'],
    ask: ['转账 ¥{amount}？', 'Transfer ¥{amount}?'],
    askHint: [
      '收款人须在 24 小时内确认，之前可以撤销。',
      'The person confirms within 24 hours; until then it can be cancelled.',
    ],
    askAtOnce: ['钱会直接存入收款人零钱，不能撤销。', 'It arrives at once and cannot be cancelled.'],
    fixThese: ['请先补全标红的项目', 'Complete what is marked'],
    required: ['请填写', 'Required'],
  }),
};

type Answers = Readonly<Record<string, string>>;

Page({
  data: { t, kind: 'loading', message: '', fields: [] as FieldView[], problem: '', busy: false },
  scenes: [] as readonly TransferSceneView[],
  limits: undefined as TransferMoneyAnswers['scenes']['limits'] | undefined,
  answers: {} as Answers,
  /** Created once per transfer, so that a second tap requests the same transfer. */
  token: '',

  onLoad() {
    wx.setNavigationBarTitle({ title: t.title });
    this.token = newToken();
    void this.load();
  },

  async load() {
    const answer = await api.transferMoney({ action: 'scenes' });
    if (!answer.ok) {
      this.setData({ kind: 'error', message: errorText(answer.error) });
      return;
    }
    this.scenes = answer.data.scenes;
    this.limits = answer.data.limits;
    this.answers = { sceneId: this.scenes[0]?.sceneId ?? '' };
    this.setData({ kind: this.scenes.length > 0 ? 'ready' : 'empty' });
    this.draw();
  },

  scene(): TransferSceneView | undefined {
    return this.scenes.find(({ sceneId }) => sceneId === this.answers.sceneId);
  },

  draw(errors: Readonly<Record<string, string>> = {}) {
    const { limits } = this;
    if (!limits) return;
    const typed = (key: string, label: string, more: Partial<FieldView> = {}) =>
      inputField(key, label, { value: this.answers[key] ?? '', error: errors[key] ?? '', ...more });
    const amountHelp = fill(t.amountHelp, {
      person: yuan(limits.dailyPersonFen),
      day: yuan(limits.dailyFen),
    });
    const fields = [
      typed('openid', t.openid),
      amountField('amountFen', t.amount, {
        value: this.answers.amountFen ?? '',
        error: errors.amountFen ?? '',
        help: amountHelp,
      }),
      typed('userName', t.name, { help: t.nameHelp, optional: true, maxLength: 50 }),
      typed('remark', t.remark, { maxLength: 32 }),
      optionsField(
        'confirming',
        t.confirming,
        [
          { value: 'yes', label: t.confirms },
          { value: 'no', label: t.authorized },
        ],
        this.answers.confirming ?? 'yes',
        { help: t.authorizedHelp },
      ),
      selectField('sceneId', t.scene, this.scenes.map(sceneOption), this.answers.sceneId ?? ''),
      ...(this.scene()?.reports ?? []).map((name) =>
        typed(`reports.${name}`, sceneText(name), { maxLength: 32 }),
      ),
    ];
    this.setData({ fields });
  },

  change(event: WechatMiniprogram.CustomEvent<{ key: string; value: string }>) {
    const { key, value } = event.detail;
    this.answers = { ...this.answers, [key]: value };
    if (key === 'sceneId' || key === 'confirming') this.draw();
  },

  async submit() {
    const scene = this.scene();
    const { limits } = this;
    if (this.data.busy || !scene || !limits) return;
    const amountFen = parseYuan(this.answers.amountFen ?? '');
    const errors = missing(this.answers, scene);
    if (amountFen === undefined || amountFen < limits.minFen)
      errors.amountFen = fill(t.amountBad, { min: yuan(limits.minFen) });
    if (amountFen === undefined || Object.keys(errors).length > 0) {
      this.fail(t.fixThese, errors);
      return;
    }
    const { confirm } = await wx.showModal({
      title: fill(t.ask, { amount: yuan(amountFen) }),
      content: this.answers.confirming === 'no' ? t.askAtOnce : t.askHint,
      confirmText: t.send,
      cancelText: t.cancel,
    });
    if (confirm) await this.send(scene, amountFen);
  },

  async send(scene: TransferSceneView, amountFen: number) {
    const given = (key: string) => this.answers[key]?.trim() ?? '';
    this.setData({ busy: true, problem: '' });
    const answer = await api.transferMoney({
      action: 'transfer',
      requestToken: this.token,
      openid: given('openid'),
      amountFen,
      remark: given('remark'),
      sceneId: scene.sceneId,
      reports: Object.fromEntries(scene.reports.map((name) => [name, given(`reports.${name}`)])),
      ...(given('userName') && { userName: given('userName') }),
      ...(given('confirming') === 'no' && { withoutConfirmation: true }),
    });
    this.setData({ busy: false });
    if (answer.ok) {
      void wx.navigateBack();
      return;
    }
    // A changed transfer gets a new token. An unchanged one keeps its token, since it may have been accepted.
    if (answer.error.code === 'TOKEN_REUSED') this.token = newToken();
    this.fail(errorText(answer.error), fieldErrors(answer.error));
  },

  fail(problem: string, errors: Readonly<Record<string, string>>) {
    this.setData({ problem });
    this.draw(errors);
    void wx.pageScrollTo({ scrollTop: 0, duration: 200 });
  },
});

function sceneOption({ sceneId, name }: TransferSceneView) {
  return { value: sceneId, label: `${sceneText(name)} ${sceneId}` };
}

function missing(answers: Answers, scene: TransferSceneView): Record<string, string> {
  const keys = ['openid', 'remark', ...scene.reports.map((name) => `reports.${name}`)];
  return Object.fromEntries(keys.filter((key) => !answers[key]?.trim()).map((key) => [key, t.required]));
}
