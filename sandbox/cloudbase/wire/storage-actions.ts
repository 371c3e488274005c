/** storage.*: permissions to upload, temporary links, deletion. At most 50 files in one call. */

import { isPlainObject, type PlainObject } from '../database/values.ts';
import type { FileStore } from '../files/store.ts';
import { CloudError, invalidParam } from './errors.ts';

const maxFilesPerCall = 50;

/** Runs one action; `undefined` when it is not a storage action known here. @throws CloudError */
export function runStorageAction(
  files: FileStore,
  baseUrl: string,
  params: PlainObject,
): PlainObject | undefined {
  switch (params.action) {
    case 'storage.getUploadMetadata':
      return getUploadMetadata(files, baseUrl, params);
    case 'storage.batchGetDownloadUrl':
      return {
        data: { download_list: batch(params.file_list).map((item) => downloadUrl(files, baseUrl, item)) },
      };
    case 'storage.batchDeleteFile':
      return { data: { delete_list: batch(params.fileid_list).map((fileID) => deleteFile(files, fileID)) } };
    default:
      return undefined;
  }
}

function getUploadMetadata(files: FileStore, baseUrl: string, params: PlainObject): PlainObject {
  const fileId = files.fileIdOf(params.path);
  const token = files.createUpload(String(params.path));
  return {
    data: {
      url: `${baseUrl}/_cloud/files/upload?token=${token}`,
      token,
      authorization: `q-sign-algorithm=sandbox&q-token=${token}`,
      fileId,
      cosFileId: token,
      download_url: `${baseUrl}/_cloud/files/download?${files.linkQuery(fileId)}`,
    },
  };
}

function downloadUrl(files: FileStore, baseUrl: string, item: unknown): PlainObject {
  if (!isPlainObject(item) || typeof item.fileid !== 'string') throw invalidParam('file_list needs fileid');
  const fileID = item.fileid;
  if (!files.read(fileID)) return { fileID, fileid: fileID, tempFileURL: '', code: 'STORAGE_FILE_NONEXIST' };
  const query = files.linkQuery(fileID, typeof item.max_age === 'number' ? item.max_age : undefined);
  const url = `${baseUrl}/_cloud/files/download?${query}`;
  return { fileID, fileid: fileID, tempFileURL: url, download_url: url, code: 'SUCCESS' };
}

function deleteFile(files: FileStore, fileID: unknown): PlainObject {
  if (typeof fileID !== 'string') throw invalidParam('fileid_list needs texts');
  return { fileID, code: files.remove(fileID) ? 'SUCCESS' : 'STORAGE_FILE_NONEXIST' };
}

function batch(list: unknown): unknown[] {
  if (!Array.isArray(list)) throw invalidParam('a list of files is required');
  if (list.length > maxFilesPerCall) {
    throw new CloudError('INVALID_PARAM', `at most ${maxFilesPerCall} files in one call, not ${list.length}`);
  }
  return list;
}
