/** Walking a form by its schema: what is found there (sensitive, personal, media) is the schema's to say. */
import type * as z from 'zod/mini';
import { mediaFields, personalFields, sensitiveFields } from './sensitive.ts';

export type LeafKind = 'sensitive' | 'personal' | 'media' | 'plain';

type Def = z.core.$ZodTypes['_zod']['def'];

function definition(schema: z.core.$ZodType): Def {
  return (schema as z.core.$ZodTypes)._zod.def;
}

/** The schema inside optional(). */
export function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  const def = definition(schema);
  return def.type === 'optional' ? unwrap(def.innerType) : schema;
}

/** Children of an object schema, or undefined for anything else. */
export function shapeOf(schema: z.core.$ZodType): Readonly<Record<string, z.core.$ZodType>> | undefined {
  const def = definition(unwrap(schema));
  return def.type === 'object' ? def.shape : undefined;
}

/** Item schema of an array schema, or undefined for anything else. */
export function itemOf(schema: z.core.$ZodType): z.core.$ZodType | undefined {
  const def = definition(unwrap(schema));
  return def.type === 'array' ? def.element : undefined;
}

export function leafKind(schema: z.core.$ZodType): LeafKind {
  const leaf = unwrap(schema) as z.core.$ZodString;
  if (sensitiveFields.has(leaf)) return 'sensitive';
  if (personalFields.has(leaf)) return 'personal';
  return mediaFields.has(leaf) ? 'media' : 'plain';
}

export interface Leaf {
  /** Dotted path with array indexes, e.g. `ubo_info_list.0.ubo_id_doc_name`. */
  readonly path: string;
  readonly value: unknown;
  readonly kind: LeafKind;
  readonly schema: z.core.$ZodType;
}

/**
 * Rebuilds `value` with every leaf replaced by what `leaf` returns; `undefined` leaves the field out.
 * A value the schema does not know is a fault of ours (validate first), and throws.
 */
export function mapLeaves(
  schema: z.core.$ZodType,
  value: unknown,
  leaf: (leaf: Leaf) => unknown,
  path = '',
): unknown {
  const at = (key: string | number) => (path === '' ? String(key) : `${path}.${key}`);
  const item = itemOf(schema);
  if (item) {
    if (!Array.isArray(value))
      throw new TypeError(`The form does not fit its schema at ${path}: not a list.`);
    return value
      .map((element, index) => mapLeaves(item, element, leaf, at(index)))
      .filter((element) => element !== undefined);
  }
  const shape = shapeOf(schema);
  if (!shape) return leaf({ path, value, kind: leafKind(schema), schema: unwrap(schema) });
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TypeError(`The form does not fit its schema at ${path}: not an object.`);
  }
  const mapped: Record<string, unknown> = {};
  for (const [key, child] of Object.entries(value)) {
    if (child === undefined) continue;
    const childSchema = Object.hasOwn(shape, key) ? shape[key] : undefined;
    if (!childSchema) throw new TypeError(`The form does not fit its schema at ${at(key)}: unknown field.`);
    const result = mapLeaves(childSchema, child, leaf, at(key));
    if (result !== undefined) mapped[key] = result;
  }
  return mapped;
}

/** Every leaf of `value`, in the schema's reading. */
export function leavesOf(schema: z.core.$ZodType, value: unknown): Leaf[] {
  const leaves: Leaf[] = [];
  mapLeaves(schema, value, (leaf) => {
    leaves.push(leaf);
    return leaf.value;
  });
  return leaves;
}

/** Every leaf path that the schema knows, list items as `[]`, e.g. `ubo_info_list[].ubo_id_doc_name`. */
export function schemaPaths(schema: z.core.$ZodType, path = ''): { path: string; kind: LeafKind }[] {
  const item = itemOf(schema);
  if (item) return schemaPaths(item, `${path}[]`);
  const shape = shapeOf(schema);
  if (!shape) return [{ path, kind: leafKind(schema) }];
  return Object.entries(shape).flatMap(([key, child]) =>
    schemaPaths(child, path === '' ? key : `${path}.${key}`),
  );
}
