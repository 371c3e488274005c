import { describe, expect, it } from 'vitest';
import type { ProductRecord } from '../../shop/products.ts';
import { createShop, payer, type Shop, token } from '../testing/shop.ts';
import { Failure } from '../testing/wechat.ts';
import { createOrder, createPartnerOrder } from './create.ts';
import type { OrderRecord } from './records.ts';

const buy = ({ ports }: Pick<Shop, 'ports'>, ...productIds: string[]) => {
  const items = productIds.map((productId) => ({ productId, quantity: 1 }));
  const create = productIds.includes('tea') ? createOrder : createPartnerOrder;
  return create(ports, payer, { requestToken: token('a'), items });
};
/** As if the payer had too many open payments by now. */
const atTheLimit = ({ ports }: Shop) => ({
  ports: { ...ports, policy: { ...ports.policy, maxOpenPayments: 0 } },
});

it('an order of own goods is stored, counted, and opened in one step of the database each', async () => {
  const shop = createShop();
  const steps: string[] = [];
  shop.documents.interrupt = async (when, operation) => {
    if (when === 'before') steps.push(operation);
  };
  await buy(shop, 'tea');
  expect(steps).toEqual(['find products', 'insert orders', 'find orders', 'update orders']);
});

describe("a second tap on sellers' goods", () => {
  it.each([
    ['belongs to the other seller by now', { sellerId: 's1' }],
    ['is off sale by now', { onSale: false }],
  ])('gives the payment of the first, though one of them %s', async (_, change) => {
    const shop = createShop('ecommerce');
    const first = await buy(shop, 'bread', 'honey');
    const honey = shop.documents.peek<ProductRecord>('products', 'honey')!;
    const changed: ProductRecord = { ...honey, ...change };
    shop.documents.put('products', changed);
    expect(await buy(shop, 'bread', 'honey')).toEqual(first);
    expect(shop.documents.all('orders')).toHaveLength(2);
  });
});

describe('a payment that WeChat Pay has accepted', () => {
  it('is not counted a second time, though an instance died before it opened the orders', async () => {
    const shop = createShop('ecommerce');
    shop.documents.interrupt = async (when, operation) => {
      if (when === 'before' && operation === 'update orders') throw new Error('died');
    };
    await expect(buy(shop, 'bread', 'honey')).rejects.toThrow('died');
    shop.documents.interrupt = async () => {};
    expect((await buy(atTheLimit(shop), 'bread', 'honey')).payment).toBeDefined();
  });

  it('is not counted a second time, though its answer was lost and one of its orders was found open', async () => {
    const shop = createShop('ecommerce');
    shop.wechat.interrupt = async (when) => {
      if (when === 'after') throw new Failure('lost');
    };
    await expect(buy(shop, 'bread', 'honey')).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    shop.wechat.interrupt = async () => {};
    const [first] = shop.documents.all<OrderRecord>('orders');
    const open: OrderRecord = { ...first!, state: 'NOTPAY', version: 2 };
    shop.documents.put('orders', open);
    expect((await buy(atTheLimit(shop), 'bread', 'honey')).payment).toBeDefined();
  });
});
