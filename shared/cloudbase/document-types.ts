/** The shapes of {@link Documents}. They say the same as the port of the business side, without knowing it. */
export interface StoredDocument {
  _id: string;
}

interface Range {
  gt?: number | string;
  gte?: number | string;
  lt?: number | string;
  lte?: number | string;
}

/** Equality, one of several values, or a range. */
export type Condition = string | number | boolean | null | { in: readonly (string | number)[] } | Range;
export type Conditions = Record<string, Condition>;

export interface DocumentQuery {
  where: Conditions;
  orderBy?: { field: string; direction: 'asc' | 'desc' };
  /** 1 to 1000. */
  limit: number;
}

/** Documents with a natural key as `_id`. All errors are CloudError. */
export interface Documents {
  /** @throws CloudError `DUPLICATE` when `_id` is taken. */
  insert(collection: string, doc: StoredDocument): Promise<void>;
  get<T extends StoredDocument>(collection: string, id: string): Promise<T | undefined>;
  /**
   * Compare and set: merges `set` into the document when it exists and every condition holds. `null` clears a field,
   * nested objects are replaced whole. @returns whether it was changed.
   */
  update(collection: string, id: string, where: Conditions, set: Record<string, unknown>): Promise<boolean>;
  find<T extends StoredDocument>(collection: string, query: DocumentQuery): Promise<T[]>;
  /** @returns whether there was one. */
  remove(collection: string, id: string): Promise<boolean>;
}
