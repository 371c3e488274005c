import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSandbox, type TestSandbox, type Upload } from '../testing/client.ts';

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.simulator.close());

const jpg = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(40, 7)]);
const bmp = Buffer.concat([Buffer.from('BM'), Buffer.alloc(40, 7)]);
const mp4 = Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypisom'), Buffer.alloc(40, 7)]);
const megabyte = 1024 * 1024;
const jpgOf = (bytes: number) => Buffer.concat([jpg, Buffer.alloc(bytes - jpg.length)]);
const boundaryInside = Buffer.concat([jpg, Buffer.from('\r\n--sandboxBoundary7MA4YWx'), jpg]);

describe('image and video upload', () => {
  test.each<[string, Upload]>([
    ['a png', {}],
    ['a jpg', { filename: 'a.JPG', bytes: jpg }],
    ['a bmp', { filename: '身份证.bmp', bytes: bmp }],
    ['exactly 2 MB', { filename: 'a.jpg', bytes: jpgOf(2 * megabyte) }],
    ['bytes that look like the beginning of a boundary', { filename: 'a.jpg', bytes: boundaryInside }],
    ['a video', { kind: 'video_upload', filename: 'a.mp4', bytes: mp4 }],
    ['an upper-case sha256', { meta: {}, filename: 'b.jpg', bytes: jpg }],
    ['a meta part without Content-Type', { metaHeaders: ['Content-Disposition: form-data; name="meta"'] }],
  ])('takes %s and gives a media_id', async (_, upload) => {
    const { status, body } = await sandbox.ecommerce.upload(upload);
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { media_id: expect.stringMatching(/^V1_/) },
    });
  });

  const json = 'Content-Type: application/json';
  const named = 'Content-Disposition: form-data; name="meta"';
  const fileNamed = 'Content-Disposition: form-data; name="file"; filename="card.png"';
  test.each<[string, Upload]>([
    [
      'a meta part with a filename, as FormData gives a Blob',
      { metaHeaders: [`${named}; filename="blob"`, json] },
    ],
    ['a meta part of another type', { metaHeaders: [named, 'Content-Type: text/plain'] }],
    [
      'a file part without a filename',
      { fileHeaders: ['Content-Disposition: form-data; name="file"', 'Content-Type: image/png'] },
    ],
    ['a file part without Content-Type', { fileHeaders: [fileNamed] }],
    ['a third part', { extraPart: 'Content-Disposition: form-data; name="more"\r\n\r\nx' }],
    ['the file twice', { extraPart: `${fileNamed}\r\nContent-Type: image/png\r\n\r\nx` }],
    ['another sha256', { meta: { sha256: '0'.repeat(64) } }],
    ['a sha256 that is too short', { meta: { sha256: 'abc' } }],
    ['a meta with an unknown field', { meta: { size: 1 } }],
    ['a meta without a filename', { meta: { filename: undefined } }],
    ['a filename of 129 characters', { filename: `${'a'.repeat(125)}.png` }],
    ['another extension', { filename: 'card.gif' }],
    ['no extension', { filename: 'card' }],
    ['a picture of another format than its extension', { filename: 'card.jpg' }],
    ['a text called .png', { bytes: Buffer.from('hello, world') }],
    ['an empty file', { bytes: Buffer.alloc(0) }],
    ['more than 2 MB', { filename: 'a.jpg', bytes: jpgOf(2 * megabyte + 1) }],
    ['a video as an image', { filename: 'a.mp4', bytes: mp4 }],
    ['an image as a video', { kind: 'video_upload', filename: 'a.jpg', bytes: jpg }],
    [
      'a video of more than 5 MB',
      { kind: 'video_upload', filename: 'a.mp4', bytes: Buffer.concat([mp4, Buffer.alloc(5 * megabyte)]) },
    ],
  ])('refuses %s', async (_, upload) => {
    const { status, body } = await sandbox.ecommerce.upload(upload);
    expect({ status, body }).toMatchObject({ status: 400, body: { code: 'PARAM_ERROR' } });
  });

  test('shows the inspector the same bytes, typed by what they are', async () => {
    const mediaId = await sandbox.partner.mediaId({ filename: 'a.jpg', bytes: jpg });
    const request = new Request(`http://127.0.0.1/_sandbox/media/${mediaId}`);
    const response = await sandbox.simulator.fetch(request);
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(
      createHash('sha256').update(jpg).digest('hex'),
    );
    expect(response.headers.get('content-type')).toBe('image/jpeg');
    expect((await sandbox.control('GET', '/media/none')).status).toBe(404);
  });
});
