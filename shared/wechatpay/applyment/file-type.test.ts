import { describe, expect, it } from 'vitest';
import { allowedExtensions, fileTypeOf } from './file-type.ts';
import { fileOf, foreignHeads, heads } from './testing/files.ts';

const ascii = (text: string) => [...text].map((character) => character.charCodeAt(0));
const movie = (brand: string) => [0, 0, 0, 24, ...ascii(`ftyp${brand}`)];
const bitmap = (headerSize: number, reserved = 0) => [
  ...[...ascii('BM'), 0, 1, 0, 0, reserved, 0, 0, 0, 54, 0, 0, 0],
  ...[headerSize, 0, 0, 0],
];

describe('a file', () => {
  it.each(Object.entries(heads))('of type %s is known by its first bytes', (extension, head) => {
    const kind = ['jpg', 'png', 'bmp'].includes(extension) ? 'image' : 'video';
    expect(fileTypeOf(fileOf(head))).toEqual({ kind, extension });
    expect(allowedExtensions).toContain(extension);
  });

  it.each(Object.entries(foreignHeads))('that is %s is not accepted', (_, head) => {
    expect(fileTypeOf(fileOf(head))).toBeUndefined();
  });

  it('that is empty has no type', () => {
    expect(fileTypeOf(new Uint8Array(0))).toBeUndefined();
  });

  it.each([
    ['another mark of MPEG', [0, 0, 1, 0xb3], 'mpeg'],
    ...['M4VH', 'M4VP'].map((brand) => [`the brand ${brand}`, movie(brand), 'm4v'] as const),
    ...['f4v ', 'F4V '].map((brand) => [`the brand ${brand}`, movie(brand), 'f4v'] as const),
    ...['iso2', 'mp42', 'avc1'].map((brand) => [`the brand ${brand}`, movie(brand), 'mp4'] as const),
    ...['moov', 'wide', 'mdat'].map(
      (atom) => [`an old QuickTime atom ${atom}`, [0, 0, 0, 8, ...ascii(atom)], 'mov'] as const,
    ),
    ...[12, 40, 52, 56, 64, 108, 124].map(
      (size) => [`a bitmap header of ${size} bytes`, bitmap(size), 'bmp'] as const,
    ),
  ] as const)('with %s is known, too', (_, head, extension) => {
    expect(fileTypeOf(fileOf(head))?.extension).toBe(extension);
  });

  it.each([
    ['the mark of JPEG, in part', [0xff, 0xd8, 0]],
    ['the mark of PNG, but for its end', [...heads.png!.slice(0, 7), 0x0d]],
    ['a bitmap header of another size', bitmap(41)],
    ['a bitmap with something in its reserved bytes', bitmap(40, 1)],
    ['a bitmap header without BM', [0, 0, ...bitmap(40).slice(2)]],
    ['the mark of AVI outside RIFF', [...ascii('RIFX'), 0, 0, 0, 0, ...ascii('AVI ')]],
    ['the mark of ASF, but for its end', [...heads.wmv!.slice(0, 15), 0]],
    ['a mark near that of MPEG', [0, 0, 1, 0xb9]],
    ['matroska outside EBML', [...Array<number>(8).fill(0), ...ascii('matroska')]],
    ['FLV of another version', [...ascii('FLV'), 2]],
    ['a brand in which M4V comes later', movie(' M4V')],
    ['a brand in which f4v comes later', movie(' f4v')],
    ['an unknown atom', [0, 0, 0, 8, ...ascii('free')]],
  ])('with %s has no type', (_, head) => {
    expect(fileTypeOf(fileOf(head))).toBeUndefined();
  });
});

describe('a bitmap', () => {
  it.each([3, 20, 25])('needs both headers, which %d bytes cannot hold', (sizeBytes) => {
    expect(fileTypeOf(fileOf(bitmap(40), sizeBytes))).toBeUndefined();
    expect(fileTypeOf(fileOf(bitmap(40), 26))?.extension).toBe('bmp');
  });

  it('is read where it begins, in whatever memory it is', () => {
    const memory = new Uint8Array(200);
    memory.set(bitmap(40), 100);
    expect(fileTypeOf(memory.subarray(100))?.extension).toBe('bmp');
  });
});
