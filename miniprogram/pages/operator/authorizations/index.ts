/** Persons who receive transfers without confirming each of them, and the request to another one. */
import type { TransferAuthorizationView, TransferSceneView } from '../../../../shared/contract/index.ts';
import { common } from '../../../i18n/common';
import { fill, type Pair, say, texts } from '../../../i18n/index';
import { api, errorText } from '../../../services/api';
import type { FieldView } from '../../../services/apply/view';
import { fieldErrors, inputField, selectField } from '../../../services/operator/fields';
import { sceneText } from '../../../services/operator/scenes';
import { dateTime } from '../../../utils/time';

const t = {
  ...common,
  ...texts({
    title: ['免确认收款授权', 'Authorised payees'],
    none: ['还没有授权', 'No authorisations yet'],
    noneHint: [
      '收款人授权一次后，该场景的转账直接存入零钱',
      'Who agrees once receives transfers of that kind without confirming them',
    ],
    add: ['请求授权', 'Ask a person'],
    send: ['发送请求', 'Ask'],
    openid: ['收款人 openid', 'openid of the person'],
    displayName: ['展示的账号名称', 'Name of the account, as shown'],
    displayNameHelp: [
      '收款人授权时看到，用来区分他在本店的账号',
      'The person sees it, to tell apart accounts in this shop',
    ],
    scene: ['转账场景', 'Scene'],
    noScene: [
      '没有开通转账场景（WECHATPAY_TRANSFER_SCENES）。',
      'No transfer scene is enabled (WECHATPAY_TRANSFER_SCENES).',
    ],
    to: ['收款人 {openid}', 'Person {openid}'],
    since: ['{time} 授权', 'Since {time}'],
    asked: ['{time} 请求，24 小时内有效', 'Asked {time}, valid for 24 hours'],
    ended: ['{time} 结束 {reason}', 'Ended {time} {reason}'],
    ask: ['查询', 'Query'],
    required: ['请填写', 'Required'],
  }),
};

const states: Readonly<Record<TransferAuthorizationView['state'], readonly [text: Pair, tone: string]>> = {
  WAITING: [['等待微信支付受理', 'Waiting for WeChat Pay'], 'wait'],
  WAIT_USER_CONFIRM: [['待收款人授权', 'To be agreed to'], 'wait'],
  TAKING_EFFECT: [['已授权', 'In force'], 'good'],
  CLOSED: [['已结束', 'Ended'], 'plain'],
  REFUSED: [['未受理', 'Refused'], 'bad'],
};

interface Row {
  readonly authorizationNo: string;
  readonly scene: string;
  readonly to: string;
  readonly state: string;
  readonly tone: string;
  readonly detail: string;
  readonly open: boolean;
}

