import type { ManagedSeller } from '../../../../shared/contract/index.ts';
import { common } from '../../../i18n/common';
import { fill, texts } from '../../../i18n/index';
import { api, errorText } from '../../../services/api';
import { inputField } from '../../../services/operator/fields';
import { dateTime } from '../../../utils/time';

const t = {
  ...common,
  ...texts({
    title: ['商家', 'Sellers'],
    none: ['还没有商家', 'No sellers yet'],
    active: ['可收款', 'Takes payments'],
    frozen: ['微信已冻结', 'Frozen by WeChat'],
    stopped: ['已暂停收款', 'Stopped'],
    since: ['{time} 起：{note}', 'Since {time}: {note}'],
    freeze: ['暂停收款', 'Stop payments'],
    freezeHint: [
      '不能再付新订单；已付订单照常发货和退款。',
      'No new payments; paid orders are delivered and refunded as usual.',
    ],
    unfreeze: ['恢复收款', 'Resume payments'],
    note: ['原因', 'Why'],
  }),
};

interface Row {
  readonly sellerId: string;
  readonly name: string;
  readonly subMchid: string;
  readonly state: string;
  readonly tone: string;
  readonly detail: string;
  readonly frozen: boolean;
}

Page({
  data: { t, kind: 'loading', message: '', rows: [] as Row[], noting: '', field: inputField('note', t.note) },
  note: '',

  onLoad() {
    wx.setNavigationBarTitle({ title: t.title });
    void this.load();
  },

  async onPullDownRefresh() {
    await this.load();
    wx.stopPullDownRefresh();
  },

  async load() {
    const answer = await api.manageShop({ action: 'sellers' });
    if (!answer.ok) this.setData({ kind: 'error', message: errorText(answer.error) });
    else this.show(answer.data.sellers);
  },

  show(sellers: readonly ManagedSeller[]) {
    this.setData({ rows: sellers.map(rowOf), noting: '', kind: sellers.length > 0 ? 'ready' : 'empty' });
  },

  begin(event: WechatMiniprogram.TouchEvent) {
    const { id, frozen } = event.currentTarget.dataset as { id: string; frozen: boolean };
    this.note = '';
    const help = frozen ? '' : t.freezeHint;
    this.setData({ noting: id, field: inputField('note', t.note, { maxLength: 200, help }) });
  },

  change(event: WechatMiniprogram.CustomEvent<{ value: string }>) {
    this.note = event.detail.value;
  },

  cancel() {
    this.setData({ noting: '' });
  },

  async save() {
    const seller = this.data.rows.find(({ sellerId }) => sellerId === this.data.noting);
    const note = this.note.trim();
    if (!seller || !note) return;
    const { sellerId, frozen } = seller;
    const answer = await api.manageShop({ action: 'freezeSeller', sellerId, frozen: !frozen, note });
    if (!answer.ok) this.setData({ 'field.error': errorText(answer.error) });
    else this.show(answer.data.sellers);
  },
});

function rowOf(seller: ManagedSeller): Row {
  const { sellerId, name, subMchid, state, frozenByOperatorAtMs, freezeNote = '' } = seller;
  const frozen = frozenByOperatorAtMs !== undefined;
  const detail = frozen ? fill(t.since, { time: dateTime(frozenByOperatorAtMs), note: freezeNote }) : '';
  const text = frozen ? t.stopped : state === 'FROZEN' ? t.frozen : t.active;
  const tone = frozen || state === 'FROZEN' ? 'bad' : 'good';
  return { sellerId, name, subMchid, state: text, tone, detail, frozen };
}
