import { createHmac } from 'node:crypto';

/**
 * Every generated number comes from here, so the same seed gives the same state. HMAC in counter mode: position and
 * seed are the whole state, which a snapshot can hold.
 */
export class SeededRandom {
  readonly #seed: string;
  position: number;

  constructor(seed: string, position = 0) {
    this.#seed = seed;
    this.position = position;
  }

  bytes(count: number): Buffer {
    const blocks: Buffer[] = [];
    for (let have = 0; have < count; have += 32) {
      blocks.push(
        createHmac('sha256', this.#seed)
          .update(`${this.position++}`)
          .digest(),
      );
    }
    return Buffer.concat(blocks).subarray(0, count);
  }

  /** In [0, 1). */
  fraction(): number {
    return this.bytes(6).readUIntBE(0, 6) / 2 ** 48;
  }

  digits(count: number): string {
    return this.#pick('0123456789', count);
  }

  letters(count: number): string {
    return this.#pick('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789', count);
  }

  hex(count: number): string {
    return this.bytes(Math.ceil(count / 2))
      .toString('hex')
      .slice(0, count);
  }

  uuid(): string {
    const hex = this.hex(32);
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-9${hex.slice(17, 20)}-${hex.slice(20)}`;
  }

  #pick(alphabet: string, count: number): string {
    return [...this.bytes(count)].map((byte) => alphabet[byte % alphabet.length]).join('');
  }
}
