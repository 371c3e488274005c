/** Cloud storage: pictures that people put there, and how an instance gets at them. */
import { CloudError } from '../../shared/cloudbase/cloud-error.ts';
import type { Files } from '../../shared/cloudbase/files.ts';
import type { Cloud, Instance } from './cloud.ts';
import type { Faults } from './faults.ts';

/** The environment of all stories. */
export const envId = 'env';

/** What is stored, by fileID. */
export class Storage {
  readonly #files = new Map<string, Buffer>();

  /** As wx.cloud.uploadFile does. @returns the fileID */
  put(cloudPath: string, bytes: Buffer): string {
    const fileID = `cloud://${envId}.bucket/${cloudPath}`;
    this.#files.set(fileID, bytes);
    return fileID;
  }

  has(fileID: string): boolean {
    return this.#files.has(fileID);
  }

  read(fileID: string, limitBytes: number): Buffer {
    const bytes = this.#files.get(fileID);
    if (!bytes) throw new CloudError('NOT_FOUND', 'The file does not exist.');
    if (bytes.length > limitBytes) throw new CloudError('TOO_LARGE', `The file exceeds ${limitBytes} bytes.`);
    return bytes;
  }

  remove(fileID: string): void {
    this.#files.delete(fileID);
  }
}

export interface FilesOptions {
  readonly cloud: () => Cloud;
  readonly faults: Faults;
  readonly storage: Storage;
}

export function filesOf({ cloud, faults, storage }: FilesOptions, instance: Instance): Files {
  const perform = <T>(what: string, effect: () => T): Promise<T> =>
    cloud().perform(instance, 'file operation', `${what} a file`, {
      before: async () => {
        if (faults.strikes('file operation fails')) throw new CloudError('FAILED', `${what} a file`);
      },
      effect: async () => effect(),
      after: async () => {
        if (faults.strikes('answer of a file operation lost after its effect'))
          throw new CloudError('UNAVAILABLE', `${what} a file: no answer`);
      },
    });
  return {
    download: (fileID, limitBytes) => perform('download', () => storage.read(fileID, limitBytes)),
    remove: (fileID) => perform('delete', () => storage.remove(fileID)),
  };
}
