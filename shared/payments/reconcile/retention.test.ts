import { expect, it } from 'vitest';
import { createShop } from '../testing/shop.ts';
import { removeOld } from './retention.ts';

const dayMs = 86_400_000;
const policy = { notificationRetentionMs: 180 * dayMs, anomalyRetentionMs: 730 * dayMs };
const always = () => true;

async function shopWith(documents: Record<string, Record<string, unknown>[]>) {
  const shop = createShop('direct');
  shop.nowMs = 1000 * dayMs;
  for (const [collection, list] of Object.entries(documents)) {
    for (const document of list) await shop.documents.insertIfAbsent(collection, document as { _id: string });
  }
  const ids = (collection: string) => shop.documents.all(collection).map(({ _id }) => _id);
  return { ports: { clock: shop.ports.clock, documents: shop.documents, policy }, ids };
}

it('removes callbacks and resolved anomalies that are old, and nothing else', async () => {
  const { ports, ids } = await shopWith({
    notifications: [
      { _id: 'old', receivedAtMs: 820 * dayMs },
      { _id: 'young', receivedAtMs: 820 * dayMs + 1 },
    ],
    anomalies: [
      { _id: 'open', seenAtMs: 0, resolvedAtMs: null },
      { _id: 'open-of-older-version', seenAtMs: 0 },
      { _id: 'resolved-long-ago', seenAtMs: 0, resolvedAtMs: 270 * dayMs },
      { _id: 'resolved', seenAtMs: 0, resolvedAtMs: 270 * dayMs + 1 },
    ],
  });
  expect(await removeOld(ports, always)).toEqual({ notifications: 1, anomalies: 1, finished: true });
  expect(ids('notifications')).toEqual(['young']);
  expect(ids('anomalies')).toEqual(['open', 'open-of-older-version', 'resolved']);
});

it('stops when the time is up; the next round goes on', async () => {
  const old = Array.from({ length: 5 }, (_, index) => ({ _id: `n${index}`, receivedAtMs: index }));
  const { ports, ids } = await shopWith({ notifications: old });
  let left = 2;
  expect(await removeOld(ports, () => left-- > 0)).toMatchObject({ notifications: 2, finished: false });
  expect(ids('notifications')).toEqual(['n2', 'n3', 'n4']);
  expect(await removeOld(ports, always)).toMatchObject({ notifications: 3, finished: true });
});

it.each([
  ['notifications', 'receivedAtMs'],
  ['anomalies', 'resolvedAtMs'],
])('has not finished while there may be more %s than it read', async (collection, field) => {
  const old = Array.from({ length: 501 }, (_, index) => ({ _id: `n${index}`, [field]: index + 1 }));
  const { ports, ids } = await shopWith({ [collection]: old });
  expect(await removeOld(ports, always)).toMatchObject({ [collection]: 500, finished: false });
  expect(ids(collection)).toHaveLength(1);
  expect(await removeOld(ports, always)).toMatchObject({ [collection]: 1, finished: true });
});

it('counts what it removed itself', async () => {
  const { ports } = await shopWith({ notifications: [{ _id: 'n', receivedAtMs: 0 }] });
  const documents = { ...ports.documents, remove: async () => false };
  expect(await removeOld({ ...ports, documents }, always)).toMatchObject({ notifications: 0 });
});
