/** Answers of cloud storage that are neither a file nor its absence, and links that lead nowhere. */
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CloudBase } from '@cloudbase/node-sdk';
import { afterEach, describe, expect, it } from 'vitest';
import { createFiles } from './files.ts';

const fileID = 'cloud://env.b/a.jpg';
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

function filesOf(answer: unknown, timeoutMs?: number) {
  const reply = async () => answer;
  const sdk = async () => ({ getTempFileURL: reply, deleteFile: reply }) as unknown as CloudBase;
  return createFiles(sdk, timeoutMs);
}
const listed = (entry: unknown) => ({ fileList: [entry] });
const linked = (tempFileURL: unknown, timeoutMs?: number) =>
  filesOf(listed({ code: 'SUCCESS', tempFileURL }), timeoutMs);

/** A server on this machine. @returns its address */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

describe('a file without a link', () => {
  it.each([
    ...['STORAGE_FILE_NONEXIST', 'FILE_NON_EXIST', 'FILE_NOT_EXIST', 'FileNotExist'],
    ...['NoSuchKey', 'NO_SUCH_KEY', 'NOT_FOUND', 'NotFound'],
  ])('does not exist when the code is %s, and need not be deleted', async (code) => {
    const files = filesOf(listed({ code, tempFileURL: 'http://127.0.0.1:1/' }));
    await expect(files.download(fileID, 1)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(files.remove(fileID)).resolves.toBeUndefined();
  });

  it.each([
    ['PERMISSION_DENIED', listed({ code: 'PERMISSION_DENIED', tempFileURL: 'http://127.0.0.1:1/' })],
    ['404', listed({ code: 404 })],
    ['NOT_FOUND', listed({ code: ['NOT_FOUND'] })],
    ['no answer for it', listed({})],
    ['no answer for it', listed(null)],
    ['no answer for it', listed('SUCCESS')],
    ['no answer for it', {}],
  ])('is a failure that says %s, not a missing file', async (reason, answer) => {
    const failed = { code: 'FAILED', message: expect.stringContaining(reason) };
    await expect(filesOf(answer).download(fileID, 1)).rejects.toMatchObject(failed);
    await expect(filesOf(answer).remove(fileID)).rejects.toMatchObject(failed);
  });

  it.each([
    ...[[''], [undefined], [{ href: 'http://127.0.0.1:1/' }]].map(([link]) => [
      link,
      'link to a file: SUCCESS',
    ]),
    ['ftp://127.0.0.1/a.jpg', 'not an http(s) URL'],
    ['127.0.0.1/a.jpg', 'ERR_INVALID_URL'],
  ])('is a failure with the link %j', async (link, reason) => {
    await expect(linked(link).download(fileID, 1)).rejects.toMatchObject({
      code: 'FAILED',
      message: expect.stringContaining(String(reason)),
    });
  });
});

describe('a link', () => {
  it('is asked over https where it says so', async () => {
    const url = (await serve(() => {})).replace('http:', 'https:');
    // The server answers in clear, which TLS cannot read.
    await expect(linked(url).download(fileID, 1)).rejects.toThrow(/download a file: (ERR_SSL|EPROTO)/);
  });

  it('to a file that was deleted since means a missing file', async () => {
    const url = await serve((_, response) => response.writeHead(404).end());
    await expect(linked(url).download(fileID, 1)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('to a file that announces too many bytes is left before they come', async () => {
    const url = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '1000' }).flushHeaders();
    });
    await expect(linked(url).download(fileID, 999)).rejects.toMatchObject({ code: 'TOO_LARGE' });
  });

  it('that does not answer in time is unavailable', async () => {
    const url = await serve(() => {});
    await expect(linked(url, 20).download(fileID, 1)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  it('is asked over a connection of its own', async () => {
    const connections: (string | undefined)[] = [];
    const url = await serve((request, response) => {
      connections.push(request.headers.connection);
      response.end('x');
    });
    await linked(url).download(fileID, 1);
    expect(connections).toEqual(['close']);
  });
});
