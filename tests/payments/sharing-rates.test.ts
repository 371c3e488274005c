/** Many orders of one seller at the simulator, with WeChat Pay's request rates switched on. */
import { afterEach, expect, it } from 'vitest';
import { createPace } from '../../shared/core/pace.ts';
import { workOnDueSharings } from '../../shared/payments/sharing/work.ts';
import { addReceivers, closeShop, minuteMs, open, requests, rule, sharingOf, shop } from './sharing-shop.ts';

afterEach(closeShop);

const startMs = Date.UTC(2027, 0, 4, 2, 0, 0);
/** The clock stands still while the timer runs, so no request is spaced out. */
const unpaced = createPace({ nowMs: () => startMs, sleep: async () => undefined });

it('that share too fast are refused without effect, wait a minute, and are all shared once', async () => {
  await open('partner', () => startMs);
  await addReceivers();
  await rule();
  const orders: string[] = [];
  for (let count = 0; count < 8; count++)
    orders.push((await shop.paidOrder(1000, { profitSharing: true }))._id);
  await shop.sandbox.control('PUT', '/rate-limits', { on: true, percent: 10 });
  const ports = { ...shop.ports, pace: unpaced };
  const states = async () => (await Promise.all(orders.map(sharingOf))).map(({ state }) => state);
  const attempts: number[] = [];
  for (let minute = 0; minute < 8; minute++) {
    await shop.sandbox.clock.advance(minuteMs);
    await workOnDueSharings(ports, ['partner'], () => true);
    attempts.push(Math.max(...(await Promise.all(orders.map(sharingOf))).map((each) => each.attempts)));
  }
  expect(await states()).toEqual(orders.map(() => 'FREED'));
  const { limits } = (await shop.sandbox.control('GET', '/rate-limits')).json;
  expect(limits.find(({ of }: { of: string }) => of === 'payee').refused).toBeGreaterThan(0);
  const bodies = new Set(requests(/profitsharing\/orders$/).map(({ body }) => body));
  expect(bodies.size).toBe(orders.length);
  expect(Math.max(...attempts)).toBeLessThanOrEqual(1);
});
