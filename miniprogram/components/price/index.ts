import { splitYuan } from '../../utils/money';

/** An amount in fen, formatted for display. */
Component({
  properties: {
    amountFen: { type: Number, value: 0 },
    /** small, medium or large */
    size: { type: String, value: 'medium' },
  },
  data: { whole: '0', cents: '00' },
  observers: {
    amountFen(amountFen: number) {
      this.setData(splitYuan(amountFen));
    },
  },
});
