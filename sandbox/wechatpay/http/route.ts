import { decodePart } from '../../decode-part.ts';

/** Matches paths like `/v3/pay/transactions/id/{transaction_id}`, segment by segment, as sent. */
export interface Routed<T> {
  readonly route: T;
  readonly params: Record<string, string>;
}

export interface Route {
  readonly method: string;
  readonly path: string;
}

interface Entry<T> {
  readonly route: T;
  readonly segments: readonly string[];
}

/** A table of routes that splits each path only once. Literal segments take precedence over parameters. */
export class RouteTable<T extends Route> {
  /** By number of segments and family: `/v3/pay/…`, `/_sandbox/orders/…`. */
  readonly #entries = new Map<string, Entry<T>[]>();

  constructor(routes: readonly T[]) {
    const entries = routes.map((route) => ({ route, segments: route.path.split('/') }));
    entries.sort((a, b) => parametersIn(a.segments) - parametersIn(b.segments));
    for (const entry of entries) {
      const key = keyOf(entry.segments);
      const group = this.#entries.get(key);
      if (group) group.push(entry);
      else this.#entries.set(key, [entry]);
    }
  }

  /** The route, or else whether this path exists with another method. */
  find(method: string, path: string): Routed<T> | 'other-method' | undefined {
    const parts = path.split('/');
    let otherMethod = false;
    for (const { route, segments } of this.#entries.get(keyOf(parts)) ?? []) {
      const params = match(segments, parts);
      if (!params) continue;
      if (route.method === method) return { route, params };
      otherMethod = true;
    }
    return otherMethod ? 'other-method' : undefined;
  }
}

/** In every route the third segment names the family and is not a parameter. */
function keyOf(segments: readonly string[]): string {
  return `${segments.length}/${segments[2] ?? ''}`;
}

function parametersIn(segments: readonly string[]): number {
  return segments.filter((part) => part.startsWith('{')).length;
}

function match(segments: readonly string[], parts: readonly string[]): Record<string, string> | undefined {
  if (segments.length !== parts.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const part = parts[index]!;
    if (segment.startsWith('{')) {
      const value = decodePart(part);
      if (value === undefined || value === '') return undefined;
      params[segment.slice(1, -1)] = value;
    } else if (segment !== part) {
      return undefined;
    }
  }
  return params;
}
