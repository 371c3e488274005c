import { describe, expect, it } from 'vitest';
import { memoryDocuments } from '../core/testing/documents.ts';
import { fileOf, foreignHeads, heads } from '../wechatpay/applyment/testing/files.ts';
import { type FakeCall, FakeWechatpay, lostAnswer } from '../wechatpay/testing/fake-transport.ts';
import { answerUploadMedia, finishUpload, maxMediaBytes } from './media.ts';
import { mediaCollection } from './media-document.ts';
import type { CloudFiles, MediaPorts } from './ports.ts';
import { alice, bob, Fixture, refusalOf } from './testing/fixture.ts';

const routes = {
  image: 'POST /v3/merchant/media/upload',
  video: 'POST /v3/merchant/media/video_upload',
};

/** The file part of a form. */
function fileIn({ rawBody }: FakeCall): { filename: string; bytes: Uint8Array } {
  const [, filename = '', content = ''] =
    /name="file"; filename="([^"]*)"\r\n[^\r\n]*\r\n\r\n([\s\S]*)\r\n--[^\r\n]*--\r\n$/.exec(rawBody) ?? [];
  return { filename, bytes: new Uint8Array(Buffer.from(content, 'latin1')) };
}

class Storage implements CloudFiles {
  readonly files = new Map<string, Uint8Array>();
  brokenRemoval = false;

  pathOf(fileID: string): string | undefined {
    return /^cloud:\/\/test-env\.[^/]+\/(.+)$/.exec(fileID)?.[1];
  }

  async download(fileID: string, maxBytes: number): Promise<Uint8Array | 'not-found' | 'too-large'> {
    const bytes = this.files.get(fileID);
    if (!bytes) return 'not-found';
    return bytes.length > maxBytes ? 'too-large' : bytes;
  }

  async remove(fileID: string): Promise<void> {
    if (this.brokenRemoval) throw new Error('storage is down');
    this.files.delete(fileID);
  }
}

function scene() {
  const fixture = new Fixture('ecommerce');
  const files = new Storage();
  const documents = memoryDocuments();
  const uploads: { kind: string; filename: string; bytes: Uint8Array }[] = [];
  const wechatPay = new FakeWechatpay({ nowMs: () => fixture.nowMs });
  for (const [kind, route] of Object.entries(routes)) {
    wechatPay.on(route, (call) => {
      uploads.push({ kind, ...fileIn(call) });
      return { media_id: `M${uploads.length}` };
    });
  }
  const ports: MediaPorts = {
    clock: { nowMs: () => fixture.nowMs },
    documents,
    files,
    client: () => wechatPay.client,
    log: fixture.log,
    randomHex: () => 'c0ffee00c0ffee00c0ffee00c0ffee00',
  };
  const put = (openid: string, bytes: Uint8Array, name = 'a.jpg') => {
    const fileID = `cloud://test-env.7465-test-env/applyments/${openid}/${name}`;
    files.files.set(fileID, bytes);
    return fileID;
  };
  return { fixture, wechatPay, files, documents, uploads, ports, put };
}

describe('where a file goes', () => {
  it.each(['JPG', '.jpg'])(
    'is below the caller’s own openid, under a random name (%s)',
    async (extension) => {
      const { ports } = scene();
      const answer = await answerUploadMedia(ports, alice, { action: 'begin', extension });
      expect(answer).toEqual({
        action: 'begin',
        cloudPath: `applyments/${alice}/c0ffee00c0ffee00c0ffee00c0ffee00.jpg`,
      });
    },
  );

  it.each(['exe', '', '../a', 'jpg/../x', 'svg', 'j.pg'])(
    'is refused for the extension “%s”',
    async (extension) => {
      const { ports } = scene();
      const refusal = await refusalOf(answerUploadMedia(ports, alice, { action: 'begin', extension }));
      expect(refusal.code).toBe('FILE_TYPE_NOT_ALLOWED');
    },
  );

  it.each([null, 'x', {}, { action: 'finish' }, { action: 'begin', extension: 1 }])(
    'is not answered to a request like %j',
    async (event) => {
      expect((await refusalOf(answerUploadMedia(scene().ports, alice, event))).code).toBe('BAD_REQUEST');
    },
  );
});

describe('a file that WeChat Pay takes', () => {
  it.each(Object.keys(heads))('(%s) goes there under its true type, and is gone here', async (extension) => {
    const { ports, put, files, uploads, documents } = scene();
    const bytes = fileOf(heads[extension]!);
    const request = { action: 'finish', fileID: put(alice, bytes, 'misleading.png') };
    const answer = await answerUploadMedia(ports, alice, request);
    expect(answer).toEqual({ action: 'finish', mediaId: 'M1' });
    const kind = ['jpg', 'png', 'bmp'].includes(extension) ? 'image' : 'video';
    expect(uploads).toEqual([{ kind, filename: `c0ffee00c0ffee00.${extension}`, bytes }]);
    expect(files.files.size).toBe(0);
    expect(documents.all(mediaCollection)).toMatchObject([{ _id: 'M1', openid: alice, kind }]);
  });

  it.each([
    ['jpg', maxMediaBytes.image],
    ['mp4', maxMediaBytes.video],
  ] as const)('(%s) may have %i bytes, and not one more', async (extension, maxBytes) => {
    const { ports, put, files, uploads } = scene();
    await finishUpload(ports, alice, put(alice, fileOf(heads[extension]!, maxBytes)));
    const refusal = await refusalOf(
      finishUpload(ports, alice, put(alice, fileOf(heads[extension]!, maxBytes + 1))),
    );
    expect(refusal.code).toBe('FILE_TOO_LARGE');
    expect(uploads).toHaveLength(1);
    expect(files.files.size).toBe(0);
  });
});

