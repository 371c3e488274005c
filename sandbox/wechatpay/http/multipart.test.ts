import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readAnswer } from '../testing/client.ts';
import { type Sandbox, startSandbox } from '../testing/sandbox.ts';
import { readMultipart } from './multipart.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const path = '/v3/merchant/media/upload';
const boundary = 'boundary-of-a-test';
const file = Buffer.from([
  0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0xff, 0x00, 0xfe, 0x0d, 0x0a, 0x2d, 0x2d,
]);
const meta = JSON.stringify({ filename: 'a.png', sha256: createHash('sha256').update(file).digest('hex') });

function bodyOf(parts: { meta?: string; file?: Buffer }): Buffer {
  const pieces: (Buffer | string)[] = [];
  if (parts.meta !== undefined) {
    pieces.push(`--${boundary}\r\nContent-Disposition: form-data; name="meta";\r\n`);
    pieces.push(`Content-Type: application/json\r\n\r\n${parts.meta}\r\n`);
  }
  if (parts.file) {
    pieces.push(`--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.png";\r\n`);
    pieces.push('Content-Type: image/png\r\n\r\n', parts.file, '\r\n');
  }
  return Buffer.concat([...pieces, `--${boundary}--\r\n`].map((piece) => Buffer.from(piece)));
}

async function upload(
  signed: string,
  body: Buffer,
  contentType = `multipart/form-data; boundary=${boundary}`,
) {
  const authorization = sandbox.direct.authorize('POST', path, signed);
  const headers = {
    accept: 'application/json',
    'user-agent': 'test',
    'content-type': contentType,
    authorization,
  };
  const request = new Request(`http://127.0.0.1${path}`, {
    method: 'POST',
    headers,
    body: new Uint8Array(body),
  });
  const answer = await readAnswer(await sandbox.fetch(request));
  return { answer, exchange: await sandbox.lastExchange() };
}

test('the bytes of a file come out as they went in, line ends and all', () => {
  const read = readMultipart(`multipart/form-data; boundary="${boundary}"`, bodyOf({ meta, file }));
  expect(read.file).toEqual({ filename: 'a.png', contentType: 'image/png', bytes: file });
  expect(read.metaText).toBe(meta);
});

test('an upload that signs the meta text passes the signature', async () => {
  const { exchange } = await upload(meta, bodyOf({ meta, file }));
  expect(exchange.check).not.toBe('signature');
});

test('an upload that signs another meta text than it sends is explained as serialised twice', async () => {
  const { answer, exchange } = await upload(
    JSON.stringify(JSON.parse(meta), null, 2),
    bodyOf({ meta, file }),
  );
  expect(answer.status).toBe(401);
  expect(exchange.signature.cause).toBe('body-reserialised');
});

test('an upload that signs the whole body is explained', async () => {
  const ascii = bodyOf({ meta, file: Buffer.from('plain text for once') });
  const { answer, exchange } = await upload(ascii.toString('utf8'), ascii);
  expect(answer.status).toBe(401);
  expect(exchange.signature.cause).toBe('whole-multipart-signed');
});

test.each([
  ['no meta', bodyOf({ file })],
  ['no file', bodyOf({ meta })],
  ['meta that is not JSON', bodyOf({ meta: 'x', file })],
  ['nothing at all', Buffer.alloc(0)],
])('%s is refused as a malformed upload', async (_name, body) => {
  const { answer } = await upload(meta, body);
  expect([answer.status, answer.json.code]).toEqual([400, 'PARAM_ERROR']);
});

test('a part with LF line ends, or a Content-Type without boundary, is refused', async () => {
  const unix = Buffer.from(bodyOf({ meta, file }).toString('latin1').replaceAll('\r\n', '\n'), 'latin1');
  expect((await upload(meta, unix)).answer.status).toBe(400);
  expect((await upload(meta, bodyOf({ meta, file }), 'multipart/form-data')).answer.status).toBe(400);
});
