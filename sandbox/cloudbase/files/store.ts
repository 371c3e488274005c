/** Cloud storage: bytes by cloud path, who uploaded them, and links that expire on the sandbox's clock. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { EmulatorFiles, StoredFile } from '../types.ts';
import { CloudError, invalidParam } from '../wire/errors.ts';

/** A temporary link's default and maximum lifetime, in seconds. */
const defaultLinkSeconds = 7_200;
const maxLinkSeconds = 31_536_000;
const maxFileBytes = 100 * 1024 * 1024;

export interface FileChange {
  op: 'put' | 'remove';
  file: StoredFile;
}

interface Entry {
  file: StoredFile;
  bytes: Uint8Array;
}

export class FileStore implements EmulatorFiles {
  readonly #entries = new Map<string, Entry>();
  readonly #uploads = new Map<string, string>();
  readonly #secret = randomBytes(32);
  readonly #root: string;
  readonly #now: () => number;
  readonly #onChange: (change: FileChange) => void;

  constructor(options: { envId: string; now: () => number; onChange: (change: FileChange) => void }) {
    // <bucket> is <hex>-<envId>-<account>, as in the cloud.
    this.#root = `cloud://${options.envId}.7361-${options.envId}-1300000000/`;
    this.#now = options.now;
    this.#onChange = options.onChange;
  }

  list(): StoredFile[] {
    return [...this.#entries.values()].map(({ file }) => file);
  }

  read(fileID: string): Entry | undefined {
    return this.#entries.get(fileID);
  }

  put(
    cloudPath: string,
    bytes: Uint8Array,
    options: { contentType?: string; ownerOpenid?: string } = {},
  ): string {
    const fileID = this.fileIdOf(cloudPath);
    if (bytes.byteLength > maxFileBytes) throw invalidParam(`file is larger than ${maxFileBytes} bytes`);
    const before = this.#entries.get(fileID)?.file;
    const file: StoredFile = {
      fileID,
      cloudPath,
      contentType: options.contentType ?? contentTypeOf(cloudPath),
      sizeBytes: bytes.byteLength,
      ownerOpenid: options.ownerOpenid ?? before?.ownerOpenid,
      uploadedAtMs: this.#now(),
    };
    this.#entries.set(fileID, { file, bytes });
    this.#onChange({ op: 'put', file });
    return fileID;
  }

  /**
   * A user's upload under the default rule of storage: everybody reads, only the creator writes.
   * @throws CloudError STORAGE_EXCEED_AUTHORITY when the path belongs to someone else.
   */
  putAsUser(openid: string, cloudPath: string, bytes: Uint8Array, contentType?: string): string {
    const owner = this.#entries.get(this.fileIdOf(cloudPath))?.file;
    if (owner && owner.ownerOpenid !== openid) {
      throw new CloudError(
        'STORAGE_EXCEED_AUTHORITY',
        'storage permission denied: only the creator may write',
      );
    }
    return this.put(cloudPath, bytes, { ownerOpenid: openid, ...(contentType ? { contentType } : {}) });
  }

  remove(fileID: string): boolean {
    const entry = this.#entries.get(fileID);
    if (!entry) return false;
    this.#entries.delete(fileID);
    this.#onChange({ op: 'remove', file: entry.file });
    return true;
  }

  clear(): void {
    this.#entries.clear();
    this.#uploads.clear();
  }

  /** @throws CloudError INVALID_PARAM for a path that the cloud refuses. */
  fileIdOf(cloudPath: unknown): string {
    if (typeof cloudPath !== 'string' || cloudPath === '' || Buffer.byteLength(cloudPath) > 850) {
      throw invalidParam('cloudPath must be a text of 1 to 850 bytes');
    }
    if (cloudPath.startsWith('/') || cloudPath.includes('//') || /(^|\/)\.\.?(\/|$)/.test(cloudPath)) {
      throw invalidParam(`cloudPath must not start with / nor hold empty or dot segments: ${cloudPath}`);
    }
    return this.#root + cloudPath;
  }

  /** A one-time permission to PUT this path, as getUploadMetadata gives it. */
  createUpload(cloudPath: string): string {
    this.fileIdOf(cloudPath);
    const token = randomBytes(16).toString('hex');
    this.#uploads.set(token, cloudPath);
    return token;
  }

  takeUpload(token: string): string | undefined {
    const cloudPath = this.#uploads.get(token);
    this.#uploads.delete(token);
    return cloudPath;
  }

  /** The query of a temporary link. The file's path is not part of it: SDKs encode the link once more. */
  linkQuery(fileID: string, maxAgeSeconds = defaultLinkSeconds): string {
    const expiresAt = Math.floor(this.#now() / 1000) + Math.min(maxAgeSeconds, maxLinkSeconds);
    const id = Buffer.from(fileID).toString('base64url');
    return `id=${id}&t=${expiresAt}&sign=${this.#sign(id, expiresAt)}`;
  }

  /** @returns the file of a valid link; undefined when it is forged, expired or the file is gone. */
  openLink(query: URLSearchParams): Entry | undefined {
    const [id, expiresAt, sign] = [query.get('id') ?? '', Number(query.get('t')), query.get('sign') ?? ''];
    const expected = Buffer.from(this.#sign(id, expiresAt));
    const given = Buffer.from(sign);
    if (expected.length !== given.length || !timingSafeEqual(expected, given)) return undefined;
    if (expiresAt * 1000 < this.#now()) return undefined;
    return this.#entries.get(Buffer.from(id, 'base64url').toString('utf8'));
  }

  #sign(id: string, expiresAt: number): string {
    return createHmac('sha256', this.#secret).update(`${id}.${expiresAt}`).digest('hex').slice(0, 32);
  }
}

const contentTypes: Record<string, string> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  bmp: 'image/bmp',
  gif: 'image/gif',
  mp4: 'video/mp4',
  avi: 'video/x-msvideo',
  mov: 'video/quicktime',
  mkv: 'video/x-matroska',
  wmv: 'video/x-ms-wmv',
  flv: 'video/x-flv',
  mpeg: 'video/mpeg',
  json: 'application/json',
  txt: 'text/plain',
};

function contentTypeOf(cloudPath: string): string {
  const extension = cloudPath.split('.').pop()?.toLowerCase() ?? '';
  return contentTypes[extension] ?? 'application/octet-stream';
}
