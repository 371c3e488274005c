import { expect, it } from 'vitest';
import { shipmentRecord } from './testing/shipping.ts';
import { viewShipment } from './view.ts';

const itemDesc = '龙井';

it('shows operators a shipment that has come to its end, without telephone numbers', () => {
  const failure = { code: '10060003', message: '用完' };
  const record = shipmentRecord({
    ...{ state: 'SETTLED', reshipped: true, createdAtMs: 1, shippedAtMs: 2, receivedAtMs: 3 },
    ...{ settledAtMs: 4, remindOfMs: 9, remindedAtMs: 5, failure },
    parcels: [{ company: 'SF', trackingNo: '75', itemDesc, receiverContact: '189****1234' }],
  });
  expect(viewShipment(record)).toStrictEqual({
    ...{ outTradeNo: 'T1', state: 'SETTLED', logistics: 'express', moreToCome: false, reshipped: true },
    parcels: [{ company: 'SF', trackingNo: '75', itemDesc }],
    ...{ createdAtMs: 1, shippedAtMs: 2, receivedAtMs: 3, settledAtMs: 4, remindedAtMs: 5, failure },
  });
});

it('shows only what a new shipment has', () => {
  const record = shipmentRecord({ logistics: 'pickup', parcels: [{ itemDesc }], createdAtMs: 1 });
  expect(viewShipment(record)).toStrictEqual({
    ...{ outTradeNo: 'T1', state: 'WAITING', logistics: 'pickup', moreToCome: false, reshipped: false },
    ...{ parcels: [{ itemDesc }], createdAtMs: 1 },
  });
});
