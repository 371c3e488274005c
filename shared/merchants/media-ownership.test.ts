import { expect, it } from 'vitest';
import { memoryDocuments } from '../core/testing/documents.ts';
import { type MediaDocument, mediaCollection } from './media-document.ts';
import { checkMedia } from './media-ownership.ts';

/** More than one query can name. */
const uploaded = Array.from(
  { length: 150 },
  (_, index): MediaDocument => ({ _id: `M${index}`, openid: 'oA', kind: 'image', createdAtMs: 0 }),
);
const documents = memoryDocuments();
documents.put(mediaCollection, ...uploaded, {
  ...{ _id: 'V', openid: 'oA', kind: 'video', createdAtMs: 0 },
} as MediaDocument);
const used = (mediaId: string, kind: 'image' | 'video' = 'image') => ({
  path: `at.${mediaId}`,
  mediaId,
  kind,
});

it('a form may have all that its applicant uploaded', async () => {
  const media = uploaded.map(({ _id }) => used(_id));
  expect(await checkMedia(documents, 'oA', [...media, used('V', 'video'), used('M1')])).toEqual([]);
});

it('a form without pictures needs no look at what was uploaded', async () => {
  expect(await checkMedia(undefined as never, 'oA', [])).toEqual([]);
});

it('tells what was never uploaded from what is of the wrong kind', async () => {
  const media = [used('M1', 'video'), used('M2'), used('V'), used('other')];
  const found = await checkMedia(documents, 'oA', media);
  expect(found.map(({ path, message }) => [path, message.slice(0, 4)])).toEqual([
    ['at.M1', '文件类型'],
    ['at.V', '文件类型'],
    ['at.other', '此 me'],
  ]);
  expect(found.map(({ messageEn }) => messageEn.slice(0, 10))).toEqual([
    'Wrong kind',
    'Wrong kind',
    'You did no',
  ]);
});

it('another person’s files are as good as none', async () => {
  expect(await checkMedia(documents, 'oB', [used('M1')])).toMatchObject([{ path: 'at.M1' }]);
});
