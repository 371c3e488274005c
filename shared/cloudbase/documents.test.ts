import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, expectTypeOf, it } from 'vitest';
import type {
  Documents as CommerceDocuments,
  FunctionCaller as CommerceFunctions,
  Log as CommerceLog,
} from '../core/ports.ts';
import { CloudError } from './cloud-error.ts';
import type { Conditions, Documents, StoredDocument } from './document-types.ts';
import { createDocuments } from './documents.ts';
import type { createFunctionCaller } from './function-caller.ts';
import type { createLogger } from './logger.ts';
import { sdkLoader } from './sdk.ts';
import { startCloud, type TestCloud } from './testing/cloud.ts';

interface Order {
  _id: string;
  state: string;
  amountFen: number;
  detail?: unknown;
  paidAtMs?: number | null;
}

let cloud: TestCloud;
let documents: Documents;

beforeAll(async () => {
  cloud = await startCloud();
  documents = createDocuments(cloud.sdk);
});
afterAll(() => cloud.close());
beforeEach(() => {
  cloud.emulator.reset();
  cloud.emulator.database.createCollection('orders');
  cloud.asked.length = 0;
  cloud.interceptors.length = 0;
});

const order = (_id: string, state = 'NOTPAY', amountFen = 1): Order => ({ _id, state, amountFen });
const insert = (doc: StoredDocument & Record<string, unknown>) => documents.insert('orders', doc);
const codeOf = (run: Promise<unknown>) =>
  run.then(
    () => 'none',
    (error: unknown) => (error instanceof CloudError ? error.code : error),
  );

it('is what the business side asks for', () => {
  expectTypeOf<Documents>().toExtend<CommerceDocuments>();
  expectTypeOf<CommerceDocuments>().toExtend<Documents>();
  expectTypeOf<ReturnType<typeof createFunctionCaller>>().toExtend<CommerceFunctions>();
  expectTypeOf<ReturnType<typeof createLogger>>().toExtend<CommerceLog>();
});

it('reads back what it inserted, numbers beyond 32 bits and nested values included', async () => {
  const stored = {
    ...order('a'),
    atMs: 1_760_000_000_123,
    list: [1, { x: null, y: [] }],
    empty: {},
    文: '付款',
  };
  await documents.insert('orders', stored);
  expect(await documents.get('orders', 'a')).toEqual(stored);
});

it('keeps a document under the longest key of its kind, a media_id of WeChat Pay', async () => {
  const id = 'A1_-'.repeat(128);
  await documents.insert('orders', order(id));
  expect(await documents.find('orders', { where: { _id: { in: [id] } }, limit: 1 })).toEqual([order(id)]);
});

it('knows a missing document from a missing collection', async () => {
  expect(await documents.get('orders', 'nobody')).toBeUndefined();
  expect(await codeOf(documents.get('nowhere', 'a'))).toBe('NOT_FOUND');
});

it('does not know a document that a client wrote, whatever the permissions of the collection', async () => {
  // CloudBase writes _openid into what a mini-program creates by itself, and the mini-program cannot leave it out.
  cloud.emulator.database.put('orders', { ...order('forged', 'SUCCESS', 1), _openid: 'oSomebody' });
  await documents.insert('orders', order('genuine', 'SUCCESS', 1));
  expect(await documents.get('orders', 'forged')).toBeUndefined();
  const found = await documents.find('orders', { where: { state: 'SUCCESS' }, limit: 10 });
  expect(found.map(({ _id }) => _id)).toEqual(['genuine']);
  expect(await documents.update('orders', 'forged', {}, { state: 'REFUND' })).toBe(false);
});

it('says DUPLICATE for a taken key and keeps the first document', async () => {
  await documents.insert('orders', order('a', 'SUCCESS'));
  expect(await codeOf(documents.insert('orders', order('a', 'NOTPAY')))).toBe('DUPLICATE');
  expect(await documents.get<Order>('orders', 'a')).toMatchObject({ state: 'SUCCESS' });
});

