/** Changes to the shapes of an operation, addressed by path: `amount.from[].account`. */
import type { Field, Shape } from './shape.ts';

export const text: Shape = { kind: 'string' };
export const number: Shape = { kind: 'number' };
export const list = (items: Shape): Shape => ({ kind: 'array', items });
export const oneOf = (...values: string[]): Shape => ({ kind: 'string', enum: values });

/** Fields, required unless their name ends with `?`. */
export function object(fields: Record<string, Shape>): Shape {
  const entries = Object.entries(fields).map(([name, shape]): [string, Field] =>
    name.endsWith('?') ? [name.slice(0, -1), { required: false, shape }] : [name, { required: true, shape }],
  );
  return { kind: 'object', fields: Object.fromEntries(entries) };
}

export interface Edits {
  readonly required?: readonly string[];
  readonly optional?: readonly string[];
  /** New types; a field that is not there is added: optional, or required if it is also listed so. */
  readonly types?: Readonly<Record<string, Shape>>;
  readonly encrypted?: readonly string[];
  readonly remove?: readonly string[];
  /** Path to the new name. */
  readonly rename?: Readonly<Record<string, string>>;
}

/** @throws Error for a path that leads nowhere: the files have changed, so look at the correction again */
export function edit(shape: Shape, edits: Edits): void {
  for (const [path, type] of Object.entries(edits.types ?? {})) {
    const { fields, name } = find(shape, path);
    fields[name] = { required: fields[name]?.required ?? false, shape: type };
  }
  for (const [path, newName] of Object.entries(edits.rename ?? {})) {
    const { fields, name } = find(shape, path);
    fields[newName] = existing(fields, name, path);
    delete fields[name];
  }
  for (const path of edits.remove ?? []) {
    const { fields, name } = find(shape, path);
    existing(fields, name, path);
    delete fields[name];
  }
  for (const path of edits.encrypted ?? []) {
    const { fields, name } = find(shape, path);
    const field = existing(fields, name, path);
    if (field.shape.kind === 'string') field.shape = { ...field.shape, sensitive: true };
  }
  for (const [paths, required] of [
    [edits.required, true],
    [edits.optional, false],
  ] as const) {
    for (const path of paths ?? []) {
      const { fields, name } = find(shape, path);
      existing(fields, name, path).required = required;
    }
  }
}

function find(shape: Shape, path: string): { fields: Record<string, Field>; name: string } {
  const names = path.split('.');
  const name = names.pop()!;
  const parent = names.reduce((at, step) => {
    const isList = step.endsWith('[]');
    const next = at.kind === 'object' ? at.fields[isList ? step.slice(0, -2) : step]?.shape : undefined;
    const inner = isList && next?.kind === 'array' ? next.items : next;
    if (!inner) throw new Error(`There is no ${path}.`);
    return inner;
  }, shape);
  if (parent.kind !== 'object') throw new Error(`There is no ${path}.`);
  return { fields: parent.fields, name };
}

function existing(fields: Record<string, Field>, name: string, path: string): Field {
  const field = fields[name];
  if (!field) throw new Error(`There is no ${path}.`);
  return field;
}
