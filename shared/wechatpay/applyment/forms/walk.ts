/** Walking a form by its schema: the schema says what each leaf is (sensitive, personal, media). */
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

/** What a walk needs of a schema: its children, its items, or what kind of leaf it is. */
interface Node {
  readonly schema: z.core.$ZodType;
  readonly shape?: ReadonlyMap<string, z.core.$ZodType>;
  readonly item?: z.core.$ZodType;
  readonly kind: LeafKind;
}

const nodes = new WeakMap<z.core.$ZodType, Node>();

/** Looked up once per schema: a form is walked several times. */
function nodeOf(schema: z.core.$ZodType): Node {
  const known = nodes.get(schema);
  if (known) return known;
  const inner = unwrap(schema);
  const def = definition(inner);
  const node: Node = {
    schema: inner,
    kind: leafKind(inner as z.core.$ZodString),
    ...(def.type === 'object' && { shape: new Map(Object.entries(def.shape)) }),
    ...(def.type === 'array' && { item: def.element }),
  };
  nodes.set(schema, node);
  return node;
}

function leafKind(leaf: z.core.$ZodString): LeafKind {
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
 * Rebuilds `value` with every leaf replaced by what `leaf` returns; `undefined` leaves the field out. Throws for a
 * value that the schema does not know: validate first.
 */
export function mapLeaves(
  schema: z.core.$ZodType,
  value: unknown,
  leaf: (leaf: Leaf) => unknown,
  path = '',
): unknown {
  const at = (key: string | number) => (path === '' ? String(key) : `${path}.${key}`);
  const { item, shape, kind, schema: inner } = nodeOf(schema);
  if (item) {
    if (!Array.isArray(value))
      throw new TypeError(`The form does not fit its schema at ${path}: not a list.`);
    return value
      .map((element, index) => mapLeaves(item, element, leaf, at(index)))
      .filter((element) => element !== undefined);
  }
  if (!shape) return leaf({ path, value, kind, schema: inner });
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TypeError(`The form does not fit its schema at ${path}: not an object.`);
  }
  const mapped: Record<string, unknown> = {};
  for (const [key, child] of Object.entries(value)) {
    if (child === undefined) continue;
    const childSchema = shape.get(key);
    if (!childSchema) throw new TypeError(`The form does not fit its schema at ${at(key)}: unknown field.`);
    const result = mapLeaves(childSchema, child, leaf, at(key));
    if (result !== undefined) mapped[key] = result;
  }
  return mapped;
}

/** Every leaf of `value`, as defined by the schema. */
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
  const { item, shape, kind } = nodeOf(schema);
  if (item) return schemaPaths(item, `${path}[]`);
  if (!shape) return [{ path, kind }];
  return [...shape].flatMap(([key, child]) => schemaPaths(child, path === '' ? key : `${path}.${key}`));
}
