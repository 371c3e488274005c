import { expect, it } from 'vitest';
import { receiveNotification } from '../notifications/receive.ts';
import { createOrder } from '../orders/create.ts';
import type { OrderRecord } from '../orders/records.ts';
import { createShop, payer, token } from '../testing/shop.ts';
import { paymentNotification, refundNotification } from '../testing/wechat.ts';

async function paid() {
  const shop = createShop();
  const items = [{ productId: 'tea', quantity: 1 }];
  const { paymentNo } = await createOrder(shop.ports, payer, { requestToken: token('a'), items });
  await receiveNotification(shop.ports, paymentNotification(shop.wechat.pay(paymentNo)), 'direct');
  return { shop, paymentNo };
}

it('a refund of the merchant platform that was closed holds nothing, also when two instances hear of it and one dies', async () => {
  const { shop, paymentNo } = await paid();
  const closed = refundNotification(paymentNo, 'CLOSED');
  const hear = () => receiveNotification(shop.ports, closed, 'direct');
  shop.documents.interrupt = async (when, operation) => {
    if (when !== 'after' || operation !== 'insert refunds') return;
    shop.documents.interrupt = async () => {};
    await hear();
    shop.documents.interrupt = async (moment, write) => {
      if (moment === 'after' && write === 'update orders') throw new Error('died');
    };
  };
  await expect(hear()).rejects.toThrow('died');
  shop.documents.interrupt = async () => {};
  expect(shop.documents.all('refunds')).toMatchObject([{ state: 'CLOSED' }]);
  expect(shop.documents.all<OrderRecord>('orders')[0]!.refunds ?? []).toEqual([]);
});
