/** The first bytes of files of every kind, for tests of what a file is. */
const ascii = (text: string) => [...text].map((character) => character.charCodeAt(0));

export const heads: Readonly<Record<string, readonly number[]>> = {
  jpg: [0xff, 0xd8, 0xff, 0xe0],
  png: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
  bmp: [...ascii('BM'), 0, 1, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0, 40, 0, 0, 0],
  avi: [...ascii('RIFF'), 0, 0, 0, 0, ...ascii('AVI ')],
  wmv: [0x30, 0x26, 0xb2, 0x75, 0x8e, 0x66, 0xcf, 0x11, 0xa6, 0xd9, 0x00, 0xaa, 0x00, 0x62, 0xce, 0x6c],
  mpeg: [0, 0, 1, 0xba],
  mp4: [0, 0, 0, 24, ...ascii('ftypisom')],
  mov: [0, 0, 0, 20, ...ascii('ftypqt  ')],
  mkv: [0x1a, 0x45, 0xdf, 0xa3, 0x42, 0x82, 0x88, ...ascii('matroska')],
  flv: [...ascii('FLV'), 1, 5],
  f4v: [0, 0, 0, 24, ...ascii('ftypf4v ')],
  m4v: [0, 0, 0, 24, ...ascii('ftypM4V ')],
  rmvb: ascii('.RMF'),
};

/** Files that WeChat Pay does not accept, whatever their names. */
export const foreignHeads: Readonly<Record<string, readonly number[]>> = {
  exe: ascii('MZ'),
  'two letters of a bitmap': [...ascii('BM'), ...Array<number>(24).fill(0xff)],
  gif: ascii('GIF89a'),
  webp: [...ascii('RIFF'), 0, 0, 0, 0, ...ascii('WEBP')],
  webm: [0x1a, 0x45, 0xdf, 0xa3, 0x42, 0x82, 0x84, ...ascii('webm')],
  heic: [0, 0, 0, 24, ...ascii('ftypheic')],
  pdf: ascii('%PDF-1.7'),
  svg: ascii('<svg xmlns="http://www.w3.org/2000/svg">'),
  html: ascii('<!doctype html>'),
};

export function fileOf(head: readonly number[], sizeBytes = 100): Uint8Array {
  const bytes = new Uint8Array(sizeBytes);
  bytes.set(head.slice(0, sizeBytes));
  return bytes;
}
