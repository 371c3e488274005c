import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mediaUpload } from './multipart.ts';

const refused = expect.objectContaining({ kind: 'fault', code: 'REQUEST_INVALID' });

describe('a media upload', () => {
  it('has exactly the two parts that WeChat Pay wants, the meta part without a filename', () => {
    const bytes = Buffer.from('not really a picture');
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const upload = mediaUpload({ filename: 'front.PNG', bytes });
    const boundary = /^multipart\/form-data; boundary=(.+)$/.exec(upload.contentType)![1]!;
    expect(upload.signedText).toBe(`{"filename":"front.PNG","sha256":"${sha256}"}`);
    expect(Buffer.from(upload.bytes).toString()).toBe(
      [
        `--${boundary}`,
        'Content-Disposition: form-data; name="meta"',
        'Content-Type: application/json',
        '',
        upload.signedText,
        `--${boundary}`,
        'Content-Disposition: form-data; name="file"; filename="front.PNG"',
        'Content-Type: image/png',
        '',
        'not really a picture',
        `--${boundary}--`,
        '',
      ].join('\r\n'),
    );
  });

  it('is read by an independent parser as what was put in, whatever the bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 300 }), async (bytes) => {
        const upload = mediaUpload({ filename: '身份证 front.jpg', bytes });
        const form = await new Response(new Uint8Array(upload.bytes), {
          headers: { 'Content-Type': upload.contentType },
        }).formData();
        const file = form.get('file') as File;
        expect([...form.keys()]).toEqual(['meta', 'file']);
        expect(form.get('meta')).toBe(upload.signedText);
        expect(file.name).toBe('身份证 front.jpg');
        expect(file.type).toBe('image/jpeg');
        expect(new Uint8Array(await file.arrayBuffer())).toEqual(bytes);
      }),
      { numRuns: 50 },
    );
  });

  it('is byte for byte the same when it is repeated', () => {
    const file = { filename: 'a.mp4', bytes: Buffer.from('film') };
    expect(mediaUpload(file)).toEqual(mediaUpload(file));
  });

  it('has a boundary within the 70 characters of RFC 2046, and may have a name of 128', () => {
    const { contentType } = mediaUpload({ filename: `${'a'.repeat(124)}.jpg`, bytes: Buffer.from('x') });
    expect(contentType).toMatch(/boundary=.{40,70}$/);
  });

  it.each([
    'a.gif',
    'a',
    'jpg',
    'a.jpg.exe',
    'a"b.jpg',
    'a\r\nX: y.jpg',
    'a\\b.jpg',
    `${'a'.repeat(125)}.jpg`,
  ])('is refused for the name %j', (filename) => {
    expect(() => mediaUpload({ filename, bytes: Buffer.from('x') })).toThrow(refused);
  });

  it('is refused when the file is empty', () => {
    expect(() => mediaUpload({ filename: 'a.jpg', bytes: new Uint8Array() })).toThrow(refused);
  });
});
