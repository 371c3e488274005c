/** Shipping by the cloud call: the deployed bundle of wx-server-sdk, without an AppSecret. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { operatorOpenid } from '../../sandbox/system/environment.ts';
import type { ShipOrderAnswer } from '../../shared/contract/index.ts';
import { order, payer, type Running, recorded, run } from './support.ts';

let running: Running;
beforeAll(async () => {
  running = await run({
    uploadedBy: 'devtools',
    adjustValues: (values) => ({ ...values, WECHAT_API_ACCESS: 'cloud', WECHAT_APP_SECRET: '' }),
  });
});
afterAll(() => running?.system.close());

it('reports shipments to WeChat', async () => {
  const { client } = running;
  const { paymentNo } = await order(client, 'cup-celadon');
  await client.pay(paymentNo, payer);
  await recorded(client, paymentNo, 'SUCCESS');
  const parcels = [{ itemDesc: '青瓷主人杯' }];
  const event = { action: 'ship', outTradeNo: paymentNo, logistics: 'local', parcels };
  const answer = await client.call<ShipOrderAnswer>('shipOrder', event, operatorOpenid);
  expect(answer).toMatchObject({ ok: true, data: { shipment: { state: 'SHIPPED' } } });
  const { orders } = await client.get<{ orders: object[] }>('/_sandbox/shipping');
  expect(orders).toMatchObject([{ merchant_trade_no: paymentNo, order_state: 2 }]);
});