it.each(['DATABASE_DUPLICATE_WRITE', 'DATABASE_REQUEST_FAILED'])(
  'accepts %s for a taken key',
  async (code) => {
    const message =
      code === 'DATABASE_REQUEST_FAILED' ? 'E11000 duplicate key error collection: o' : 'duplicate';
    cloud.interceptors.push(() => Response.json({ code, message, requestId: 'r1' }));
    await expect(documents.insert('orders', order('a'))).rejects.toMatchObject({
      code: 'DUPLICATE',
      requestId: 'r1',
    });
  },
);

it('lets exactly one of two writers that saw the same state change it', async () => {
  await documents.insert('orders', order('a'));
  const attempts = await Promise.all(
    ['SUCCESS', 'CLOSED', 'REVOKED'].map((state) =>
      documents.update('orders', 'a', { state: 'NOTPAY' }, { state }),
    ),
  );
  expect(attempts.filter(Boolean)).toHaveLength(1);
});

it('changes nothing when a condition does not hold or there is no such document', async () => {
  await documents.insert('orders', order('a'));
  expect(await documents.update('orders', 'a', { amountFen: { gt: 1 } }, { state: 'X' })).toBe(false);
  expect(await documents.update('orders', 'b', {}, { state: 'X' })).toBe(false);
  expect(await documents.get('orders', 'a')).toEqual(order('a'));
});

it('replaces nested objects whole, clears with null and leaves other fields alone', async () => {
  await insert({ ...order('a'), detail: { old: 1, both: 1 }, paidAtMs: 5 });
  expect(await documents.update('orders', 'a', {}, { detail: { both: 2 }, paidAtMs: null, list: [] })).toBe(
    true,
  );
  expect(await documents.get('orders', 'a')).toEqual({
    ...order('a'),
    detail: { both: 2 },
    paidAtMs: null,
    list: [],
  });
});

it('finds by equality, list, range and null, in order and up to the limit', async () => {
  for (const [index, state] of ['A', 'B', 'A', 'C'].entries()) {
    await insert({ ...order(`o${index}`, state, index), paidAtMs: index === 3 ? 9 : null });
  }
  const idsOf = async (where: Conditions, direction: 'asc' | 'desc' = 'asc', limit = 10) => {
    const found = await documents.find('orders', {
      where,
      orderBy: { field: 'amountFen', direction },
      limit,
    });
    return found.map(({ _id }) => _id);
  };
  expect(await idsOf({ state: 'A' })).toEqual(['o0', 'o2']);
  expect(await idsOf({ state: { in: ['B', 'C'] } }, 'desc')).toEqual(['o3', 'o1']);
  expect(await idsOf({ amountFen: { gt: 0, lte: 2 } })).toEqual(['o1', 'o2']);
  expect(await idsOf({ amountFen: { gte: 1, lt: 3 }, state: 'A' })).toEqual(['o2']);
  expect(await idsOf({ paidAtMs: null, amountFen: { gte: 1, lt: 3 } }, 'desc', 1)).toEqual(['o2']);
  expect(await idsOf({})).toHaveLength(4);
});

it('does not ask for what can match nothing', async () => {
  expect(await documents.find('orders', { where: { state: { in: [] } }, limit: 1 })).toEqual([]);
  expect(cloud.asked).toEqual([]);
});

it('removes a document once', async () => {
  await documents.insert('orders', order('a'));
  expect(await documents.remove('orders', 'a')).toBe(true);
  expect(await documents.remove('orders', 'a')).toBe(false);
});

it('lets no object from a user become an operator', async () => {
  await documents.insert('orders', order('a'));
  const operators: unknown[] = [
    { $gt: '' },
    { $ne: null },
    { gt: { $x: 1 } },
    { in: [{}] },
    { regex: '.' },
    [],
    {},
    () => 1,
  ];
  for (const operator of operators) {
    const where: Conditions = JSON.parse('{}');
    Reflect.set(where, 'state', operator);
    expect(await codeOf(documents.find('orders', { where, limit: 1 }))).toBe('INVALID');
    expect(await codeOf(documents.update('orders', 'a', where, { state: 'X' }))).toBe('INVALID');
  }
  for (const id of [operators[0], '', 5, null, 'x'.repeat(513), 'a\nb']) {
    expect(await codeOf(documents.get('orders', id as string))).toBe('INVALID');
  }
  expect(cloud.asked).toEqual(['database.insertDocument']);
});

