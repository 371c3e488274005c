import { describe, expect, it } from 'vitest';
import { defaultPolicy } from '../../core/policy.ts';
import { refundsCollection } from '../refunds/records.ts';
import { refusal, scriptedShop } from '../testing/scripted-shop.ts';
import {
  describeCallerAction,
  type HeartbeatRecord,
  heartbeatId,
  heartbeatsCollection,
} from './heartbeat.ts';
import { answerServer, type ReconcilePorts, reconcile } from './run.ts';
import { type DueItem, directItems, itemsOf, providerItems } from './testing/due-items.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** Yesterday's bill is not ready yet. */
const nowMs = Date.parse('2026-01-02T09:00:00+08:00');
const aYearAgoMs = nowMs - 365 * 24 * hourMs;

/** A direct shop beside a provider's function that listed its complaints a moment ago. WeChat Pay does not answer. */
function timer() {
  const shop = scriptedShop('direct');
  shop.nowMs = nowMs;
  shop.answer = () => {
    throw refusal('CONNECTION_LOST', 'unknown');
  };
  Object.assign(shop.account.client.platformKeys, { refresh: async () => 2 });
  shop.documents.put('complaint_polls', { _id: 'partner', pollAfterMs: nowMs + hourMs } as never);
  const called: string[] = [];
  const call = (name: string) => async () => void called.push(name);
  const ports: ReconcilePorts = {
    ...shop.ports,
    functions: { call: call('function') },
    refunds: shop.ports,
    transfers: { ...shop.ports, scenes: () => [], notifyUrl: () => undefined },
    sharing: shop.ports,
    shipping: { refresh: call('refresh'), reconcile: async () => 'shipped' },
    fulfilment: () => ({
      ...shop.ports,
      functions: { call: async () => ({ done: true }) },
      fulfilmentFunction: 'fulfil',
    }),
    account: () => shop.account,
    providerRpc: { refresh: call('refresh'), close: call('close'), reconcile: call('provider') },
  };
  const put = (items: readonly DueItem[]) => {
    for (const { collection, item } of items) shop.documents.put(collection, item);
  };
  const turnsOf = (items: readonly DueItem[]) =>
    items.map(({ collection, field, item: { _id } }) => {
      const turnMs = (shop.documents.peek(collection, _id) as unknown as Record<string, number>)[field]!;
      return `${collection} ${turnMs > shop.nowMs ? 'later' : 'now'}`;
    });
  return { shop, ports, called, put, turnsOf };
}

const nothing = {
  ...{ direct: { checked: 0, failed: 0 }, certificates: false, provider: false, refunds: 0, transfers: 0 },
  ...{ sharings: 0, complaints: 0, fulfilled: 0, reported: 0, shipping: false, bills: [], removed: false },
};

describe('a run of the timer', () => {
  it('says what each part did when nothing is due', async () => {
    const { ports, called } = timer();
    expect(await reconcile(ports)).toEqual({ ...nothing, certificates: 2 });
    expect(await reconcile(ports)).toEqual(nothing);
    expect(called).toEqual([]);
  });

  it('takes what is due of the direct account alone, and gives each a later turn though WeChat Pay does not answer', async () => {
    const { shop, ports, put, turnsOf } = timer();
    const own = [...itemsOf(shop.account, nowMs), ...directItems(shop.account, nowMs)];
    const others = itemsOf({ ...shop.account, kind: 'partner', mchid: '1900000002' }, nowMs);
    put([...own, ...others]);
    const done = await reconcile(ports);
    expect(turnsOf(own)).toEqual(own.map(({ collection }) => `${collection} later`));
    expect(turnsOf(others)).toEqual(others.map(({ collection }) => `${collection} now`));
    expect(done).toMatchObject({ direct: { checked: 1, failed: 1 }, refunds: 1, transfers: 1, sharings: 1 });
  });

  it('compares yesterday’s bills of the direct account once they are ready', async () => {
    const { shop, ports } = timer();
    shop.nowMs = nowMs + 2 * hourMs;
    shop.answer = () => {
      throw refusal('NO_STATEMENT_EXIST');
    };
    expect(await reconcile(ports)).toMatchObject({
      bills: [{ date: '2026-01-01', state: 'EMPTY', differences: 0 }],
    });
  });

  it('delivers, reports refunds of what was delivered, and ships what goes without a courier', async () => {
    const { shop, ports } = timer();
    shop.putOrder({ fulfilment: 'PENDING', fulfilAfterMs: nowMs });
    shop.putOrder({ _id: 'T2', shipAfterMs: nowMs });
    const [{ item }] = directItems(shop.account, nowMs) as [DueItem];
    shop.documents.put(refundsCollection, {
      ...item,
      ...{ state: 'SUCCESS', nextAtMs: null, notifyAfterMs: nowMs },
    } as never);
    expect(await reconcile(ports)).toMatchObject({ fulfilled: 1, reported: 1, shipping: 'shipped' });
  });

  it('ships nothing where shipments are not reported', async () => {
    const { shop, ports } = timer();
    shop.putOrder({ shipAfterMs: nowMs });
    expect(await reconcile({ ...ports, shipping: undefined })).toMatchObject({ shipping: false });
  });

  it('keeps no certificates of an account that is not configured', async () => {
    const { ports } = timer();
    expect(await reconcile({ ...ports, accounts: { find: () => undefined } })).toEqual(nothing);
  });

  it('goes on after each part that fails, and logs which', async () => {
    const { shop, ports } = timer();
    shop.documents.interrupt = () => Promise.reject(new Error('no database'));
    const parts = Object.keys(nothing).filter((part) => part !== 'removed');
    const failed = Object.fromEntries(parts.map((part) => [part, 'failed']));
    expect(await reconcile(ports)).toEqual({ ...failed, removed: false });
    expect(shop.logged.map(({ level, event }) => `${level} ${event}`)).toEqual(
      ['heartbeat', ...parts].map(() => 'error reconcile.step_failed'),
    );
    expect(new Set(shop.logged.map(({ fields }) => fields.step)).size).toBe(parts.length + 1);
  });
});

