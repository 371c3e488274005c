import { describe, expect, it } from 'vitest';
import { refusal } from '../../core/testing/expect-refusal.ts';
import { checkDueOrders } from '../reconcile/check-orders.ts';
import { createShop, payer, type Shop, stranger, token } from '../testing/shop.ts';
import { closeOrder } from './close.ts';
import { createOrder, createPartnerOrder } from './create.ts';
import { limitOpenPayments } from './open-payments.ts';
import type { OrderRecord } from './records.ts';
import { loadPayment } from './store.ts';

const most = 20;
const items = [{ productId: 'tea', quantity: 1 }];
const create = (shop: Shop, index: number, by = payer) =>
  createOrder(shop.ports, by, { requestToken: token(`t-${index}-`), items });
const createMany = (shop: Shop, count: number) =>
  Promise.allSettled(Array.from({ length: count }, (_, index) => create(shop, index)));

describe('the open payments of a payer', () => {
  it('are limited, also when they are all placed at the same moment', async () => {
    const shop = createShop();
    const results = await createMany(shop, 150);
    const accepted = results.filter(({ status }) => status === 'fulfilled');
    expect(accepted.length).toBeLessThanOrEqual(most);
    expect(shop.wechat.calls.prepay).toBe(accepted.length);
    const refused = results.filter((result) => result.status === 'rejected');
    expect(new Set(refused.map(({ reason }) => reason.code))).toEqual(new Set(['TOO_MANY_UNPAID']));
    expect(refused[0]?.reason.texts.zh).toContain('未支付');
  });

  it('are limited one after the other, and what is refused costs one check, after its end', async () => {
    const shop = createShop();
    for (let index = 0; index < most; index++) await create(shop, index);
    await refusal('TOO_MANY_UNPAID', () => create(shop, most));
    expect(shop.wechat.calls.prepay).toBe(most);
    const refused = shop.documents.all<OrderRecord>('orders').filter(({ state }) => state === 'CLOSED');
    expect(refused).toHaveLength(1);
    expect(refused[0]!.checkAfterMs).toBeGreaterThan(refused[0]!.expiresAtMs);
    shop.nowMs = refused[0]!.expiresAtMs + 120_000;
    await checkDueOrders(shop.ports, ['direct'], () => true);
    expect(shop.order(refused[0]!._id)).toMatchObject({ state: 'CLOSED', checkAfterMs: null });
  });

  it('are limited although each token is sent twice', async () => {
    const shop = createShop();
    for (let index = 0; index < most; index++) await create(shop, index);
    const twice = await Promise.allSettled([create(shop, 99), create(shop, 99)]);
    expect(twice.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(shop.wechat.calls.prepay).toBe(most);
  });

  it('cause no request when the call that stored the order was refused meanwhile', async () => {
    const shop = createShop();
    for (let index = 0; index < most - 1; index++) await create(shop, index);
    shop.documents.interrupt = async (when, operation) => {
      if (when !== 'before' || operation !== 'find orders') return;
      const stored = shop.documents.all<OrderRecord>('orders').find(({ state }) => state === 'CREATED');
      const refused: OrderRecord = { ...stored!, state: 'CLOSED', version: 2 };
      shop.documents.put('orders', refused);
    };
    await refusal('ORDER_CLOSED', () => create(shop, most));
    expect(shop.wechat.calls.prepay).toBe(most - 1);
  });

  it('do not close an order that WeChat Pay accepted meanwhile, in another call with its token', async () => {
    const shop = createShop();
    for (let index = 0; index < most; index++) await create(shop, index);
    shop.documents.interrupt = async (when, operation) => {
      if (when !== 'before' || operation !== 'update orders') return;
      const stored = shop.documents.all<OrderRecord>('orders').find(({ state }) => state === 'CREATED');
      if (!stored) return;
      const accepted: OrderRecord = { ...stored, state: 'NOTPAY', version: stored.version + 1 };
      shop.documents.put('orders', accepted);
    };
    await refusal('TOO_MANY_UNPAID', () => create(shop, most));
    const states = shop.documents.all<OrderRecord>('orders').map(({ state }) => state);
    expect(states).toEqual(Array(most + 1).fill('NOTPAY'));
  });

  it('leave room again when one is paid, closed or past its end', async () => {
    const shop = createShop();
    const made: string[] = [];
    for (let index = 0; index < most; index++) made.push((await create(shop, index)).paymentNo);
    await closeOrder(shop.ports, payer, { paymentNo: made[0] });
    await create(shop, 100);
    await refusal('TOO_MANY_UNPAID', () => create(shop, 101));
    shop.nowMs += shop.ports.policy.orderLifetimeMs;
    await create(shop, 102);
  });

  it('do not count what others have open, nor the orders of one combined payment each', async () => {
    const shop = createShop();
    await createMany(shop, most);
    await create(shop, 1, stranger);
    const partner = createShop('ecommerce');
    const both = ['bread', 'honey'].map((productId) => ({ productId, quantity: 1 }));
    for (let index = 0; index < most; index++) {
      await createPartnerOrder(partner.ports, payer, { requestToken: token(`c-${index}-`), items: both });
    }
    const one = { requestToken: token('more'), items: both };
    await refusal('TOO_MANY_UNPAID', () => createPartnerOrder(partner.ports, payer, one));
  });

  it.each([
    [10, 'TOO_MANY_UNPAID'],
    [9, undefined],
  ])('that have %d orders, where ten are looked at, are refused with %s', async (count, code) => {
    const shop = createShop();
    const { paymentNo } = await create(shop, 0);
    const first = shop.order(paymentNo);
    for (let index = 1; index < count; index++)
      shop.documents.put('orders', { ...first, _id: `sub-${index}` });
    const ports = { ...shop.ports, policy: { ...shop.ports.policy, maxOpenPayments: 1 } };
    const limited = limitOpenPayments(ports, (await loadPayment(shop.documents, paymentNo))!);
    // More may be open than were looked at.
    expect(await limited.catch((error) => error.code)).toBe(code);
  });

  it('do not keep an earlier one from being paid', async () => {
    const shop = createShop();
    for (let index = 0; index < most; index++) await create(shop, index);
    const first = await create(shop, 0);
    const again = await createOrder(shop.ports, payer, { paymentNo: first.paymentNo });
    const prepay = `prepay_id=wx-${first.paymentNo.slice(0, 6)}-${shop.wechat.generation}`;
    expect([first.payment?.package, again.payment?.package]).toEqual([prepay, prepay]);
  });
});
