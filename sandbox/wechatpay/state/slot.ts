import { createHash } from 'node:crypto';

/**
 * A named map of one API family. Values are plain JSON and may be changed in place: each value that was
 * read with `get` or by iteration is compared when changes are saved. A value that is held across an `await`
 * must be passed to `touch` after a change.
 */
export class Slot<T> extends Map<string, T> {
  readonly #touched = new Set<string>();
  /** Digests of values as they were saved last. */
  readonly #saved = new Map<string, string>();

  /** Entries as they were saved. */
  static of<T>(entries: Iterable<readonly [string, T]>): Slot<T> {
    const slot = new Slot<T>();
    for (const [key, value] of entries) slot.set(key, value);
    return slot;
  }

  override get(key: string): T | undefined {
    const value = super.get(key);
    if (typeof value === 'object') this.#touched.add(key);
    return value;
  }

  override set(key: string, value: T): this {
    this.#touched.add(key);
    return super.set(key, value);
  }

  override delete(key: string): boolean {
    this.#touched.add(key);
    return super.delete(key);
  }

  /** Marks the value of this key as changed in place. */
  touch(key: string): void {
    this.#touched.add(key);
  }

  override *values(): MapIterator<T> {
    for (const [key, value] of super.entries()) {
      this.#touched.add(key);
      yield value;
    }
  }

  /** For reading only: none of them counts as changed. */
  *peek(): MapIterator<T> {
    for (const [, value] of super.entries()) yield value;
  }

  /** Entries that differ from what was saved last, null where one was deleted; marks them as saved. */
  takeChanges(): [string, T | null][] {
    const changes: [string, T | null][] = [];
    for (const key of this.#touched) {
      const value = super.get(key);
      const digest = value === undefined ? '' : digestOf(value);
      if (this.#saved.get(key) === digest) continue;
      if (digest === '') this.#saved.delete(key);
      else this.#saved.set(key, digest);
      changes.push([key, value ?? null]);
    }
    this.#touched.clear();
    return changes;
  }
}

function digestOf(value: unknown): string {
  return createHash('sha1').update(JSON.stringify(value)).digest('base64');
}
