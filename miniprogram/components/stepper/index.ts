import { say } from '../../i18n/index';

/** A quantity with two buttons. The parent owns the value and handles `change` with `{value}`. */
Component({
  properties: {
    value: { type: Number, value: 1 },
    min: { type: Number, value: 1 },
    max: { type: Number, value: 999 },
    label: { type: String, value: say(['数量', 'Quantity']) },
  },
  data: { less: say(['减少', 'Less']), more: say(['增加', 'More']) },
  methods: {
    minus() {
      if (this.data.value > this.data.min) this.triggerEvent('change', { value: this.data.value - 1 });
    },
    plus() {
      if (this.data.value < this.data.max) this.triggerEvent('change', { value: this.data.value + 1 });
    },
  },
});
