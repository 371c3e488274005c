/**
 * Detects a file's type by its first bytes, not by its name. Only types that WeChat Pay accepts: pictures
 * https://pay.weixin.qq.com/doc/v3/partner/4012760432, videos https://pay.weixin.qq.com/doc/v3/partner/4012760438
 */
export interface FileType {
  readonly kind: 'image' | 'video';
  readonly extension: string;
}

/** The extensions that a client may ask an upload path for. */
export const allowedExtensions: readonly string[] = [
  ...['jpg', 'jpeg', 'png', 'bmp'],
  ...['avi', 'wmv', 'mpeg', 'mpg', 'mp4', 'mov', 'mkv', 'flv', 'f4v', 'm4v', 'rmvb'],
];

/** @returns undefined for anything that WeChat Pay does not accept. */
export function fileTypeOf(bytes: Uint8Array): FileType | undefined {
  return imageType(bytes) ?? videoType(bytes);
}

function imageType(bytes: Uint8Array): FileType | undefined {
  if (startsWith(bytes, [0xff, 0xd8, 0xff])) return { kind: 'image', extension: 'jpg' };
  if (startsWith(bytes, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) {
    return { kind: 'image', extension: 'png' };
  }
  return isBitmap(bytes) ? { kind: 'image', extension: 'bmp' } : undefined;
}

/** Two letters are not enough evidence: the reserved bytes and the size of the second header must fit too. */
function isBitmap(bytes: Uint8Array): boolean {
  if (!hasText(bytes, 0, 'BM') || bytes.length < 26) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return view.getUint32(6) === 0 && [12, 40, 52, 56, 64, 108, 124].includes(view.getUint32(14, true));
}

const asf = [0x30, 0x26, 0xb2, 0x75, 0x8e, 0x66, 0xcf, 0x11, 0xa6, 0xd9, 0x00, 0xaa, 0x00, 0x62, 0xce, 0x6c];
const ebml = [0x1a, 0x45, 0xdf, 0xa3];
const movieBrands = [
  'isom',
  'iso2',
  'iso4',
  'iso5',
  'iso6',
  'mp41',
  'mp42',
  'avc1',
  'dash',
  'MSNV',
  '3gp4',
  '3gp5',
];

function videoType(bytes: Uint8Array): FileType | undefined {
  const extension = videoExtension(bytes);
  return extension === undefined ? undefined : { kind: 'video', extension };
}

function videoExtension(bytes: Uint8Array): string | undefined {
  if (hasText(bytes, 0, 'RIFF') && hasText(bytes, 8, 'AVI ')) return 'avi';
  if (startsWith(bytes, asf)) return 'wmv';
  if (startsWith(bytes, [0, 0, 1, 0xba]) || startsWith(bytes, [0, 0, 1, 0xb3])) return 'mpeg';
  if (startsWith(bytes, ebml)) return textOf(bytes, 0, 64).includes('matroska') ? 'mkv' : undefined;
  if (hasText(bytes, 0, 'FLV\u0001')) return 'flv';
  if (hasText(bytes, 0, '.RMF')) return 'rmvb';
  return hasText(bytes, 4, 'ftyp') ? movieExtension(textOf(bytes, 8, 12)) : oldMovie(bytes);
}

/** By the major brand, so that pictures in the same container (heic, avif) stay out. */
function movieExtension(brand: string): string | undefined {
  if (brand === 'qt  ') return 'mov';
  if (/^M4V/.test(brand)) return 'm4v';
  if (/^f4v/i.test(brand)) return 'f4v';
  return movieBrands.includes(brand) ? 'mp4' : undefined;
}

/** QuickTime files from before brands existed: recognised by the first atom. */
function oldMovie(bytes: Uint8Array): string | undefined {
  return ['moov', 'wide', 'mdat'].includes(textOf(bytes, 4, 8)) ? 'mov' : undefined;
}

function startsWith(bytes: Uint8Array, head: readonly number[]): boolean {
  return head.every((byte, index) => bytes[index] === byte);
}

function hasText(bytes: Uint8Array, at: number, text: string): boolean {
  return textOf(bytes, at, at + text.length) === text;
}

function textOf(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(from, to));
}
