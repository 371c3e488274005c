import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runSdk, sdkRunner, startTestCloud, type TestCloud } from './testing/cloud.ts';

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startTestCloud(sdkRunner);
  cloud.emulator.database.createCollection('orders');
});
afterAll(() => cloud.close());
beforeEach(() => cloud.emulator.database.clear());

const node = (code: string): Promise<unknown> => runSdk(cloud, 'node', code);

/** The wire without an SDK, where a test needs two transactions to interleave. */
async function admin(action: string, params: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
  const response = await fetch(`${cloud.baseUrl}/admin?env=sandbox`, {
    method: 'POST',
    body: JSON.stringify({ action: `database.${action}`, collectionName: 'orders', ...params }),
  });
  return (await response.json()) as Record<string, unknown>;
}
const start = async (): Promise<string> => (await admin('startTransaction')).transactionId as string;
const setField = (id: string, value: number, transactionId?: string): Promise<Record<string, unknown>> =>
  admin('modifyDocument', {
    query: JSON.stringify({ _id: id }),
    data: JSON.stringify({ $set: { value } }),
    merge: true,
    transactionId,
  });

describe('transactions', () => {
  it('show nothing to others before commit, and everything after', async () => {
    const result = await node(`
      const t = await db.startTransaction();
      await t.collection('orders').add({ _id: 'A', v: 1 });
      const outside = (await db.collection('orders').doc('A').get()).data.length;
      const inside = (await t.collection('orders').doc('A').get()).data;
      const scanned = (await t.collection('orders').where({ v: 1 }).get()).data.length;
      await t.commit();
      return [outside, inside, scanned, (await db.collection('orders').doc('A').get()).data.length];`);
    expect(result).toEqual([0, { _id: 'A', v: 1 }, 1, 1]);
  });

  it('leave nothing behind after a rollback', async () => {
    const result = await node(`
      const t = await db.startTransaction();
      await t.collection('orders').add({ _id: 'A', v: 1 });
      await t.rollback();
      return (await db.collection('orders').count()).total;`);
    expect(result).toBe(0);
  });

  it('read the documents as they were at the start', async () => {
    cloud.emulator.database.put('orders', { _id: 'A', v: 1 });
    const result = await node(`
      const t = await db.startTransaction();
      await db.collection('orders').doc('A').update({ v: 2 });
      await db.collection('orders').add({ _id: 'B', v: 9 });
      const seen = (await t.collection('orders').doc('A').get()).data.v;
      const count = (await t.collection('orders').where({ v: _.gt(0) }).get()).data.length;
      await t.rollback();
      return [seen, count];`);
    expect(result).toEqual([1, 1]);
  });

  it('conflict at the write when the document changed since the start, and are gone afterwards', async () => {
    cloud.emulator.database.put('orders', { _id: 'A', value: 1 });
    const transaction = await start();
    await setField('A', 2);
    expect(await setField('A', 3, transaction)).toMatchObject({
      code: 'DATABASE_TRANSACTION_CONFLICT',
      message: expect.stringMatching(/^\[ResourceUnavailable\.TransactionConflict\]/),
    });
    expect(await admin('commitTransaction', { transactionId: transaction })).toMatchObject({
      code: 'DATABASE_TRANSACTION_FAIL',
    });
    expect(cloud.emulator.database.get('orders', 'A')?.value).toBe(2);
  });

  it('let the first writer win between two of them', async () => {
    cloud.emulator.database.put('orders', { _id: 'A', value: 0 });
    const [first, second] = [await start(), await start()];
    expect(await setField('A', 1, first)).toMatchObject({ data: { updated: 1 } });
    expect(await setField('A', 2, second)).toMatchObject({ code: 'DATABASE_TRANSACTION_CONFLICT' });
    expect(await admin('commitTransaction', { transactionId: first })).not.toHaveProperty('code');
    expect(cloud.emulator.database.get('orders', 'A')?.value).toBe(1);
  });

  it('make a write from outside wait until they end', async () => {
    cloud.emulator.database.put('orders', { _id: 'A', value: 0 });
    const transaction = await start();
    await setField('A', 1, transaction);
    cloud.emulator.database.put('orders', { _id: 'B', value: 0 });
    const ended: string[] = [];
    const outside = setField('A', 2).finally(() => ended.push('A'));
    // By the time these finish, a write that does not wait would have finished too.
    for (let count = 0; count < 10; count++) await setField('B', count);
    expect(ended).toEqual([]);
    await admin('commitTransaction', { transactionId: transaction });
    expect(await outside).toMatchObject({ data: { updated: 1 } });
    expect(cloud.emulator.database.get('orders', 'A')?.value).toBe(2);
  });

  it('live 30 seconds on the sandbox clock', async () => {
    const transaction = await start();
    await cloud.clock.advance(29_000);
    const insert = { data: [JSON.stringify({ _id: 'A' })], transactionId: transaction };
    expect(await admin('insertDocument', insert)).not.toHaveProperty('code');
    await cloud.clock.advance(2_000);
    expect(await admin('commitTransaction', { transactionId: transaction })).toMatchObject({
      code: 'DATABASE_TRANSACTION_FAIL',
      message: expect.stringContaining('30 seconds'),
    });
    expect(cloud.emulator.database.get('orders', 'A')).toBeUndefined();
  });

  it('are run again by the SDK after a conflict', async () => {
    cloud.emulator.database.put('orders', { _id: 'A', n: 0 });
    const attempts = await node(`
      let attempts = 0;
      const increment = async (t) => {
        const { data } = await t.collection('orders').doc('A').get();
        return () => t.collection('orders').doc('A').update({ n: data.n + 1 });
      };
      await db.runTransaction(async (t) => {
        attempts += 1;
        const write = await increment(t);
        if (attempts === 1) await db.runTransaction(async (other) => (await increment(other))());
        await write();
      });
      return attempts;`);
    expect(attempts).toBe(2);
    expect(cloud.emulator.database.get('orders', 'A')?.n).toBe(2);
  });

  it('lose none of the increments that run in parallel', async () => {
    cloud.emulator.database.put('orders', { _id: 'A', n: 0 });
    const increment = `await db.runTransaction(async (t) => {
        const { data } = await t.collection('orders').doc('A').get();
        await new Promise((r) => setTimeout(r, 20));
        await t.collection('orders').doc('A').update({ n: data.n + 1 });
      }, 50);`;
    await Promise.all([1, 2, 3].map(() => node(`for (let i = 0; i < 3; i += 1) { ${increment} }`)));
    expect(cloud.emulator.database.get('orders', 'A')?.n).toBe(9);
  });

  it('keep money constant whatever the interleaving of transfers, commits and rollbacks', async () => {
    const step = fc.record({
      transaction: fc.nat(2),
      kind: fc.constantFrom('transfer', 'commit', 'abort'),
      from: fc.nat(2),
      to: fc.nat(2),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
        for (const id of [0, 1, 2]) cloud.emulator.database.put('orders', { _id: `acc${id}`, value: 100 });
        const open: (string | undefined)[] = [undefined, undefined, undefined];
        for (const { transaction, kind, from, to } of steps) {
          open[transaction] ??= await start();
          const transactionId = open[transaction];
          if (kind === 'transfer') {
            const move = async (account: number, by: number): Promise<boolean> =>
              !(
                'code' in
                (await admin('modifyDocument', {
                  query: JSON.stringify({ _id: `acc${account}` }),
                  data: JSON.stringify({ $inc: { value: by } }),
                  merge: true,
                  transactionId,
                }))
              );
            const moved = (await move(from, -5)) && (await move(to, 5));
            if (!moved) open[transaction] = undefined;
          } else {
            await admin(`${kind}Transaction`, { transactionId });
            open[transaction] = undefined;
          }
        }
        for (const transactionId of open)
          if (transactionId) await admin('abortTransaction', { transactionId });
        const total = [0, 1, 2]
          .map((id) => Number(cloud.emulator.database.get('orders', `acc${id}`)?.value))
          .reduce((a, b) => a + b, 0);
        expect(total).toBe(300);
      }),
      { numRuns: 25 },
    );
  });
});