Page({
  data: {
    t,
    kind: 'loading',
    message: '',
    rows: [] as Row[],
    form: false,
    fields: [] as FieldView[],
    problem: '',
    busy: false,
  },
  views: [] as readonly TransferAuthorizationView[],
  scenes: [] as readonly TransferSceneView[],
  answers: {} as Readonly<Record<string, string>>,

  onLoad() {
    wx.setNavigationBarTitle({ title: t.title });
    void this.load();
  },

  async onPullDownRefresh() {
    await this.load();
    wx.stopPullDownRefresh();
  },

  async load() {
    const [answer, known] = await Promise.all([
      api.transferMoney({ action: 'authorizations' }),
      api.transferMoney({ action: 'scenes' }),
    ]);
    if (!answer.ok || !known.ok) {
      const error = answer.ok ? known : answer;
      if (!error.ok) this.setData({ kind: 'error', message: errorText(error.error) });
      return;
    }
    this.scenes = known.data.scenes;
    this.show(answer.data.authorizations);
  },

  show(views: readonly TransferAuthorizationView[]) {
    this.views = views;
    const rows = views.map((view) => rowOf(view, this.scenes));
    this.setData({ rows, kind: rows.length > 0 ? 'ready' : 'empty' });
  },

  begin() {
    this.answers = { sceneId: this.scenes[0]?.sceneId ?? '' };
    this.setData({ form: true, problem: this.scenes.length > 0 ? '' : t.noScene });
    this.draw();
  },

  cancel() {
    this.setData({ form: false, problem: '' });
  },

  draw(errors: Readonly<Record<string, string>> = {}) {
    const typed = (key: string, label: string, more: Partial<FieldView> = {}) =>
      inputField(key, label, { value: this.answers[key] ?? '', error: errors[key] ?? '', ...more });
    const scenes = this.scenes.map(({ sceneId, name }) => ({
      value: sceneId,
      label: `${sceneText(name)} ${sceneId}`,
    }));
    const fields = [
      typed('openid', t.openid),
      typed('displayName', t.displayName, { help: t.displayNameHelp, maxLength: 32 }),
      selectField('sceneId', t.scene, scenes, this.answers.sceneId ?? ''),
    ];
    this.setData({ fields });
  },

  change(event: WechatMiniprogram.CustomEvent<{ key: string; value: string }>) {
    const { key, value } = event.detail;
    this.answers = { ...this.answers, [key]: value };
    if (key === 'sceneId') this.draw();
  },

  async submit() {
    if (this.data.busy) return;
    const given = (key: string) => this.answers[key]?.trim() ?? '';
    const missing = ['openid', 'displayName', 'sceneId'].filter((key) => !given(key));
    if (missing.length > 0) {
      this.draw(Object.fromEntries(missing.map((key) => [key, t.required])));
      return;
    }
    this.setData({ busy: true, problem: '' });
    const answer = await api.transferMoney({
      action: 'authorize',
      openid: given('openid'),
      sceneId: given('sceneId'),
      displayName: given('displayName'),
    });
    this.setData({ busy: false });
    if (!answer.ok) {
      this.setData({ problem: errorText(answer.error) });
      this.draw(fieldErrors(answer.error));
      return;
    }
    this.setData({ form: false });
    await this.load();
  },

  async ask(event: WechatMiniprogram.TouchEvent) {
    const no = String(event.currentTarget.dataset.no);
    const known = this.views.find(({ authorizationNo }) => authorizationNo === no);
    if (this.data.busy || known?.openid === undefined) return;
    const { openid, sceneId } = known;
    this.setData({ busy: true });
    const answer = await api.transferMoney({ action: 'authorization', openid, sceneId });
    this.setData({ busy: false });
    if (!answer.ok) {
      void wx.showModal({ title: errorText(answer.error), showCancel: false, confirmText: t.confirm });
      return;
    }
    const { authorization } = answer.data;
    this.show(this.views.map((view) => (view === known ? authorization : view)));
  },
});

function rowOf(view: TransferAuthorizationView, scenes: readonly TransferSceneView[]): Row {
  const { authorizationNo, sceneId, state, openid = '' } = view;
  const [text, tone] = states[state];
  const name = scenes.find((scene) => scene.sceneId === sceneId)?.name;
  return {
    authorizationNo,
    scene: name === undefined ? sceneId : `${sceneText(name)} ${sceneId}`,
    to: fill(t.to, { openid }),
    state: say(text),
    tone,
    detail: detailOf(view),
    open: state === 'WAITING' || state === 'WAIT_USER_CONFIRM' || state === 'TAKING_EFFECT',
  };
}

function detailOf(view: TransferAuthorizationView): string {
  const { createdAtMs, authorizedAtMs, closedAtMs, closeReason: reason = '' } = view;
  if (closedAtMs !== undefined) return fill(t.ended, { time: dateTime(closedAtMs), reason });
  if (authorizedAtMs !== undefined) return fill(t.since, { time: dateTime(authorizedAtMs) });
  return fill(t.asked, { time: dateTime(createdAtMs) });
}
