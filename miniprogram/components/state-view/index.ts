import { say } from '../../i18n/index';

/** Shows the loading, error or empty state of a page; its slot when there is content. */
Component({
  properties: {
    /** loading, error, empty or ready */
    kind: { type: String, value: 'loading' },
    title: { type: String, value: '' },
    message: { type: String, value: '' },
    action: { type: String, value: '' },
    icon: { type: String, value: '' },
  },
  data: { loadingText: say(['正在加载', 'Loading']) },
  methods: {
    act() {
      this.triggerEvent('act');
    },
  },
});
