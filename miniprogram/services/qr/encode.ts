/**
 * QR codes (ISO/IEC 18004), byte mode, error correction level M: written here because the mini-program then
 * needs no npm build to open in DevTools. Checked against another implementation in the tests.
 */
import { correctionOf } from './reed-solomon';

/** Per version 1…40: correction codewords in a block, and number of blocks, at level M. */
const correctionPerBlock = [
  10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26, 26, 28, 28, 28, 28, 28, 28,
  28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28,
];
const blockCounts = [
  1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16, 17, 17, 18, 20, 21, 23, 25, 26, 28, 29,
  31, 33, 35, 37, 38, 40, 43, 45, 47, 49,
];
const levelBits = 0;

/**
 * @param mask 0 to 7; the best one when absent.
 * @returns rows of modules, true for dark.
 * @throws RangeError for more than 2,331 bytes.
 */
export function encodeQr(text: string, mask?: number): boolean[][] {
  const bytes = utf8(text);
  const version = versionFor(bytes.length);
  const code = new Matrix(version);
  code.drawPatterns();
  code.drawCodewords(interleave(dataCodewords(bytes, version), version));
  code.applyMask(mask ?? code.bestMask());
  return code.modules;
}

function utf8(text: string): number[] {
  return [...percentDecoded(encodeURIComponent(text))].map((char) => char.charCodeAt(0));
}

