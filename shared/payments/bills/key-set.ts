import { createHash } from 'node:crypto';

/**
 * Remembers keys by 64 bits of their hash: a million of them are 8 MB, and a collision is expected once in 10^7 days.
 */
export class KeySet {
  #keys = new BigUint64Array(1024);
  #count = 0;
  #sorted = true;

  add(key: string): void {
    if (this.#count === this.#keys.length) {
      const larger = new BigUint64Array(this.#keys.length * 2);
      larger.set(this.#keys);
      this.#keys = larger;
    }
    this.#keys[this.#count++] = hashOf(key);
    this.#sorted = false;
  }

  /** Hashes that were added more than once. */
  repeated(): bigint[] {
    this.#sort();
    const found = new Set<bigint>();
    for (let index = 1; index < this.#count; index++) {
      if (this.#keys[index] === this.#keys[index - 1]) found.add(this.#keys[index]!);
    }
    return [...found];
  }

  has(key: string): boolean {
    this.#sort();
    const wanted = hashOf(key);
    let [low, high] = [0, this.#count];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#keys[middle]! < wanted) low = middle + 1;
      else high = middle;
    }
    return low < this.#count && this.#keys[low] === wanted;
  }

  #sort(): void {
    if (!this.#sorted) this.#keys.subarray(0, this.#count).sort();
    this.#sorted = true;
  }
}

/** What a KeySet remembers of a key. */
export function hashOf(key: string): bigint {
  return createHash('sha1').update(key).digest().readBigUInt64BE();
}
