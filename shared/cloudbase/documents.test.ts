import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Documents } from '../core/ports.ts';
import { testDocuments } from '../core/testing/documents-contract.ts';
import { CloudError } from './cloud-error.ts';
import { createDocuments } from './documents.ts';
import { sdkLoader } from './sdk.ts';
import { startCloud, type TestCloud } from './testing/cloud.ts';

interface Order {
  _id: string;
  state: string;
  amountFen: number;
}

let cloud: TestCloud;
let documents: Documents;
const logged: unknown[] = [];
const log = { error: (event: string, fields?: object) => void logged.push({ event, ...fields }) };

beforeAll(async () => {
  cloud = await startCloud();
  documents = createDocuments(cloud.sdk, log);
});
afterAll(() => cloud.close());
beforeEach(() => {
  cloud.emulator.reset();
  cloud.emulator.database.createCollection('orders');
  cloud.asked.length = 0;
  cloud.interceptors.length = 0;
  logged.length = 0;
});

testDocuments('documents over the SDK', () => documents);

const order = (_id: string, state = 'NOTPAY', amountFen = 1): Order => ({ _id, state, amountFen });
const codeOf = (run: Promise<unknown>) =>
  run.then(
    () => 'none',
    (error: unknown) => (error instanceof CloudError ? error.code : error),
  );

it('keeps a document under the longest key of its kind, a media_id of WeChat Pay', async () => {
  const id = 'A1_-'.repeat(128);
  await documents.insertIfAbsent('orders', order(id));
  expect(await documents.find('orders', { where: { _id: { in: [id] } }, limit: 1 })).toEqual([order(id)]);
});

it('knows a missing document from a missing collection', async () => {
  expect(await documents.get('orders', 'nobody')).toBeUndefined();
  expect(await codeOf(documents.get('nowhere', 'a'))).toBe('NOT_FOUND');
});

it('does not know a document that a client wrote, whatever the permissions of the collection', async () => {
  // CloudBase adds _openid to documents that a mini-program creates directly, and the mini-program cannot omit it.
  cloud.emulator.database.put('orders', { ...order('forged', 'SUCCESS', 1), _openid: 'oSomebody' });
  await documents.insertIfAbsent('orders', order('genuine', 'SUCCESS', 1));
  expect(await documents.get('orders', 'forged')).toBeUndefined();
  const found = await documents.find<Order>('orders', { where: { state: 'SUCCESS' }, limit: 10 });
  expect(found.map(({ _id }) => _id)).toEqual(['genuine']);
  expect(await documents.update('orders', 'forged', {}, { state: 'REFUND' })).toBe(false);
});

it.each(['DATABASE_DUPLICATE_WRITE', 'DATABASE_REQUEST_FAILED'])(
  'recognises %s as a duplicate key',
  async (code) => {
    await documents.insertIfAbsent('orders', order('a', 'SUCCESS'));
    const message =
      code === 'DATABASE_REQUEST_FAILED' ? 'E11000 duplicate key error collection: o' : 'duplicate';
    cloud.interceptors.push(() => Response.json({ code, message, requestId: 'r1' }));
    expect(await documents.insertIfAbsent('orders', order('a'))).toEqual(order('a', 'SUCCESS'));
  },
);

it('gives a CONFLICT when the document of a taken key is gone again', async () => {
  cloud.interceptors.push(() => Response.json({ code: 'DATABASE_DUPLICATE_WRITE', message: 'duplicate' }));
  const error = await documents.insertIfAbsent('orders', order('a')).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'CONFLICT', cause: { code: 'DUPLICATE' } });
});

it('names the permission in the log when a client has written a document under an _id that is needed', async () => {
  cloud.emulator.database.put('orders', { ...order('taken', 'SUCCESS'), _openid: 'oSomebody' });
  const error = await documents.insertIfAbsent('orders', order('taken')).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'WRITTEN_BY_CLIENT', cause: { code: 'DUPLICATE' } });
  expect(logged).toMatchObject([{ event: 'document.written_by_client', collection: 'orders' }]);
  expect(String((logged[0] as { error: Error }).error)).toMatch(/ADMINONLY.*仅管理端可读写/);
});

it('sends no query that cannot match anything', async () => {
  expect(await documents.find('orders', { where: { state: { in: [] } }, limit: 1 })).toEqual([]);
  expect(cloud.asked).toEqual([]);
});

it('repeats a read after a broken answer, but not a write', async () => {
  await documents.insertIfAbsent('orders', order('a'));
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
  await documents.insertIfAbsent('orders', order('a'));
  cloud.interceptors.push(conflict);
  expect(await documents.update('orders', 'a', {}, { state: 'X' })).toBe(true);
  cloud.interceptors.push(conflict, conflict, conflict);
  expect(await codeOf(documents.update('orders', 'a', {}, { state: 'Y' }))).toBe('CONFLICT');
});

it('gives up a request that is not answered in time', async () => {
  const impatient = createDocuments(sdkLoader({ timeoutMs: 200 }), log);
  let answer: (late: Response) => void = () => {};
  cloud.interceptors.push(
    () =>
      new Promise<Response>((resolve) => {
        answer = resolve;
      }),
  );
  expect(await codeOf(impatient.insertIfAbsent('orders', order('a')))).toBe('UNAVAILABLE');
  expect(cloud.asked).toHaveLength(1);
  answer(new Response('', { status: 500 }));
});

it('reports missing credentials, and works once they are present', async () => {
  const { TENCENTCLOUD_SECRETKEY: key = '' } = process.env;
  delete process.env.TENCENTCLOUD_SECRETKEY;
  const late = createDocuments(sdkLoader(), log);
  await expect(late.get('orders', 'a')).rejects.toThrow(/No CloudBase credentials.*密钥/);
  process.env.TENCENTCLOUD_SECRETKEY = key;
  expect(await late.get('orders', 'a')).toBeUndefined();
});

it('quotes neither keys nor values in its messages', async () => {
  cloud.interceptors.push(() =>
    Response.json({ code: 'DATABASE_REQUEST_FAILED', message: 'failed on { _id: "secret-key-1" }' }),
  );
  const error = await documents
    .insertIfAbsent('orders', order('secret-key-1'))
    .catch((each: unknown) => each);
  expect(error).toBeInstanceOf(CloudError);
  expect(String(error)).not.toContain('secret-key-1');
});