describe('the function with the provider’s key', () => {
  const reasons = (turnMs: number): DueItem[] => {
    const account = { ...timer().shop.account, kind: 'ecommerce' } as const;
    const ageMs = nowMs - turnMs + defaultPolicy.certificateAgeMs;
    const certificates = { _id: '1', kind: 'ecommerce', savedAtMs: nowMs - ageMs, triedAtMs: 0 };
    return [
      ...itemsOf(account, turnMs),
      ...providerItems('ecommerce', turnMs),
      { collection: 'platform_certificates', field: 'savedAtMs', item: certificates },
    ];
  };

  it.each(reasons(nowMs).map((reason) => [reason.collection, reason] as const))(
    'is called once when something of %s is due',
    async (_, reason) => {
      const { ports, called, put } = timer();
      put([reason]);
      expect(await reconcile(ports)).toMatchObject({ provider: true });
      expect(called).toEqual(['provider']);
    },
  );

  it('is not called while all of that is for later', async () => {
    const { ports, called, put } = timer();
    put(reasons(nowMs + 1));
    expect(await reconcile(ports)).toMatchObject({ provider: false });
    expect(called).toEqual([]);
  });

  it('is called in the hour in which yesterday’s bills become ready', async () => {
    const { shop, ports, called } = timer();
    shop.nowMs = Date.parse('2026-01-02T10:05:00+08:00');
    shop.documents.put('complaint_polls', { _id: 'partner', pollAfterMs: shop.nowMs + 1 } as never);
    await reconcile(ports);
    expect(called).toEqual(['provider']);
  });

  it('is never called where there is none', async () => {
    const { ports, put } = timer();
    put(reasons(nowMs));
    const { providerRpc: _, ...alone } = ports;
    expect(await reconcile(alone)).toMatchObject({ provider: false });
  });
});

describe('what is old', () => {
  const notifications = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ _id: `n${index}`, receivedAtMs: aYearAgoMs }));
  const run = async (timed: ReturnType<typeof timer>, atMs: number) => {
    timed.shop.nowMs = nowMs + atMs;
    return ((await reconcile(timed.ports)) as { removed: unknown }).removed;
  };

  it('is removed once an hour', async () => {
    const timed = timer();
    timed.shop.documents.put('notifications', ...notifications(1));
    expect(await run(timed, 0)).toBe(false);
    expect(await run(timed, hourMs - 1)).toBe(false);
    expect(await run(timed, hourMs)).toMatchObject({ notifications: 1 });
    expect(await run(timed, hourMs + minuteMs)).toBe(false);
    expect(await run(timed, 2 * hourMs)).toMatchObject({ notifications: 0 });
  });

  it('and more than one run removes is gone some runs later, not some hours', async () => {
    const timed = timer();
    timed.shop.documents.put('notifications', ...notifications(1_200));
    await run(timed, 0);
    for (let minute = 0; minute < 3; minute++) await run(timed, hourMs + minute * minuteMs);
    expect(timed.shop.documents.all('notifications')).toEqual([]);
    expect(await run(timed, hourMs + 3 * minuteMs)).toBe(false);
  });
});

it('remembers when it ran and how it was called', async () => {
  const { shop, ports } = timer();
  await reconcile(ports, { source: 'wx_trigger' });
  expect(shop.documents.peek<HeartbeatRecord>(heartbeatsCollection, heartbeatId)).toMatchObject({
    ranAtMs: nowMs,
    timerCaller: { source: 'wx_trigger' },
  });
});

it('answers another function about its call, and downloads certificates for it', async () => {
  const { ports } = timer();
  expect(await answerServer(ports, { action: describeCallerAction })).toEqual({});
  expect(await answerServer(ports, { action: describeCallerAction }, () => ({ source: 'scf' }))).toEqual({
    source: 'scf',
  });
  expect(await answerServer(ports, { action: 'refreshCertificates' })).toEqual({ refreshed: 2 });
  await expect(answerServer(ports, { action: 'reconcile' })).rejects.toMatchObject({
    code: 'SOURCE_NOT_ALLOWED',
  });
});
