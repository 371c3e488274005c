import { common } from '../../i18n/common';
import { texts } from '../../i18n/index';

export interface ChooseRow {
  readonly value: string;
  readonly label: string;
}

const t = {
  ...common,
  ...texts({
    search: ['搜索', 'Search'],
    loading: ['正在加载', 'Loading'],
    none: ['没有找到', 'Nothing found'],
    more: ['还有更多，请输入关键字', 'There are more: type a few letters'],
  }),
};

/** More rows than this need the search box. */
const mostShown = 120;

/** A sheet with a long list to choose one row from. Triggers `choose` `{value}`, `cancel` and `retry`. */
Component({
  properties: {
    title: { type: String, value: '' },
    /** loading, error or ready */
    state: { type: String, value: 'loading' },
    message: { type: String, value: '' },
    rows: { type: Array, value: [] as ChooseRow[] },
  },
  data: { t, query: '', shown: [] as ChooseRow[], more: false },
  observers: {
    'rows, query'(rows: ChooseRow[], query: string) {
      const found = rows.filter(({ label }) => label.includes(query.trim()));
      this.setData({ shown: found.slice(0, mostShown), more: found.length > mostShown });
    },
    title() {
      this.setData({ query: '' });
    },
  },
  methods: {
    none() {
      // Taps and drags inside the sheet must not reach the page behind it.
    },
    search(event: WechatMiniprogram.Input) {
      this.setData({ query: event.detail.value });
    },
    choose(event: WechatMiniprogram.TouchEvent) {
      this.triggerEvent('choose', { value: event.currentTarget.dataset.value });
    },
    cancel() {
      this.triggerEvent('cancel');
    },
    retry() {
      this.triggerEvent('retry');
    },
  },
});
