import type { OrderView } from '../../../shared/contract/index.ts';
import { common } from '../../i18n/common';
import { stateOf, titleOf } from '../../services/orders';
import { dateTime } from '../../utils/time';

/** An order in a list. */
Component({
  properties: { order: { type: Object, value: {} as Partial<OrderView> } },
  data: { shopName: common.shopName, title: '', stateText: '', tone: 'plain', createdAt: '' },
  observers: {
    order(order: OrderView) {
      if (!order.state) return;
      const { text, tone } = stateOf(order);
      this.setData({ title: titleOf(order), stateText: text, tone, createdAt: dateTime(order.createdAtMs) });
    },
  },
  methods: {
    open() {
      const { paymentNo } = this.data.order as OrderView;
      void wx.navigateTo({ url: `/pages/order/index?paymentNo=${encodeURIComponent(paymentNo)}` });
    },
  },
});
