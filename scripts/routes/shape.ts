/** Schemas, reduced to facts: names, types, enums, what is required, lengths, what is encrypted. */

export interface Field {
  required: boolean;
  shape: Shape;
}

export type Shape =
  | {
      readonly kind: 'string';
      readonly enum?: readonly string[];
      readonly minLength?: number;
      readonly maxLength?: number;
      /** Encrypted by RSA-OAEP on the wire. */
      readonly sensitive?: boolean;
      readonly example?: string;
    }
  | { readonly kind: 'number'; readonly enum?: readonly number[]; readonly example?: number }
  | { readonly kind: 'boolean'; readonly example?: boolean }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'array'; readonly items: Shape }
  | { readonly kind: 'object'; readonly fields: Record<string, Field> };

type Node = Record<string, unknown>;

/** @param where for messages. */
export function shapeOf(schema: unknown, where: string): Shape {
  if (typeof schema !== 'object' || schema === null) return { kind: 'unknown' };
  const node = schema as Node;
  if (Array.isArray(node.allOf)) {
    const { allOf, ...own } = node;
    const parts = [...(allOf as unknown[]), own].map((part) => shapeOf(part, where));
    return parts.reduce(merge);
  }
  if (node.properties !== undefined || node.type === 'object') return objectOf(node, where);
  if (node.items !== undefined || node.type === 'array') {
    return { kind: 'array', items: shapeOf(node.items, where) };
  }
  return scalarOf(node);
}

function scalarOf(node: Node): Shape {
  const values = Array.isArray(node.enum) ? (node.enum as unknown[]) : undefined;
  switch (node.type) {
    case 'boolean':
      return { kind: 'boolean', ...(typeof node.example === 'boolean' && { example: node.example }) };
    case 'integer':
    case 'int':
    case 'number': {
      const numbers = values?.map(Number).filter(Number.isFinite);
      const example = node.example === undefined ? Number.NaN : Number(node.example);
      return {
        kind: 'number',
        ...(numbers?.length && { enum: numbers }),
        ...(Number.isSafeInteger(example) && { example }),
      };
    }
    case undefined:
      if (values === undefined) return { kind: 'unknown' };
      return { kind: 'string', enum: values.map(String) };
    default: {
      const { minLength, maxLength, format } = node as { [K in string]?: never };
      return {
        kind: 'string',
        ...(values?.length && { enum: values.map(String) }),
        ...(typeof minLength === 'number' && { minLength }),
        ...(typeof maxLength === 'number' && { maxLength }),
        ...(format === 'base64' && { sensitive: true }),
        ...(isScalar(node.example) && { example: String(node.example) }),
      };
    }
  }
}

function isScalar(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** `x-is-sensitive: [a, b]` on an object names its encrypted members; elsewhere `format: base64` does. */
function objectOf(node: Node, where: string): Shape {
  const properties = (node.properties ?? {}) as Record<string, unknown>;
  const required = new Set(Array.isArray(node.required) ? (node.required as string[]) : []);
  const sensitive = new Set(
    [node['x-is-sensitive']].flat().filter((name) => name !== 'ciphertext') as string[],
  );
  const fields = Object.entries(properties).map(([name, schema]): [string, Field] => {
    const shape = shapeOf(schema, `${where} ${name}`);
    const marked = shape.kind === 'string' && sensitive.has(name) ? { ...shape, sensitive: true } : shape;
    return [name, { required: required.has(name), shape: marked }];
  });
  return { kind: 'object', fields: Object.fromEntries(fields) };
}

/** What `allOf` means: both. Two enums are one list. */
export function merge(a: Shape, b: Shape): Shape {
  if (a.kind === 'unknown') return b;
  if (b.kind === 'unknown') return a;
  if (a.kind === 'object' && b.kind === 'object') {
    const fields = { ...a.fields };
    for (const [name, field] of Object.entries(b.fields)) {
      const known = fields[name];
      fields[name] = known
        ? { required: known.required || field.required, shape: merge(known.shape, field.shape) }
        : field;
    }
    return { kind: 'object', fields };
  }
  if (a.kind === 'array' && b.kind === 'array') return { kind: 'array', items: merge(a.items, b.items) };
  if (a.kind === 'string' && b.kind === 'string') {
    const values = a.enum || b.enum ? [...new Set([...(a.enum ?? []), ...(b.enum ?? [])])] : undefined;
    return { ...a, ...b, ...(values && { enum: values }) };
  }
  // An empty object next to a typed one is only a description.
  if (a.kind === 'object' && Object.keys(a.fields).length === 0) return b;
  return a;
}
