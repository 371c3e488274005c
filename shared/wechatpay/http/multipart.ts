/**
 * The multipart body of a media upload, built manually: WeChat Pay wants exactly a `meta` part of JSON without a
 * filename and a `file` part with one, and Node's FormData gives a JSON part `filename="blob"`.
 */
import { createHash } from 'node:crypto';
import { WechatpayError } from '../errors.ts';

const mediaTypes: Readonly<Record<string, string>> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  bmp: 'image/bmp',
  avi: 'video/x-msvideo',
  wmv: 'video/x-ms-wmv',
  mpeg: 'video/mpeg',
  mp4: 'video/mp4',
  mov: 'video/quicktime',
  mkv: 'video/x-matroska',
  flv: 'video/x-flv',
  f4v: 'video/x-f4v',
  m4v: 'video/x-m4v',
  rmvb: 'application/vnd.rn-realmedia-vbr',
  // 文件上传 takes PDF, and the uploads of other families tables and texts.
  pdf: 'application/pdf',
  csv: 'text/csv',
  txt: 'text/plain',
};

export interface MediaUpload {
  readonly bytes: Uint8Array;
  readonly contentType: string;
  /** The text of the meta part: the only thing that is signed. */
  readonly signedText: string;
}

/**
 * @param options.part the name of the form part that holds the file.
 * @param options.meta further members of the meta part.
 * @throws WechatpayError REQUEST_INVALID for an empty file, a type that WeChat Pay does not accept, or a filename that
 * would break the headers of its part.
 */
export function mediaUpload(
  file: { readonly filename: string; readonly bytes: Uint8Array },
  { part = 'file', meta = {} }: { readonly part?: string; readonly meta?: object } = {},
): MediaUpload {
  const mediaType = mediaTypeOf(file.filename);
  if (file.bytes.byteLength === 0) {
    throw new WechatpayError(
      'fault',
      'REQUEST_INVALID',
      `${file.filename} is empty; there is nothing to upload.`,
    );
  }
  const sha256 = createHash('sha256').update(file.bytes).digest('hex');
  const signedText = JSON.stringify({ ...meta, filename: file.filename, sha256 });
  // Derived from the content, so that a repeated upload is byte for byte the same and no randomness is needed.
  // A file cannot contain its own SHA-256, nor a boundary made of it, by accident.
  const boundary = `----wechatpay${sha256.slice(0, 40)}`;
  const head = [
    `--${boundary}`,
    'Content-Disposition: form-data; name="meta"',
    'Content-Type: application/json',
    '',
    signedText,
    `--${boundary}`,
    `Content-Disposition: form-data; name="${part}"; filename="${file.filename}"`,
    `Content-Type: ${mediaType}`,
    '',
    '',
  ].join('\r\n');
  const bytes = Buffer.concat([Buffer.from(head), file.bytes, Buffer.from(`\r\n--${boundary}--\r\n`)]);
  return { bytes, contentType: `multipart/form-data; boundary=${boundary}`, signedText };
}

function mediaTypeOf(filename: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not get into a header.
  if (/["\\\x00-\x1f\x7f]/.test(filename) || filename.length > 128) {
    throw new WechatpayError(
      'fault',
      'REQUEST_INVALID',
      'The filename holds a quote, a backslash or a control character, or is longer than 128. Give the upload a plain name such as front.jpg.',
    );
  }
  const extension = /\.([A-Za-z0-9]+)$/.exec(filename)?.[1]?.toLowerCase() ?? '';
  if (Object.hasOwn(mediaTypes, extension)) return mediaTypes[extension]!;
  throw new WechatpayError(
    'fault',
    'REQUEST_INVALID',
    `WeChat Pay takes no file of type ".${extension}". It takes ${Object.keys(mediaTypes).join(', ')}.`,
  );
}
