import { expect, test } from 'vitest';
import type { SandboxEvent } from '../../bus.ts';
import { JsonReader } from '../../json-reader.ts';
import { systemControl } from '../../system/control.ts';
import { Snapshots } from '../../system/snapshots.ts';
import { directOrder, type Sandbox, startSandbox } from '../testing/sandbox.ts';
import type { SavedState } from './saved-state.ts';

/** A sandbox with one order, and so many events that they are many pieces. */
async function filled(): Promise<{ sandbox: Sandbox; no: string }> {
  const sandbox = await startSandbox();
  const body = directOrder(sandbox);
  await sandbox.direct.post('/v3/pay/transactions/jsapi', body);
  for (let n = 0; n < 3_000; n++) sandbox.bus.publish('order', { n }, `N${n}`);
  return { sandbox, no: String(body.out_trade_no) };
}

/** Which of two is first; the second begins when the first has. */
async function firstOf(
  long: () => Promise<unknown>,
  short: () => Promise<unknown>,
): Promise<'long' | 'short'> {
  const running = [long().then(() => 'long' as const), short().then(() => 'short' as const)];
  const first = await Promise.race(running);
  await Promise.all(running);
  return first;
}

const ordersIn = (events: readonly SandboxEvent[]) => events.filter(({ type }) => type === 'order').length;

/** What it would save, but the time, and slots that are empty. */
function heldBy({ simulator }: Sandbox): object {
  const { nowMs: _now, history, ...rest } = simulator.snapshot() as SavedState;
  const slots = Object.entries(history.slots).filter(([, entries]) => entries.length > 0);
  return { ...rest, ...history, slots: Object.fromEntries(slots) };
}

const orderCount = async (sandbox: Sandbox) => (await sandbox.control('GET', '/orders')).json.total;

test('requests are answered while a state is imported, and afterwards from that state', async () => {
  const { sandbox: one } = await filled();
  const exported = (await one.control('POST', '/snapshot', {})).json;
  const other = await startSandbox({ seed: 'other' });
  const certificates = async () => expect((await other.direct.get('/v3/certificates')).status).toBe(200);
  expect(await firstOf(() => other.control('POST', '/restore', exported), certificates)).toBe('short');
  expect(await orderCount(other)).toBe(1);
  expect(other.simulator.credentials()).toEqual(one.simulator.credentials());
  expect(ordersIn(other.bus.history())).toBe(3_001);
  await one.close();
  await other.close();
});

test('requests are answered while a named snapshot is saved, and while it is restored', async () => {
  const { sandbox, no } = await filled();
  const { simulator, bus, clock } = sandbox;
  const snapshots = new Snapshots();
  const control = systemControl({ simulator, bus, clock, snapshots });
  const system = (path: string) => async () => {
    const answer = await control(
      new Request(`http://127.0.0.1/_system/${path}`, { method: 'POST', body: '{}' }),
    );
    expect(answer.status).toBe(200);
  };
  const query = async () => expect((await sandbox.control('GET', `/orders/${no}`)).status).toBe(200);
  expect(await firstOf(system('snapshots'), query)).toBe('short');
  await sandbox.direct.post('/v3/pay/transactions/jsapi', directOrder(sandbox));
  expect(await orderCount(sandbox)).toBe(2);
  expect(await firstOf(system('snapshots/snapshot%201/restore'), query)).toBe('short');
  expect(await orderCount(sandbox)).toBe(1);
  await snapshots.close();
  await sandbox.close();
});

test('members in another order are the same state, and nothing changes when the document is broken', async () => {
  const { sandbox: one } = await filled();
  const document = (await one.control('POST', '/snapshot', {})).json as Record<string, unknown>;
  const other = await startSandbox({ seed: 'other' });
  const before = heldBy(other);
  const { history, ...rest } = document;
  const ledger = [{ atMs: 0, from: 'a', to: 'a', amountFen: 1 }];
  for (const broken of ['{"format"', '[]', JSON.stringify({ ...rest, history: { ledger } })]) {
    const request = new Request('http://127.0.0.1/_sandbox/restore', { method: 'POST', body: broken });
    const answer = await other.fetch(request);
    expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining('not a snapshot')]);
  }
  expect(heldBy(other)).toEqual(before);
  const reversed = Object.fromEntries(Object.entries(document).reverse());
  const events = await other.simulator.import(
    new JsonReader(Buffer.from(JSON.stringify(reversed, undefined, 2))),
  );
  expect(ordersIn(events)).toBe(3_001);
  expect(heldBy(other)).toEqual(heldBy(one));
  await one.close();
  await other.close();
});
