/** Which documented API a captured request calls, and what is known of its fields. */
import {
  type ApiFacts,
  documentedApis,
  isText,
  namedShapes,
  type Shape,
  type ShapeFields,
} from '../wechatpay/documented/facts.ts';
import { type Routed, RouteTable } from '../wechatpay/http/route.ts';

interface KnownApi {
  readonly method: string;
  readonly path: string;
  readonly facts: ApiFacts;
}

let table: RouteTable<KnownApi> | undefined;

export function apiOf(method: string, target: string): Routed<KnownApi> | undefined {
  table ??= new RouteTable(
    documentedApis().map((facts) => {
      const [verb = '', path = ''] = facts.route.split(' ');
      return { method: verb, path, facts };
    }),
  );
  const found = table.find(method, target.split('?')[0]!);
  return found === 'other-method' ? undefined : found;
}

let words: ReadonlySet<string> | undefined;

/** Whether a step of a path is a fixed part of some documented path. */
export function isWordOfPaths(step: string): boolean {
  words ??= new Set(documentedApis().flatMap(({ route }) => (route.split(' ')[1] ?? '').split('/')));
  return words.has(step);
}

export function innerShape(shape: Shape | undefined, key: string): Shape | undefined {
  if (typeof shape !== 'object') return undefined;
  if ('i' in shape) return shape.i;
  return 'f' in shape ? fieldShape(shape.f, key) : undefined;
}

export function fieldShape(fields: ShapeFields | undefined, key: string): Shape | undefined {
  return namedShapes(fields ?? {}).find(({ name }) => name === key)?.shape;
}

export function isSensitive(shape: Shape | undefined): boolean {
  return shape !== undefined && isText(shape) && shape.c === 1;
}

/** Whether the documentation lists this value of the field. */
export function isDocumentedValue(shape: Shape | undefined, value: string): boolean {
  return shape !== undefined && isText(shape) && (shape.e?.includes(value) ?? false);
}
