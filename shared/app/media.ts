import { CloudError } from '../cloudbase/cloud-error.ts';
import { parseFileId } from '../cloudbase/file-id.ts';
import { createFiles, type Files } from '../cloudbase/files.ts';
import type { CloudFiles, MediaPorts } from '../merchants/ports.ts';
import { providerKind } from './accounts.ts';
import type { App } from './container.ts';
import { nonce, wechatpayClient } from './wechatpay-accounts.ts';

/** The ports of uploads, for the provider account of this function. @throws ConfigError */
export function mediaPorts(app: App): MediaPorts {
  return {
    clock: app.clock,
    documents: app.documents,
    files: app.once(buildFiles),
    client: () => wechatpayClient(app, providerKind(app)),
    log: app.log,
    randomHex: nonce,
  };
}

export function buildFiles(app: App): CloudFiles {
  return cloudFiles(createFiles(app.sdk), app.env.TCB_ENV ?? app.env.SCF_NAMESPACE ?? '');
}

/** @param envId of the environment this function runs in; files of other environments are treated as missing. */
export function cloudFiles(files: Files, envId: string): CloudFiles {
  return {
    pathOf(fileID) {
      const parsed = parseFileId(fileID);
      return parsed?.envId === envId ? parsed.path : undefined;
    },
    async download(fileID, maxBytes) {
      try {
        return await files.download(fileID, maxBytes);
      } catch (error) {
        if (error instanceof CloudError && error.code === 'NOT_FOUND') return 'not-found';
        if (error instanceof CloudError && error.code === 'TOO_LARGE') return 'too-large';
        throw error;
      }
    },
    remove: (fileID) => files.remove(fileID),
  };
}