const percentDecoded = (text: string) =>
  text.replace(/%([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));

function rawModules(version: number): number {
  const base = (16 * version + 128) * version + 64;
  if (version < 2) return base;
  const align = Math.floor(version / 7) + 2;
  return base - ((25 * align - 10) * align - 55) - (version >= 7 ? 36 : 0);
}

function dataCapacity(version: number): number {
  const [perBlock = 0, blocks = 0] = [correctionPerBlock[version - 1], blockCounts[version - 1]];
  return Math.floor(rawModules(version) / 8) - perBlock * blocks;
}

const lengthBits = (version: number) => (version < 10 ? 8 : 16);

function versionFor(length: number): number {
  for (let version = 1; version <= 40; version += 1) {
    if (4 + lengthBits(version) + 8 * length <= 8 * dataCapacity(version)) return version;
  }
  throw new RangeError(`${length} bytes do not fit into a QR code`);
}

function dataCodewords(bytes: readonly number[], version: number): number[] {
  const bits: number[] = [];
  const push = (value: number, count: number) => {
    for (let bit = count - 1; bit >= 0; bit -= 1) bits.push((value >> bit) & 1);
  };
  push(4, 4);
  push(bytes.length, lengthBits(version));
  for (const byte of bytes) push(byte, 8);
  const capacity = 8 * dataCapacity(version);
  push(0, Math.min(4, capacity - bits.length));
  push(0, (8 - (bits.length % 8)) % 8);
  for (let pad = 0xec; bits.length < capacity; pad ^= 0xec ^ 0x11) push(pad, 8);
  return Array.from({ length: bits.length / 8 }, (_, index) =>
    parseInt(bits.slice(8 * index, 8 * index + 8).join(''), 2),
  );
}

/** Splits the data into blocks, adds error correction, and interleaves both codeword by codeword. */
function interleave(data: readonly number[], version: number): number[] {
  const [perBlock = 0, blocks = 0] = [correctionPerBlock[version - 1], blockCounts[version - 1]];
  const total = Math.floor(rawModules(version) / 8);
  const shortBlocks = blocks - (total % blocks);
  const shortLength = Math.floor(total / blocks) - perBlock;
  const parts: { data: number[]; correction: number[] }[] = [];
  for (let index = 0, at = 0; index < blocks; index += 1) {
    const length = shortLength + (index < shortBlocks ? 0 : 1);
    const part = data.slice(at, at + length);
    parts.push({ data: part, correction: correctionOf(part, perBlock) });
    at += length;
  }
  const result: number[] = [];
  for (let index = 0; index <= shortLength; index += 1) {
    for (const part of parts) if (index < part.data.length) result.push(part.data[index] ?? 0);
  }
  for (let index = 0; index < perBlock; index += 1)
    for (const part of parts) result.push(part.correction[index] ?? 0);
  return result;
}

const masks: readonly ((x: number, y: number) => boolean)[] = [
  (x, y) => (x + y) % 2 === 0,
  (_, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];

class Matrix {
  readonly size: number;
  readonly modules: boolean[][];
  /** Patterns and format bits, which masks leave alone. */
  readonly #fixed: boolean[][];
  readonly #version: number;

  constructor(version: number) {
    this.#version = version;
    this.size = 17 + 4 * version;
    const grid = () => Array.from({ length: this.size }, () => new Array<boolean>(this.size).fill(false));
    this.modules = grid();
    this.#fixed = grid();
  }

  drawPatterns(): void {
    for (let index = 0; index < this.size; index += 1) {
      this.#fix(6, index, index % 2 === 0);
      this.#fix(index, 6, index % 2 === 0);
    }
    const last = this.size - 4;
    for (const [x, y] of [
      [3, 3],
      [last, 3],
      [3, last],
    ] as const)
      this.#finder(x, y);
    const centres = this.#alignmentCentres();
    for (const [row, y] of centres.entries()) {
      for (const [column, x] of centres.entries()) {
        const end = centres.length - 1;
        const atFinder = (row === 0 && (column === 0 || column === end)) || (row === end && column === 0);
        if (!atFinder) this.#square(x, y, 2, (distance) => distance !== 1);
      }
    }
    this.#drawFormat(0);
    this.#drawVersion();
  }

  #fix(x: number, y: number, dark: boolean): void {
    const [row, fixed] = [this.modules[y], this.#fixed[y]];
    if (!row || !fixed || x < 0 || x >= this.size) return;
    row[x] = dark;
    fixed[x] = true;
  }

  #square(x: number, y: number, radius: number, dark: (distance: number) => boolean): void {
    for (let dy = -radius; dy <= radius; dy += 1) {
      for (let dx = -radius; dx <= radius; dx += 1) {
        this.#fix(x + dx, y + dy, dark(Math.max(Math.abs(dx), Math.abs(dy))));
      }
    }
  }

  #finder(x: number, y: number): void {
    this.#square(x, y, 4, (distance) => distance !== 2 && distance !== 4);
  }

  #alignmentCentres(): number[] {
    if (this.#version === 1) return [];
    const count = Math.floor(this.#version / 7) + 2;
    const step = this.#version === 32 ? 26 : Math.ceil((this.#version * 4 + 4) / (count * 2 - 2)) * 2;
    const centres = Array.from({ length: count - 1 }, (_, index) => this.size - 7 - index * step);
    return [6, ...centres.reverse()];
  }

  #drawFormat(mask: number): void {
    const data = (levelBits << 3) | mask;
    let rest = data;
    for (let index = 0; index < 10; index += 1) rest = (rest << 1) ^ ((rest >> 9) * 0x537);
    const bits = ((data << 10) | rest) ^ 0x5412;
    const bit = (index: number) => ((bits >> index) & 1) === 1;
    for (let index = 0; index <= 5; index += 1) this.#fix(8, index, bit(index));
    this.#fix(8, 7, bit(6));
    this.#fix(8, 8, bit(7));
    this.#fix(7, 8, bit(8));
    for (let index = 9; index < 15; index += 1) this.#fix(14 - index, 8, bit(index));
    for (let index = 0; index < 8; index += 1) this.#fix(this.size - 1 - index, 8, bit(index));
    for (let index = 8; index < 15; index += 1) this.#fix(8, this.size - 15 + index, bit(index));
    this.#fix(8, this.size - 8, true);
  }

  #drawVersion(): void {
    if (this.#version < 7) return;
    let rest = this.#version;
    for (let index = 0; index < 12; index += 1) rest = (rest << 1) ^ ((rest >> 11) * 0x1f25);
    const bits = (this.#version << 12) | rest;
    for (let index = 0; index < 18; index += 1) {
      const [a, b] = [this.size - 11 + (index % 3), Math.floor(index / 3)];
      this.#fix(a, b, ((bits >> index) & 1) === 1);
      this.#fix(b, a, ((bits >> index) & 1) === 1);
    }
  }

  drawCodewords(codewords: readonly number[]): void {
    let at = 0;
    for (let right = this.size - 1; right >= 1; right -= 2) {
      if (right === 6) right = 5;
      for (let vertical = 0; vertical < this.size; vertical += 1) {
        for (const x of [right, right - 1]) {
          const isUp = ((right + 1) & 2) === 0;
          const y = isUp ? this.size - 1 - vertical : vertical;
          const row = this.modules[y];
          if (!row || this.#fixed[y]?.[x] || at >= codewords.length * 8) continue;
          row[x] = (((codewords[at >> 3] ?? 0) >> (7 - (at & 7))) & 1) === 1;
          at += 1;
        }
      }
    }
  }

  applyMask(mask: number): void {
    this.#toggle(mask);
    this.#drawFormat(mask);
  }

  bestMask(): number {
    const penalties = masks.map((_, mask) => {
      this.applyMask(mask);
      const penalty = penaltyOf(this.modules);
      this.#toggle(mask);
      return penalty;
    });
    return penalties.indexOf(Math.min(...penalties));
  }

  #toggle(mask: number): void {
    const flips = masks[mask];
    for (const [y, row] of this.modules.entries()) {
      for (const [x, dark] of row.entries()) if (!this.#fixed[y]?.[x] && flips?.(x, y)) row[x] = !dark;
    }
  }
}

/** The standard's four rules: long runs, 2×2 blocks, finder look-alikes, and an uneven share of dark. */
function penaltyOf(modules: readonly (readonly boolean[])[]): number {
  const columns = modules.map((_, x) => modules.map((row) => row[x] ?? false));
  let penalty = 0;
  for (const line of [...modules, ...columns]) penalty += linePenalty(line);
  for (let y = 1; y < modules.length; y += 1) {
    for (let x = 1; x < modules.length; x += 1) {
      const dark = modules[y]?.[x];
      if (dark === modules[y - 1]?.[x] && dark === modules[y]?.[x - 1] && dark === modules[y - 1]?.[x - 1])
        penalty += 3;
    }
  }
  const total = modules.length ** 2;
  const darkCount = modules.flat().filter(Boolean).length;
  return penalty + (Math.ceil(Math.abs(darkCount * 20 - total * 10) / total) - 1) * 10;
}

const lookAlikes = ['00001011101', '10111010000'];

function linePenalty(line: readonly boolean[]): number {
  const text = line.map((dark) => (dark ? '1' : '0')).join('');
  let penalty = 0;
  for (const run of text.match(/0{5,}|1{5,}/g) ?? []) penalty += run.length - 2;
  for (let at = 0; at + 11 <= text.length; at += 1)
    if (lookAlikes.includes(text.slice(at, at + 11))) penalty += 40;
  return penalty;
}
