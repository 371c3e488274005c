import { afterAll, beforeAll, expect, it } from 'vitest';
import type { CreateOrderAnswer } from '../../shared/contract/index.ts';
import { order, orderDocument, payer, type Running, recorded, run } from './support.ts';

let running: Running;
beforeAll(async () => {
  running = await run({ maxInstances: 2 });
});
afterAll(() => running?.system.close());

const minuteMs = 60_000;

it('pays again with a fresh prepay_id when the first one is older than two hours', async () => {
  const { client } = running;
  const first = await order(client);
  await client.post('/_sandbox/clock', { advanceMs: 121 * minuteMs });
  const again = await client.must<CreateOrderAnswer>('createOrder', { paymentNo: first.paymentNo }, payer);
  expect(again.payment!.package).toMatch(/^prepay_id=\w+$/);
  expect(again.payment!.package).not.toBe(first.payment!.package);
  expect(await client.cashier(again.payment!)).toHaveProperty('order');
  expect(await client.cashier(first.payment!)).toHaveProperty('error');
});

it('closes an expired order by the timer alone', async () => {
  const { client } = running;
  const { paymentNo } = await order(client);
  const document = await orderDocument(client, paymentNo);
  const waitMs = Number(document!.expiresAtMs) - running.system.clock.now() + 3 * minuteMs;
  await client.post('/_sandbox/clock', { advanceMs: waitMs });
  await client.post('/_cloud/timers/reconcile', {});
  await recorded(client, paymentNo, 'CLOSED');
});

it('refuses 15 callbacks over 24 hours while it is broken, and records the payment by a query', async () => {
  const { client } = running;
  const { paymentNo } = await order(client);
  await client.put('/_sandbox/faults', [{ route: 'notify', kind: 'reset' }]);
  await client.pay(paymentNo, payer);
  await client.post('/_sandbox/clock', { advanceMs: 25 * 60 * minuteMs });
  const [notification] = await client.notifications(paymentNo);
  expect(notification?.attempts).toHaveLength(16);
  await client.put('/_sandbox/faults', []);
  await recorded(client, paymentNo, 'SUCCESS');
});
