/** The shipment shown on an order's page. */
import type { OrderView } from '../../../shared/contract/index.ts';
import { fill, texts } from '../../i18n/index';
import { dateTime } from '../../utils/time';

const t = texts({
  WAITING: ['商家已发货', 'The shop has shipped it'],
  PARTIAL: ['部分商品已发货', 'Part of it is shipped'],
  SHIPPED: ['已发货，收到后请确认收货', 'Shipped; confirm receipt once you have it'],
  RECEIVED: ['已确认收货', 'Receipt confirmed'],
  SETTLED: ['交易完成', 'Completed'],
  REFUNDED: ['已退款', 'Refunded'],
  REFUSED: ['商家已发货', 'The shop has shipped it'],
  express: ['快递', 'Courier'],
  local: ['同城配送', 'Local delivery'],
  virtual: ['虚拟商品，无需物流', 'Virtual goods, nothing is sent'],
  pickup: ['到店自提', 'To be picked up'],
  number: ['{company} {no}', '{company} {no}'],
  at: ['发货时间 {time}', 'Shipped at {time}'],
});

export interface ShippingCard {
  readonly outTradeNo: string;
  readonly transactionId: string;
  readonly text: string;
  readonly way: string;
  /** One line per parcel; the number can be copied. */
  readonly parcels: readonly { readonly key: string; readonly text: string; readonly itemDesc: string }[];
  readonly shippedAt: string;
  readonly canConfirm: boolean;
}

/** One card for each order of the payment that was shipped. */
export function shippingCards(orders: readonly OrderView[]): ShippingCard[] {
  return orders.flatMap(({ outTradeNo, shipping, transactionId = '', shippedAtMs }) =>
    shipping
      ? [
          {
            outTradeNo,
            transactionId,
            text: t[shipping.state],
            way: t[shipping.logistics],
            parcels: shipping.parcels.map(({ company = '', trackingNo = '', itemDesc }, index) => ({
              key: `${index}`,
              text: trackingNo === '' ? '' : fill(t.number, { company, no: trackingNo }),
              itemDesc,
            })),
            shippedAt: shippedAtMs ? fill(t.at, { time: dateTime(shippedAtMs) }) : '',
            canConfirm: shipping.state === 'SHIPPED' && transactionId !== '',
          },
        ]
      : [],
  );
}