it('refuses field names and values that would not be read back as written', async () => {
  const bad: unknown[] = [
    undefined,
    Number.NaN,
    new Date(),
    1n,
    { $set: 1 },
    { 'a.b': 1 },
    { x: undefined },
    Symbol('s'),
  ];
  for (const value of bad) {
    expect(await codeOf(documents.insert('orders', { ...order('a'), detail: value } as Order))).toBe(
      'INVALID',
    );
    expect(await codeOf(documents.update('orders', 'a', {}, { detail: value }))).toBe('INVALID');
  }
  for (const field of ['_id', '$set', 'a.b', '']) {
    expect(await codeOf(documents.update('orders', 'a', {}, { [field]: 1 }))).toBe('INVALID');
  }
  expect(cloud.asked).toEqual([]);
});

it('stores and finds any text exactly', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 40 }), async (text) => {
      cloud.emulator.database.clear('orders');
      await documents.insert('orders', order('a', text));
      expect(await documents.find('orders', { where: { state: text }, limit: 2 })).toEqual([
        order('a', text),
      ]);
      expect(await documents.update('orders', 'a', { state: text }, { state: `${text}!` })).toBe(true);
    }),
    { numRuns: 12 },
  );
});

it('repeats a read after a broken answer, but not a write', async () => {
  await documents.insert('orders', order('a'));
  const broken = () => new Response('', { status: 502 });
  cloud.asked.length = 0;
  cloud.interceptors.push(broken);
  expect(await documents.get('orders', 'a')).toEqual(order('a'));
  expect(cloud.asked).toHaveLength(2);
  cloud.asked.length = 0;
  cloud.interceptors.push(broken);
  expect(await codeOf(documents.update('orders', 'a', {}, { state: 'X' }))).toBe('UNAVAILABLE');
  expect(cloud.asked).toHaveLength(1);
});

it('repeats a write that lost a conflict, and gives up as CONFLICT', async () => {
  const conflict = () =>
    Response.json({
      code: 'DATABASE_TRANSACTION_CONFLICT',
      message: '[ResourceUnavailable.TransactionConflict]',
    });
  await documents.insert('orders', order('a'));
  cloud.interceptors.push(conflict);
  expect(await documents.update('orders', 'a', {}, { state: 'X' })).toBe(true);
  cloud.interceptors.push(conflict, conflict, conflict);
  expect(await codeOf(documents.update('orders', 'a', {}, { state: 'Y' }))).toBe('CONFLICT');
});

it('gives up a request that is not answered in time', async () => {
  const impatient = createDocuments(sdkLoader({ timeoutMs: 200 }));
  cloud.interceptors.push(async () => {
    await new Promise((resolve) => setTimeout(resolve, 600));
    return new Response('', { status: 500 });
  });
  expect(await codeOf(impatient.insert('orders', order('a')))).toBe('UNAVAILABLE');
  expect(cloud.asked).toHaveLength(1);
});

it('says so when there are no credentials, and works once they are there', async () => {
  const { TENCENTCLOUD_SECRETKEY: key = '' } = process.env;
  delete process.env.TENCENTCLOUD_SECRETKEY;
  const late = createDocuments(sdkLoader());
  await expect(late.get('orders', 'a')).rejects.toThrow(/No CloudBase credentials.*密钥/);
  process.env.TENCENTCLOUD_SECRETKEY = key;
  expect(await late.get('orders', 'a')).toBeUndefined();
});

it('quotes neither keys nor values in its messages', async () => {
  await documents.insert('orders', order('secret-key-1'));
  const error = await documents.insert('orders', order('secret-key-1')).catch((each: unknown) => each);
  expect(String(error)).not.toContain('secret-key-1');
});
