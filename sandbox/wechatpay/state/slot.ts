import { createHash } from 'node:crypto';

/**
 * A named map of one API family. Values are plain JSON and may be changed in place: each value that was
 * read with `get` or by iteration counts as touched. A value that is held across an `await` must be passed to
 * `touch` after a change.
 */
export class Slot<T> extends Map<string, T> {
  readonly #trackers = new Set<Set<string>>();

  /** Entries as they were saved. */
  static of<T>(entries: Iterable<readonly [string, T]>): Slot<T> {
    const slot = new Slot<T>();
    for (const [key, value] of entries) slot.set(key, value);
    return slot;
  }

  override get(key: string): T | undefined {
    const value = super.get(key);
    if (typeof value === 'object') this.touch(key);
    return value;
  }

  override set(key: string, value: T): this {
    this.touch(key);
    return super.set(key, value);
  }

  override delete(key: string): boolean {
    this.touch(key);
    return super.delete(key);
  }

  /** Marks the value of this key as changed in place. */
  touch(key: string): void {
    for (const keys of this.#trackers) keys.add(key);
  }

  override *values(): MapIterator<T> {
    for (const [key, value] of super.entries()) {
      this.touch(key);
      yield value;
    }
  }

  /** For reading only: none of them counts as changed. */
  *peek(): MapIterator<T> {
    for (const [, value] of super.entries()) yield value;
  }

  /** For reading only. */
  peekAt(key: string): T | undefined {
    return super.get(key);
  }

  /** The keys that are touched from now on, until `untrack`. */
  track(): Set<string> {
    const keys = new Set<string>();
    this.#trackers.add(keys);
    return keys;
  }

  untrack(keys: Set<string>): void {
    this.#trackers.delete(keys);
  }
}

/** What has changed in a slot since it was looked at last. */
export class SlotChanges<T> {
  readonly slot: Slot<T>;
  readonly #touched: Set<string>;
  /** Digests of objects as they were taken last: most of those that are read have not changed. */
  readonly #taken = new Map<string, string>();

  constructor(slot: Slot<T>) {
    this.slot = slot;
    this.#touched = slot.track();
  }

  /** Entries that were set or changed, null where one was deleted. */
  take(): [string, T | null][] {
    const changes: [string, T | null][] = [];
    for (const key of this.#touched) {
      const value = this.slot.peekAt(key);
      if (value === undefined) this.#taken.delete(key);
      else if (typeof value === 'object') {
        const digest = digestOf(value);
        if (this.#taken.get(key) === digest) continue;
        this.#taken.set(key, digest);
      }
      changes.push([key, value ?? null]);
    }
    this.#touched.clear();
    return changes;
  }

  stop(): void {
    this.slot.untrack(this.#touched);
  }
}

/** Short, since there is one for each order: 72 bits do not collide by chance. */
function digestOf(value: unknown): string {
  return createHash('sha1').update(JSON.stringify(value)).digest('base64').slice(0, 12);
}
