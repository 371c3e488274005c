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
const wx = (code: string): Promise<unknown> => runSdk(cloud, 'wx', code);

describe('documents through @cloudbase/node-sdk', () => {
  it('stores a document and reads back the same values, dates and long numbers included', async () => {
    const result = await node(`
      await db.collection('orders').add({ _id: 'A1', total: 1, at: new Date(5), ms: 1700000000000, ratio: 0.5, none: null, tags: ['a'], deep: { x: [{ y: 1 }] } });
      const { data } = await db.collection('orders').doc('A1').get();
      return { doc: data[0], isDate: data[0].at instanceof Date };`);
    expect(result).toEqual({
      doc: {
        _id: 'A1',
        total: 1,
        at: '1970-01-01T00:00:00.005Z',
        ms: 1700000000000,
        ratio: 0.5,
        none: null,
        tags: ['a'],
        deep: { x: [{ y: 1 }] },
      },
      isDate: true,
    });
  });

  it('gives a document without _id one of its own', async () => {
    const { id } = (await node(`return db.collection('orders').add({ a: 1 })`)) as { id: string };
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(cloud.emulator.database.get('orders', id)).toEqual({ _id: id, a: 1 });
  });

  it('refuses an _id that is taken with E11000 behind DATABASE_REQUEST_FAILED', async () => {
    const result = await node(`
      await db.collection('orders').add({ _id: 'A1' });
      return db.collection('orders').add({ _id: 'A1' }).catch((e) => ({ code: e.code, message: e.message }));`);
    expect(result).toEqual({
      code: 'DATABASE_REQUEST_FAILED',
      message: expect.stringContaining(
        'E11000 duplicate key error collection: tnt-sandbox.orders index: _id_',
      ),
    });
  });

  it('refuses a value that a unique index holds, and frees it when the document is removed', async () => {
    cloud.emulator.database.createIndex('receipts', { fields: ['number'], unique: true });
    const result = await node(`
      const c = db.collection('receipts');
      await c.add({ _id: '1', number: 7 });
      const codes = [];
      await c.add({ _id: '2', number: 7 }).catch((e) => codes.push(e.code));
      await c.doc('1').remove();
      await c.add({ _id: '2', number: 7 }).then(() => codes.push('ok'));
      await c.add({ _id: '3', number: 8 });
      await c.doc('3').update({ number: 7 }).catch((e) => codes.push(e.code));
      return codes;`);
    expect(result).toEqual(['DATABASE_REQUEST_FAILED', 'ok', 'DATABASE_REQUEST_FAILED']);
  });

  it('answers DATABASE_COLLECTION_NOT_EXIST for an unknown collection until it is created', async () => {
    const result = await node(`
      const codes = [];
      await db.collection('fresh').add({ a: 1 }).catch((e) => codes.push(e.code));
      await db.collection('fresh').get().catch((e) => codes.push(e.code));
      await db.createCollection('fresh');
      codes.push((await db.collection('fresh').count()).total);
      await db.createCollection('fresh').catch((e) => codes.push(e.code));
      return codes;`);
    expect(result).toEqual([
      'DATABASE_COLLECTION_NOT_EXIST',
      'DATABASE_COLLECTION_NOT_EXIST',
      0,
      'DATABASE_REQUEST_FAILED',
    ]);
  });

  it('counts documents modified, not matched, and compares before it sets', async () => {
    const result = await node(`
      const c = db.collection('orders');
      await c.add({ _id: 'A', state: 'NEW' });
      const updated = [];
      updated.push((await c.where({ _id: 'A', state: 'NEW' }).update({ state: 'PAID' })).updated);
      updated.push((await c.where({ _id: 'A', state: 'NEW' }).update({ state: 'PAID' })).updated);
      updated.push((await c.doc('A').update({ state: 'PAID' })).updated);
      updated.push((await c.doc('none').update({ state: 'PAID' })).updated);
      return updated;`);
    expect(result).toEqual([1, 0, 0, 0]);
  });

  it('applies update commands to nested fields and arrays', async () => {
    const result = await node(`
      const c = db.collection('orders');
      await c.add({ _id: 'A', n: { paid: 1, keep: true }, list: [2], gone: 1, whole: { old: 1 } });
      await c.doc('A').update({ n: { paid: _.inc(4) }, list: _.push([3]), gone: _.remove(), whole: _.set({ fresh: 1 }) });
      await c.doc('A').update({ list: _.unshift([1]), n: { paid: _.mul(2) } });
      return (await c.doc('A').get()).data[0];`);
    expect(result).toEqual({ _id: 'A', n: { paid: 10, keep: true }, list: [1, 2, 3], whole: { fresh: 1 } });
  });

  it('refuses to put an object into a field that is null, as the flattened update does in the cloud', async () => {
    const result = await node(`
      await db.collection('orders').add({ _id: 'A', refund: null });
      return db.collection('orders').doc('A').update({ refund: { id: 1 } }).catch((e) => e.message);`);
    expect(result).toContain("Cannot create field 'id' in element {refund: null}");
  });

  it('replaces a whole document with set, and creates it when it is not there', async () => {
    const result = await node(`
      const c = db.collection('orders');
      const first = await c.doc('S').set({ a: 1, b: 2 });
      const second = await c.doc('S').set({ a: 3 });
      return [first.upsertedId, first.updated, second.updated, (await c.doc('S').get()).data];`);
    expect(result).toEqual(['S', 0, 1, [{ _id: 'S', a: 3 }]]);
  });

  it('finds by operators, regular expressions and logic, sorted, skipped, limited and projected', async () => {
    const result = await node(`
      const c = db.collection('orders');
      await c.add([1, 2, 3, 4, 5].map((n) => ({ _id: 'N' + n, n, name: n % 2 ? 'odd' : 'even', at: new Date(n) })));
      const ids = async (query) => (await query.get()).data.map((d) => d._id);
      return [
        await ids(c.where({ n: _.gt(1).and(_.lte(4)) }).orderBy('n', 'desc')),
        await ids(c.where({ name: /^EV/i }).orderBy('n', 'asc')),
        await ids(c.where(_.or([{ n: 1 }, { n: _.in([4, 5]) }])).options({ order: { n: 1 }, offset: 1, limit: 1 })),
        await ids(c.where({ at: _.gte(new Date(4)) })),
        (await c.where({ n: 3 }).field({ n: true, _id: false }).get()).data,
        (await c.where({ n: _.neq(3) }).count()).total,
      ];`);
    expect(result).toEqual([['N4', 'N3', 'N2'], ['N2', 'N4'], ['N4'], ['N4', 'N5'], [{ n: 3 }], 4]);
  });

  it('returns 100 documents unless asked, and never more than 1000', async () => {
    for (let n = 0; n < 1005; n += 1) cloud.emulator.database.put('orders', { _id: n });
    const result = await node(`
      const c = db.collection('orders');
      return [(await c.get()).data.length, (await c.limit(1000).get()).data.length, (await c.limit(5000).get()).data.length];`);
    expect(result).toEqual([100, 1000, 1000]);
    const raw = await fetch(`${cloud.baseUrl}/admin?env=sandbox`, {
      method: 'POST',
      body: JSON.stringify({ action: 'database.getDocument', collectionName: 'orders', limit: 9_999 }),
    });
    expect(((await raw.json()) as { data: { list: unknown[] } }).data.list).toHaveLength(1000);
  });

  it('writes the server date from the sandbox clock', async () => {
    await cloud.clock.advance(86_400_000);
    const beforeMs = cloud.clock.now();
    await node(`return db.collection('orders').add({ _id: 'D', at: db.serverDate({ offset: 1000 }) })`);
    const at = cloud.emulator.database.get('orders', 'D')?.at as Date;
    expect(at.getTime() - 1000).toBeGreaterThanOrEqual(beforeMs);
    expect(at.getTime() - 1000).toBeLessThanOrEqual(cloud.clock.now());
  });

  it('aggregates, joins another collection, removes by condition and returns what it modified', async () => {
    cloud.emulator.database.createCollection('products');
    const result = await node(`
      const c = db.collection('orders');
      await db.collection('products').add({ _id: 'p1', title: 'Tea' });
      await c.add([{ _id: '1', p: 'p1', fen: 5 }, { _id: '2', p: 'p1', fen: 7 }]);
      const sum = await c.aggregate().match({ fen: _.gt(1) }).group({ _id: '$p', fen: db.command.aggregate.sum('$fen') }).end();
      const join = await c.aggregate().match({ _id: '1' }).lookup({ from: 'products', localField: 'p', foreignField: '_id', as: 'product' }).limit(1).end();
      const modified = await c.where({ _id: '1' }).updateAndReturn({ fen: _.inc(1) });
      const removed = await c.where({ fen: _.gte(6) }).remove();
      return [sum.data, join.data[0].product[0].title, modified.doc.fen, removed.deleted];`);
    expect(result).toEqual([[{ _id: 'p1', fen: 12 }], 'Tea', 6, 2]);
  });
});