describe('a file that is refused', () => {
  it.each(Object.keys(foreignHeads))(
    '(%s renamed to jpg) is gone too, and nothing was sent',
    async (name) => {
      const { ports, put, files, uploads } = scene();
      const refusal = await refusalOf(finishUpload(ports, alice, put(alice, fileOf(foreignHeads[name]!))));
      expect(refusal.code).toBe('FILE_TYPE_NOT_ALLOWED');
      // A photo was meant.
      expect(refusal.message).toBe('Not a picture (JPG, PNG, BMP).');
      expect([files.files.size, uploads.length]).toEqual([0, 0]);
    },
  );

  const picture = 'The file is too large: 2 MB for a picture.';
  const either = 'The file is too large: 2 MB for a picture, 5 MB for a video.';
  it.each([
    ['a.jpg', 'jpg', maxMediaBytes.image, picture],
    ['a.bin', 'jpg', maxMediaBytes.image, picture],
    ['a.jpg', 'mp4', maxMediaBytes.video, picture],
    ['a.bin', 'mp4', maxMediaBytes.video, either],
    ['a.jpgx', 'mp4', maxMediaBytes.video, either],
  ])('for its size says how large it may be: %s, a %s', async (name, extension, maxBytes, message) => {
    const { ports, put } = scene();
    const fileID = put(alice, fileOf(heads[extension]!, maxBytes + 1), name);
    const refused = { message, texts: { zh: expect.stringContaining('图片最大 2 MB') } };
    await expect(finishUpload(ports, alice, fileID)).rejects.toMatchObject(refused);
  });

  it('for its kind says what it may be, in both languages', async () => {
    const { ports } = scene();
    const begin = answerUploadMedia(ports, alice, { action: 'begin', extension: 'exe' });
    const en =
      'Not a picture (JPG, PNG, BMP) or a video (AVI, WMV, MPEG, MP4, MOV, MKV, FLV, F4V, M4V, RMVB).';
    const zh =
      '不支持此文件类型：图片须为 JPG、PNG 或 BMP，视频须为 AVI、WMV、MPEG、MP4、MOV、MKV、FLV、F4V、M4V 或 RMVB。';
    await expect(begin).rejects.toMatchObject({ texts: { zh, en } });
  });

  it('for being empty is gone too', async () => {
    const { ports, put, files } = scene();
    expect((await refusalOf(finishUpload(ports, alice, put(alice, new Uint8Array())))).code).toBe(
      'FILE_EMPTY',
    );
    expect(files.files.size).toBe(0);
  });

  it('by WeChat Pay is gone too', async () => {
    const { ports, put, files, documents, wechatPay } = scene();
    wechatPay.failNext(routes.image, lostAnswer());
    const upload = finishUpload(ports, alice, put(alice, fileOf(heads.jpg!)));
    await expect(upload).rejects.toMatchObject({ kind: 'unknown', code: 'CONNECTION_LOST' });
    expect(files.files.size).toBe(0);
    expect(documents.all(mediaCollection)).toEqual([]);
  });

  it('for not being there is named', async () => {
    const { ports } = scene();
    const fileID = `cloud://test-env.7465-test-env/applyments/${alice}/a.jpg`;
    expect((await refusalOf(finishUpload(ports, alice, fileID))).code).toBe('FILE_NOT_FOUND');
  });

  it('and could not be deleted is an error in the log', async () => {
    const { fixture, ports, put, files } = scene();
    files.brokenRemoval = true;
    expect(await finishUpload(ports, alice, put(alice, fileOf(heads.jpg!)))).toMatchObject({ mediaId: 'M1' });
    expect(fixture.logged.join()).toContain('error media_file_not_deleted');
  });
});

describe('a file that is not the caller’s', () => {
  it.each([
    ['another person’s', `cloud://test-env.7465-test-env/applyments/${bob}/a.jpg`],
    ['another environment’s', `cloud://other-env.7465-other-env/applyments/${alice}/a.jpg`],
    ['elsewhere', 'cloud://test-env.7465-test-env/products/a.jpg'],
    ['below a file', `cloud://test-env.7465-test-env/applyments/${alice}/a.jpg/x`],
    ['deeper', `cloud://test-env.7465-test-env/applyments/${alice}/x/a.jpg`],
    ['beside', `cloud://test-env.7465-test-env/applyments/${alice}x/a.jpg`],
    ['no fileID', '/etc/passwd'],
  ])('(%s) is neither read nor deleted', async (_, fileID) => {
    const { ports, files, uploads } = scene();
    files.files.set(fileID, fileOf(heads.jpg!));
    expect((await refusalOf(finishUpload(ports, alice, fileID))).code).toBe('FILE_NOT_YOURS');
    expect([files.files.size, uploads.length]).toEqual([1, 0]);
  });

  it('is theirs when they upload the same bytes again', async () => {
    const { ports, put, wechatPay } = scene();
    wechatPay.on(routes.image, () => ({ media_id: 'SAME' }));
    const upload = () => finishUpload(ports, alice, put(alice, fileOf(heads.jpg!)));
    expect(await upload()).toEqual(await upload());
  });

  it('does not become theirs by uploading the same bytes', async () => {
    const { ports, put, wechatPay } = scene();
    wechatPay.on(routes.image, () => ({ media_id: 'SAME' }));
    await finishUpload(ports, bob, put(bob, fileOf(heads.jpg!)));
    const refusal = await refusalOf(finishUpload(ports, alice, put(alice, fileOf(heads.jpg!))));
    expect(refusal.code).toBe('FILE_NOT_YOURS');
  });
});
