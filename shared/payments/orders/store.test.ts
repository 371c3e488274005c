import { describe, expect, it } from 'vitest';
import { createShop, payer, type Shop, token } from '../testing/shop.ts';
import { createOrder, createPartnerOrder } from './create.ts';
import {
  type CombinedPaymentRecord,
  combinedPaymentsCollection,
  type OrderRecord,
  ordersCollection,
} from './records.ts';
import {
  acceptNewOrder,
  changeOrder,
  changeRequest,
  insertForSellers,
  insertOrder,
  loadPayment,
  loadPaymentOf,
  loadSinglePayment,
} from './store.ts';

/** Of goods in the order of their sellers' ids reversed, so that no sorting by accident is right. */
async function combined(shop = createShop('ecommerce')) {
  const items = ['honey', 'bread'].map((productId) => ({ productId, quantity: 1 }));
  const created = await createPartnerOrder(shop.ports, payer, { requestToken: token('c'), items });
  const numbers = created.orders.map(({ outTradeNo }) => outTradeNo);
  return { shop, paymentNo: created.paymentNo, numbers };
}

async function single(shop = createShop()) {
  const items = [{ productId: 'tea', quantity: 1 }];
  const { paymentNo } = await createOrder(shop.ports, payer, { requestToken: token('a'), items });
  return { shop, paymentNo };
}

/** As it was stored before WeChat Pay was asked. */
async function created() {
  const { shop, paymentNo } = await single();
  const order = shop.order(paymentNo);
  const request = { ...order.request!, prepayId: null, prepaidAtMs: null };
  const asCreated: OrderRecord = { ...order, state: 'CREATED', version: 1, request };
  shop.documents.put(ordersCollection, asCreated);
  return { shop, payment: (await loadPayment(shop.documents, paymentNo))! };
}

const operations = (shop: Shop): string[] => {
  const seen: string[] = [];
  shop.documents.interrupt = async (when, operation) => {
    if (when === 'before') seen.push(operation);
  };
  return seen;
};
const fresh = { prepayId: 'wx-new', prepaidAtMs: 7 };

describe('a payment of one order', () => {
  it('is loaded by its number, and from its order without another read', async () => {
    const { shop, paymentNo } = await single();
    const payment = await loadPayment(shop.documents, paymentNo);
    expect(payment).toMatchObject({
      ...{ paymentNo, combined: false, account: 'direct', openid: payer.openid },
      orders: [{ _id: paymentNo }],
    });
    expect(await loadSinglePayment(shop.documents, paymentNo)).toEqual(payment);
    const seen = operations(shop);
    expect(await loadPaymentOf(shop.documents, shop.order(paymentNo))).toEqual(payment);
    expect(seen).toEqual([]);
  });

  it('is undefined for an unknown number', async () => {
    const { documents } = createShop();
    expect(await loadPayment(documents, 'nothing')).toBeUndefined();
    expect(await loadSinglePayment(documents, 'nothing')).toBeUndefined();
  });

  it('is not changed when its number is taken', async () => {
    const { shop, paymentNo } = await single();
    const stored = shop.order(paymentNo);
    const payment = await insertOrder(shop.documents, { ...stored, amountFen: 1 });
    expect(payment.orders).toEqual([stored]);
    expect(shop.order(paymentNo)).toEqual(stored);
  });
});

it('a payment of the only order of a seller is stored with it, and nothing is read', async () => {
  const shop = createShop('ecommerce');
  const items = [{ productId: 'bread', quantity: 1 }];
  const { paymentNo } = await createPartnerOrder(shop.ports, payer, { requestToken: token('o'), items });
  const record = shop.documents.peek<CombinedPaymentRecord>(combinedPaymentsCollection, paymentNo)!;
  const empty = createShop('ecommerce');
  const seen = operations(empty);
  const payment = await insertForSellers(empty.documents, record);
  expect(payment).toMatchObject({ paymentNo, combined: false, orders: record.newOrders });
  expect(seen).toEqual(['insert combined_payments', 'insert orders']);
});