describe('documents through wx-server-sdk', () => {
  it('adds, reads, updates, counts and removes', async () => {
    const result = await wx(`
      const c = db.collection('orders');
      const added = await c.add({ data: { _id: 'W', total: 1 } });
      const updated = await c.doc('W').update({ data: { total: _.inc(2) } });
      const where = await c.where({ total: 3 }).get();
      const counted = await c.count();
      const removed = await c.doc('W').remove();
      return [added._id, updated.stats.updated, where.data, counted.total, removed.stats.removed];`);
    expect(result).toEqual(['W', 1, [{ _id: 'W', total: 3 }], 1, 1]);
  });

  it('sees a taken _id as errCode -502001 and a missing collection as -502005', async () => {
    const result = await wx(`
      await db.collection('orders').add({ data: { _id: 'W' } });
      const codes = [];
      await db.collection('orders').add({ data: { _id: 'W' } }).catch((e) => codes.push(e.errCode));
      await db.collection('nowhere').get().catch((e) => codes.push(e.errCode));
      return codes;`);
    expect(result).toEqual([-502001, -502005]);
  });
});

describe('the wire itself', () => {
  it('names the action it does not emulate', async () => {
    const response = await fetch(`${cloud.baseUrl}/admin?env=sandbox`, {
      method: 'POST',
      body: JSON.stringify({ action: 'database.dropEverything' }),
    });
    expect(await response.json()).toMatchObject({
      code: 'INVALID_PARAM',
      message: expect.stringContaining('"database.dropEverything"'),
      requestId: expect.any(String),
    });
  });

  it('refuses a request that names another environment', async () => {
    const response = await fetch(`${cloud.baseUrl}/admin?env=other`, {
      method: 'POST',
      body: JSON.stringify({ action: 'database.startTransaction', envName: 'other' }),
    });
    expect(await response.json()).toMatchObject({ code: 'INVALIID_ENV' });
  });

  it.each([
    ['another Origin', { origin: 'https://evil.example' }],
    ['an opaque Origin', { origin: 'null' }],
    ['a cross-site fetch', { 'sec-fetch-site': 'cross-site' }],
    ['a rebound Host', { host: 'evil.example' }],
  ])('refuses a web page with %s', async (_what, headers) => {
    const request = new Request('http://127.0.0.1:1/admin', {
      method: 'POST',
      body: '{}',
      headers: { ...headers },
    });
    expect((await cloud.emulator.fetch(request)).status).toBe(403);
    const control = new Request('http://127.0.0.1:1/_cloud/reset', {
      method: 'POST',
      headers: { ...headers },
    });
    expect((await cloud.host.fetch(control)).status).toBe(403);
  });

  it('tells the timeline about each changed document, with the order it belongs to', async () => {
    const from = cloud.bus.since(0).at(-1)?.id ?? 0;
    await node(`
      await db.collection('orders').add({ _id: 'T1', state: 'NEW' });
      await db.collection('orders').doc('T1').update({ state: 'PAID' });
      return db.collection('orders').doc('T1').remove();`);
    const events = cloud.bus.since(from).filter((event) => event.type === 'document');
    expect(events.map((event) => event.data)).toEqual([
      { collection: 'orders', id: 'T1', op: 'insert', before: undefined, after: { _id: 'T1', state: 'NEW' } },
      {
        collection: 'orders',
        id: 'T1',
        op: 'update',
        before: { _id: 'T1', state: 'NEW' },
        after: { _id: 'T1', state: 'PAID' },
      },
      {
        collection: 'orders',
        id: 'T1',
        op: 'remove',
        before: { _id: 'T1', state: 'PAID' },
        after: undefined,
      },
    ]);
    expect(events.every((event) => event.outTradeNo === 'T1')).toBe(true);
  });
});
