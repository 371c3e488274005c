/** Files in cloud storage: docs.cloudbase.net/api-reference/server/node-sdk/storage */
import type { IncomingMessage } from 'node:http';
import { CloudError } from './cloud-error.ts';
import { parseFileId } from './file-id.ts';
import { attempt } from './retry.ts';
import type { SdkLoader } from './sdk.ts';

export interface Files {
  /**
   * The file's bytes, never more than `limitBytes` in memory.
   * @throws CloudError `TOO_LARGE`, `NOT_FOUND`, `UNAVAILABLE`, or `INVALID` when it is not a fileID.
   */
  download(fileID: string, limitBytes: number): Promise<Buffer>;
  /** Deletes the file; a file that no longer exists is not an error. @throws CloudError */
  remove(fileID: string): Promise<void>;
}

/** The link is used at once; 600 s is what the SDK's own download asks for. */
const linkLifeSeconds = 600;

/** @param timeoutMs how long a download waits for the next bytes. Default 8000. */
export function createFiles(sdk: SdkLoader, timeoutMs = 8000): Files {
  return {
    async download(fileID, limitBytes) {
      checkFileId(fileID);
      const app = await sdk();
      const url = await attempt('link to a file', 'read', async () => {
        const { fileList } = await app.getTempFileURL({ fileList: [{ fileID, maxAge: linkLifeSeconds }] });
        return linkOf(fileList?.[0]);
      });
      return attempt('download a file', 'read', () => fetchLimited(url, limitBytes, timeoutMs));
    },
    async remove(fileID) {
      checkFileId(fileID);
      const app = await sdk();
      // Deleting is idempotent, so it may be repeated like a read.
      const { fileList } = await attempt('delete a file', 'read', () =>
        app.deleteFile({ fileList: [fileID] }),
      );
      const outcome: unknown = fileList?.[0];
      const code = field(outcome, 'code');
      if (code !== 'SUCCESS' && !isMissing(code)) {
        throw new CloudError('FAILED', `delete a file: ${String(code ?? 'no answer for it')}`);
      }
    },
  };
}

function checkFileId(fileID: string): void {
  if (!parseFileId(fileID)) throw new CloudError('INVALID', 'This is not a fileID.');
}

function linkOf(entry: unknown): string {
  const code = field(entry, 'code');
  const url = field(entry, 'tempFileURL');
  if (code === 'SUCCESS' && typeof url === 'string' && url !== '') return url;
  if (isMissing(code)) throw new CloudError('NOT_FOUND', 'The file does not exist.');
  throw new CloudError('FAILED', `link to a file: ${String(code ?? 'no answer for it')}`);
}

function isMissing(code: unknown): boolean {
  return typeof code === 'string' && /NON_?EXIST|NOT_?EXIST|NO_?SUCH|NOT_?FOUND/i.test(code);
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

/**
 * The SDK's own downloadFile buffers the whole body, however large, so the link is fetched here and aborted once the
 * limit is exceeded.
 */
async function fetchLimited(url: string, limitBytes: number, timeoutMs: number): Promise<Buffer> {
  const address = new URL(url);
  if (address.protocol !== 'https:' && address.protocol !== 'http:') {
    throw new CloudError('FAILED', 'The link to the file is not an http(s) URL.');
  }
  const { get } = address.protocol === 'https:' ? await import('node:https') : await import('node:http');
  return new Promise((resolve, reject) => {
    const request = get(address, { timeout: timeoutMs, agent: false }, (response) => {
      collect(response, limitBytes).then(resolve, (error: unknown) => {
        request.destroy();
        reject(error);
      });
    });
    request.on('timeout', () =>
      request.destroy(Object.assign(new Error('timeout'), { code: 'ESOCKETTIMEDOUT' })),
    );
    request.on('error', reject);
  });
}

async function collect(response: IncomingMessage, limitBytes: number): Promise<Buffer> {
  const status = response.statusCode ?? 0;
  if (status === 404) throw new CloudError('NOT_FOUND', 'The file does not exist.');
  if (status !== 200) throw Object.assign(new Error(`status ${status}`), { code: status });
  const tooLarge = () => new CloudError('TOO_LARGE', `The file exceeds ${limitBytes} bytes.`);
  if (Number(response.headers['content-length'] ?? 0) > limitBytes) throw tooLarge();
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of response) {
    sizeBytes += chunk.length;
    if (sizeBytes > limitBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, sizeBytes);
}
