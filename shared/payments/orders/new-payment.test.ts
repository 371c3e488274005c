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

describe('one token, at once with goods of one seller and with goods of two', () => {
  it.each([
    [['bread'], ['bread', 'honey']],
    [['bread', 'honey'], ['bread']],
  ])('gives one payment: while %j is stored, %j comes', async (first, second) => {
    const shop = createShop('ecommerce');
    let other: Promise<unknown> | undefined;
    shop.documents.interrupt = async (when, operation) => {
      // Its number is free, and its goods have their prices.
      if (other || when !== 'after' || operation !== 'find sellers') return;
      other = buy(shop, ...second);
      await other;
    };
    await expect(buy(shop, ...first)).rejects.toMatchObject({ code: 'TOKEN_REUSED' });
    const stored = shop.documents.all<OrderRecord>('orders');
    expect(stored.map(({ sellerId }) => sellerId).sort()).toEqual(
      second.length === 1 ? ['s1'] : ['s1', 's2'],
    );
    expect(await other).toMatchObject({ orders: { length: second.length } });
  });
});

it("the payment of one seller's goods is completed by the next tap when its instance died", async () => {
  const shop = createShop('ecommerce');
  shop.documents.interrupt = async (when, operation) => {
    if (when === 'before' && operation === 'insert orders') throw new Error('died');
  };
  await expect(buy(shop, 'bread')).rejects.toThrow('died');
  shop.documents.interrupt = async () => {};
  const { paymentNo, orders, payment } = await buy(shop, 'bread');
  expect(orders).toMatchObject([{ outTradeNo: paymentNo, sellerId: 's1', state: 'NOTPAY' }]);
  expect(payment).toBeDefined();
  expect(shop.order(paymentNo)).toMatchObject({ combined: false, request: { prepayId: expect.any(String) } });
});

it.each([
  [createOrder, 'tea'],
  [createPartnerOrder, 'bread'],
])(
  'what an instance stored that died before counting is counted when %o is asked to pay it',
  async (create, id) => {
    const shop = createShop(id === 'tea' ? 'direct' : 'ecommerce');
    shop.documents.interrupt = async (when, operation) => {
      if (when === 'after' && operation === 'insert orders') throw new Error('died');
    };
    await expect(buy(shop, id)).rejects.toThrow('died');
    shop.documents.interrupt = async () => {};
    const [order] = shop.documents.all<OrderRecord>('orders');
    const paymentNo = order!._id;
    const other: OrderRecord = { ...order!, _id: 'other', paymentNo: 'other' };
    shop.documents.put('orders', other);
    const policy = { ...shop.ports.policy, maxOpenPayments: 1 };
    const again = create({ ...shop.ports, policy }, payer, { paymentNo });
    await expect(again).rejects.toMatchObject({ code: 'TOO_MANY_UNPAID' });
    expect(shop.order(paymentNo).state).toBe('CLOSED');
    expect(shop.wechat.calls.prepay).toBe(0);
  },
);

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
