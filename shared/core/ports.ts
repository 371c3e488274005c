import type { Log } from '../wechatpay/log.ts';

/**
 * What the domain needs besides WeChat Pay, which it calls through the client of its account. Each port documents the
 * errors it can throw; anything else that an adapter throws is a fault and is propagated. Nothing in
 * shared/{core,shop,merchants,payments} reads the clock or the environment directly; both come from here.
 */
export type { Log };

export interface Clock {
  /** Epoch ms. */
  nowMs(): number;
}

/** Whether a bounded run may begin one more piece of work. Measured on a monotonic clock, unlike {@link Clock}. */
export type HasTime = () => boolean;

/**
 * Documents with a natural key as `_id`. One implementation, over the real SDK; locally the SDK talks to the emulator,
 * and tests of the money logic use a twin in memory that passes the same conformance test. All conditions in `where` are
 * equality, or one of the operators below.
 */
export interface Documents {
  /**
   * Inserts the document unless its `_id` is taken.
   * @returns undefined when it was inserted, else the existing document.
   */
  insertIfAbsent<T extends Document>(collection: string, doc: T): Promise<T | undefined>;
  get<T extends Document>(collection: string, id: string): Promise<T | undefined>;
  /**
   * Compare and set: merges `set` into the document when it exists and every condition in `where` holds.
   * A value of `undefined` in `set` is an error; `null` clears a field. Nested objects are replaced whole.
   * @returns whether it was changed: false also when it held all of `set` already.
   */
  update(collection: string, id: string, where: Conditions, set: Record<string, unknown>): Promise<boolean>;
  find<T extends Document>(collection: string, query: DocumentQuery): Promise<T[]>;
  remove(collection: string, id: string): Promise<boolean>;
}

export interface Document {
  _id: string;
}

export type Condition = string | number | boolean | null | { in: readonly (string | number)[] } | Range;
interface Range {
  gt?: number | string;
  gte?: number | string;
  lt?: number | string;
  lte?: number | string;
}
export type Conditions = Record<string, Condition>;

export interface DocumentQuery {
  where: Conditions;
  orderBy?: { field: string; direction: 'asc' | 'desc' };
  /** 1 to 1000. */
  limit: number;
}

/** Calls the merchant's own function, by name, from server to server. */
export interface FunctionCaller {
  /** @throws an error whose `code` is `UNAVAILABLE` when there was no answer in time: it may have run. */
  call(name: string, data: Record<string, unknown>): Promise<unknown>;
}
