import { say } from '../../i18n/index';

/** What a page shows while it has nothing to show: loading, failed, or empty. Otherwise its slot. */
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
