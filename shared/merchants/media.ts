import * as z from 'zod/mini';
import type { UploadMediaAnswer } from '../contract/index.ts';
import { CommerceError } from '../core/errors.ts';
import { parseInput } from '../core/input.ts';
import { allowedExtensions, type FileType, fileTypeOf } from '../wechatpay/applyment/file-type.ts';
import type { MediaFile } from '../wechatpay/routes/types.ts';
import { type MediaDocument, mediaCollection } from './media-document.ts';
import type { MediaPorts } from './ports.ts';

/** 图片 ≤ 2 MB, 视频 ≤ 5 MB. */
export const maxMediaBytes = { image: 2 * 1024 * 1024, video: 5 * 1024 * 1024 } as const;

const uploadRoutes = {
  image: 'POST /v3/merchant/media/upload',
  video: 'POST /v3/merchant/media/video_upload',
} as const;

const uploadMediaRequest = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('begin'), extension: z.string() }),
  z.strictObject({ action: z.literal('finish'), fileID: z.string() }),
]);

/**
 * uploadMedia, for one user.
 * @throws CommerceError BAD_REQUEST, and the FILE_… codes
 */
export async function answerUploadMedia(
  ports: MediaPorts,
  openid: string,
  event: unknown,
): Promise<UploadMediaAnswer> {
  const request = parseInput(uploadMediaRequest, event);
  return request.action === 'begin'
    ? beginUpload(ports, openid, request.extension)
    : finishUpload(ports, openid, request.fileID);
}

/**
 * Where `wx.cloud.uploadFile` must put the file: below the caller's own openid, under a name nobody can guess.
 * @throws CommerceError FILE_TYPE_NOT_ALLOWED
 */
function beginUpload(ports: MediaPorts, openid: string, extension: string): UploadMediaAnswer {
  return { action: 'begin', cloudPath: uploadPath(ports, folderOf(openid), extension) };
}

/** A path in a folder, under a name nobody can guess. @throws CommerceError FILE_TYPE_NOT_ALLOWED */
export function uploadPath(
  { randomHex }: Pick<MediaPorts, 'randomHex'>,
  folder: string,
  extension: string,
): string {
  const lower = extension.toLowerCase().replace(/^\./, '');
  if (!allowedExtensions.includes(lower)) throw notAllowed(['image', 'video']);
  return `${folder}${randomHex()}.${lower}`;
}

/**
 * Hands a file to WeChat Pay. A file that is not the caller's is not touched.
 * @throws CommerceError the codes of `takeFile`, and those for WeChat Pay's errors
 */
export async function finishUpload(
  ports: MediaPorts,
  openid: string,
  fileID: string,
): Promise<UploadMediaAnswer> {
  const mediaId = await takeFile(ports, folderOf(openid), fileID, ['image', 'video'], async (file, kind) => {
    const { media_id } = await ports.client().request(uploadRoutes[kind], { file });
    await record(ports, { _id: media_id, openid, kind, createdAtMs: ports.clock.nowMs() });
    return media_id;
  });
  return { action: 'finish', mediaId };
}

/**
 * Passes a validated file of a folder to `use`, then deletes it from cloud storage, whether `use` succeeded or not.
 * @throws CommerceError FILE_NOT_YOURS, FILE_NOT_FOUND, FILE_EMPTY, FILE_TOO_LARGE, FILE_TYPE_NOT_ALLOWED
 */
export async function takeFile<T>(
  ports: Pick<MediaPorts, 'files' | 'log' | 'randomHex'>,
  folder: string,
  fileID: string,
  kinds: readonly FileType['kind'][],
  use: (file: MediaFile, kind: FileType['kind']) => Promise<T>,
): Promise<T> {
  const path = ports.files.pathOf(fileID);
  if (path === undefined || !isWithin(path, folder)) throw new CommerceError('FILE_NOT_YOURS');
  try {
    const bytes = await ports.files.download(fileID, maxMediaBytes.video);
    if (bytes === 'not-found') throw new CommerceError('FILE_NOT_FOUND');
    const meant = kindsMeant(path, kinds);
    if (bytes === 'too-large') throw tooLarge(meant);
    const type = checkFile(bytes, kinds, meant);
    const filename = `${ports.randomHex().slice(0, 16)}.${type.extension}`;
    return await use({ filename, bytes }, type.kind);
  } finally {
    await removeFile(ports, fileID);
  }
}

/** @param meant the kinds that an error names */
function checkFile(bytes: Uint8Array, kinds: Kinds, meant: Kinds): FileType {
  if (bytes.length === 0) throw new CommerceError('FILE_EMPTY');
  const type = fileTypeOf(bytes);
  if (!type || !kinds.includes(type.kind)) throw notAllowed(meant);
  if (bytes.length > maxMediaBytes[type.kind]) throw tooLarge([type.kind]);
  return type;
}

type Kinds = readonly FileType['kind'][];

/** Somebody who uploads a photo of a licence need not read about videos. */
function kindsMeant(path: string, kinds: Kinds): Kinds {
  return /\.(jpe?g|png|bmp)$/i.test(path) ? ['image'] : kinds;
}

/** The same bytes may get the same media_id; it stays with the first uploader. */
async function record(ports: MediaPorts, doc: MediaDocument): Promise<void> {
  const known = await ports.documents.insertIfAbsent(mediaCollection, doc);
  if (known && known.openid !== doc.openid) throw new CommerceError('FILE_NOT_YOURS');
}

/** A picture of an ID card must not stay behind unnoticed: that it could not be deleted is an error in the log. */
async function removeFile(ports: Pick<MediaPorts, 'files' | 'log'>, fileID: string): Promise<void> {
  try {
    await ports.files.remove(fileID);
  } catch {
    ports.log.error('media_file_not_deleted', { fileID });
  }
}

function folderOf(openid: string): string {
  return `applyments/${openid}/`;
}

function isWithin(path: string, folder: string): boolean {
  return path.startsWith(folder) && /^[\w-]+\.\w+$/.test(path.slice(folder.length));
}

const formats = {
  image: { zh: '图片须为 JPG、PNG 或 BMP', en: 'a picture (JPG, PNG, BMP)' },
  video: {
    zh: '视频须为 AVI、WMV、MPEG、MP4、MOV、MKV、FLV、F4V、M4V 或 RMVB',
    en: 'a video (AVI, WMV, MPEG, MP4, MOV, MKV, FLV, F4V, M4V, RMVB)',
  },
};

function notAllowed(kinds: Kinds): CommerceError {
  return new CommerceError('FILE_TYPE_NOT_ALLOWED', {
    texts: {
      zh: `不支持此文件类型：${kinds.map((kind) => formats[kind].zh).join('，')}。`,
      en: `Not ${kinds.map((kind) => formats[kind].en).join(' or ')}.`,
    },
  });
}

const limits = {
  image: { zh: '图片最大 2 MB', en: '2 MB for a picture' },
  video: { zh: '视频最大 5 MB', en: '5 MB for a video' },
};

function tooLarge(kinds: Kinds): CommerceError {
  return new CommerceError('FILE_TOO_LARGE', {
    texts: {
      zh: `文件过大：${kinds.map((kind) => limits[kind].zh).join('，')}。`,
      en: `The file is too large: ${kinds.map((kind) => limits[kind].en).join(', ')}.`,
    },
  });
}
