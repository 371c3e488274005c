/** Answers of the SDK in another form than it documents: none of them may pass for "no document" or "changed". */
import type { CloudBase } from '@cloudbase/node-sdk';
import { expect, it } from 'vitest';
import { createDocuments } from './documents.ts';

/** A database in which every call leads on, and each request ends in `answer`. */
function documentsThatAnswer(answer: unknown) {
  const ends = new Set(['get', 'update', 'remove', 'add']);
  const chain: object = new Proxy(() => chain, {
    get: (_, name) => (ends.has(String(name)) ? async () => answer : name === 'then' ? undefined : chain),
  });
  const sdk = async () => ({ database: () => chain }) as unknown as CloudBase;
  return createDocuments(sdk, { error: () => {} });
}
const failed = expect.objectContaining({ code: 'FAILED' });

it.each([
  [null],
  [undefined],
  ['data'],
  [{}],
  [{ data: null }],
  [{ data: { _id: 'a' } }],
  [{ updated: '1', deleted: '1' }],
])('fails when it is answered %j', async (answer) => {
  const documents = documentsThatAnswer(answer);
  await expect(documents.get('orders', 'a')).rejects.toEqual(failed);
  await expect(documents.find('orders', { where: {}, limit: 1 })).rejects.toEqual(failed);
  await expect(documents.update('orders', 'a', {}, { b: 1 })).rejects.toEqual(failed);
  await expect(documents.remove('orders', 'a')).rejects.toEqual(failed);
});

it('reads documents and numbers of documents from what is documented', async () => {
  const documents = documentsThatAnswer({ data: [{ _id: 'a' }], updated: 1, deleted: 0 });
  expect(await documents.get('orders', 'a')).toEqual({ _id: 'a' });
  expect(await documents.update('orders', 'a', {}, { b: 1 })).toBe(true);
  expect(await documents.remove('orders', 'a')).toBe(false);
});