describe('a combined payment', () => {
  it('is loaded by its number and by each of its orders, in the order of the cart', async () => {
    const { shop, paymentNo, numbers } = await combined();
    const items = ['bread', 'honey'].map((productId) => ({ productId, quantity: 1 }));
    const other = await createPartnerOrder(shop.ports, payer, { requestToken: token('other'), items });
    expect(new Set([...numbers, ...other.orders.map(({ outTradeNo }) => outTradeNo)]).size).toBe(4);
    const payment = await loadPayment(shop.documents, paymentNo);
    expect(payment).toMatchObject({ paymentNo, combined: true, account: 'ecommerce', openid: payer.openid });
    expect(payment?.orders.map(({ _id }) => _id)).toEqual(numbers);
    for (const number of numbers) {
      expect(await loadPaymentOf(shop.documents, shop.order(number))).toEqual(payment);
      // The number of a sub-order alone identifies no payment.
      expect(await loadPayment(shop.documents, number)).toBeUndefined();
      expect(await loadSinglePayment(shop.documents, number)).toBeUndefined();
    }
  });

  it('has its orders in the order of the cart, in whatever order the database has them', async () => {
    const { shop, paymentNo } = await combined();
    const record = shop.documents.peek<CombinedPaymentRecord>(combinedPaymentsCollection, paymentNo)!;
    const newOrders = [...record.newOrders, { ...record.newOrders[0]!, _id: 'third' }];
    shop.documents.put(combinedPaymentsCollection, { ...record, newOrders } as never);
    for (const places of ['012', '021', '102', '120', '201', '210']) {
      const found = [...places].map((place) => newOrders[Number(place)]);
      const documents = { ...shop.documents, find: async () => found as never[] };
      const payment = await loadPayment(documents, paymentNo);
      expect(payment?.orders.map(({ _id }) => _id)).toEqual(newOrders.map(({ _id }) => _id));
    }
  });

  it('gets the orders that were not stored when an instance died, and only those', async () => {
    const { shop, paymentNo, numbers } = await combined();
    const [first, second] = numbers.map((number) => shop.order(number));
    // The database returns the restored order last, yet it stays the first one of the cart.
    await shop.documents.remove(ordersCollection, first!._id);
    const seen = operations(shop);
    const payment = await loadPayment(shop.documents, paymentNo);
    expect(payment?.orders).toMatchObject([{ _id: first!._id, state: 'CREATED', version: 1 }, second!]);
    const look = ['get orders', 'get combined_payments', 'find orders'];
    expect(seen.splice(0)).toEqual([...look, 'insert orders', 'find orders']);
    await loadPayment(shop.documents, paymentNo);
    expect(seen).toEqual(look);
  });

  it('is not changed when its number is taken', async () => {
    const { shop, paymentNo, numbers } = await combined();
    const record = shop.documents.peek<CombinedPaymentRecord>(combinedPaymentsCollection, paymentNo)!;
    const payment = await insertForSellers(shop.documents, { ...record, openid: 'oother', newOrders: [] });
    expect(payment.openid).toBe(payer.openid);
    expect(payment.orders.map(({ _id }) => _id)).toEqual(numbers);
  });

  it('has no order that could be stored as a payment of its own', async () => {
    const { shop, numbers } = await combined();
    await expect(insertOrder(shop.documents, shop.order(numbers[0]!))).rejects.toThrow('combined payment');
  });
});

describe('the request of a payment', () => {
  it.each([
    ['of one order', single],
    ['of several', combined],
  ])('is changed where it is stored, when nobody else did: %s', async (_, place) => {
    const { shop, paymentNo } = await place();
    const payment = (await loadPayment(shop.documents, paymentNo))!;
    expect(await changeRequest(shop.documents, payment, { queriedAtMs: 5 })).toBe(true);
    const now = (await loadPayment(shop.documents, paymentNo))!;
    expect(now.request).toEqual({ ...payment.request, queriedAtMs: 5 });
    // What was read before is outdated.
    expect(await changeRequest(shop.documents, payment, fresh)).toBe(false);
    expect(await changeRequest(shop.documents, now, fresh)).toBe(true);
    expect(await changeRequest(shop.documents, now, { queriedAtMs: 6 })).toBe(false);
  });
});

describe('a new order that WeChat Pay accepted', () => {
  it('is open and has its prepay_id in one write', async () => {
    const { shop, payment } = await created();
    const accepted = await acceptNewOrder(shop.documents, payment, fresh);
    expect(accepted).toMatchObject({
      request: fresh,
      orders: [{ state: 'NOTPAY', version: 2, request: fresh }],
    });
    expect(await loadPayment(shop.documents, payment.paymentNo)).toEqual(accepted);
  });

  it.each([
    ['its version moved', { version: 2 }],
    ['it got a prepay_id', { request: { prepayId: 'wx-other' } }],
    ['somebody asked about it', { request: { queriedAtMs: 9 } }],
  ])('takes the longer way when %s', async (_, { request, ...more }: Record<string, unknown>) => {
    const { shop, payment } = await created();
    const order = shop.order(payment.paymentNo);
    const moved = { ...order, ...more, request: { ...order.request, ...(request as object) } };
    shop.documents.put(ordersCollection, moved);
    expect(await acceptNewOrder(shop.documents, payment, fresh)).toBeUndefined();
  });

  it('takes the longer way when it is open already, or one of several', async () => {
    const { shop, paymentNo } = await single();
    const known = (await loadPayment(shop.documents, paymentNo))!;
    expect(await acceptNewOrder(shop.documents, known, fresh)).toBeUndefined();
    const several = await combined();
    const payment = (await loadPayment(several.shop.documents, several.paymentNo))!;
    const orders = payment.orders.map((order) => ({ ...order, state: 'CREATED' as const }));
    expect(await acceptNewOrder(several.shop.documents, { ...payment, orders }, fresh)).toBeUndefined();
    expect(
      await acceptNewOrder(several.shop.documents, { ...payment, combined: false, orders: [] }, fresh),
    ).toBe(undefined);
  });
});

it('a change of an order reads it, unless it was just read', async () => {
  const { shop, paymentNo } = await single();
  const seen = operations(shop);
  const first = await changeOrder(shop.documents, paymentNo, ({ checks }) => ({ checks: checks + 1 }));
  expect(first).toMatchObject({ changed: true, order: { checks: 1 } });
  expect(seen.splice(0)).toEqual(['get orders', 'update orders']);
  await changeOrder(shop.documents, paymentNo, ({ checks }) => ({ checks: checks + 1 }), first.order);
  expect(seen).toEqual(['update orders']);
  expect(shop.order(paymentNo).checks).toBe(2);
});

it('a change of an order that is not there is an error that names it', async () => {
  const { documents } = createShop();
  await expect(changeOrder(documents, 'nothing', () => undefined)).rejects.toThrow('nothing');
});
