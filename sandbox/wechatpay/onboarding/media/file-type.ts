/** Detects a file's type from its first bytes, regardless of its name. */

type Signature = (bytes: Buffer) => boolean;

const startsWith =
  (...prefix: number[]): Signature =>
  (bytes) =>
    bytes.subarray(0, prefix.length).equals(Buffer.from(prefix));

const textAt =
  (at: number, ...options: string[]): Signature =>
  (bytes) =>
    options.some((option) => bytes.subarray(at, at + option.length).toString('latin1') === option);

const isoMedia = textAt(4, 'ftyp', 'moov', 'mdat', 'wide', 'free', 'skip');
const matroska = startsWith(0x1a, 0x45, 0xdf, 0xa3);
const flash = textAt(0, 'FLV');

/** 媒体图片只支持JPG、BMP、PNG格式. */
export const imageSignatures: Readonly<Record<string, Signature>> = {
  jpg: startsWith(0xff, 0xd8, 0xff),
  bmp: textAt(0, 'BM'),
  png: startsWith(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
};

/** 视频支持avi、wmv、mpeg、mp4、mov、mkv、flv、f4v、m4v、rmvb格式. */
export const videoSignatures: Readonly<Record<string, Signature>> = {
  avi: (bytes) => textAt(0, 'RIFF')(bytes) && textAt(8, 'AVI ')(bytes),
  wmv: startsWith(0x30, 0x26, 0xb2, 0x75, 0x8e, 0x66, 0xcf, 0x11),
  mpeg: (bytes) => startsWith(0, 0, 1, 0xba)(bytes) || startsWith(0, 0, 1, 0xb3)(bytes),
  mp4: isoMedia,
  mov: isoMedia,
  mkv: matroska,
  flv: flash,
  f4v: (bytes) => isoMedia(bytes) || flash(bytes),
  m4v: isoMedia,
  rmvb: textAt(0, '.RMF'),
};

/** The lower-case extension of a file name, without the dot; empty when there is none. */
export function extensionOf(filename: string): string {
  return /\.([A-Za-z0-9]{1,8})$/.exec(filename)?.[1]?.toLowerCase() ?? '';
}

/** Based on the content, never on the uploaded name, because the inspector displays these files. */
export const contentTypeOf = (kind: 'image' | 'video', extension: string): string =>
  `${kind}/${extension === 'jpg' ? 'jpeg' : extension}`;
