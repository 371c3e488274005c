/** Matches paths like `/v3/pay/transactions/id/{transaction_id}`, segment by segment, as sent. */
export interface Routed<T> {
  readonly route: T;
  readonly params: Record<string, string>;
}

export interface Route {
  readonly method: string;
  readonly path: string;
}

/** A table of routes that splits each path only once. Literal segments win over parameters. */
export class RouteTable<T extends Route> {
  readonly #routes: { route: T; segments: readonly string[]; parameters: number }[];

  constructor(routes: readonly T[]) {
    this.#routes = routes
      .map((route) => {
        const segments = route.path.split('/');
        return { route, segments, parameters: segments.filter((part) => part.startsWith('{')).length };
      })
      .sort((a, b) => a.parameters - b.parameters);
  }

  /** The route, or whether at least another method has this path. */
  find(method: string, path: string): Routed<T> | 'other-method' | undefined {
    const parts = path.split('/');
    let otherMethod = false;
    for (const { route, segments } of this.#routes) {
      const params = match(segments, parts);
      if (!params) continue;
      if (route.method === method) return { route, params };
      otherMethod = true;
    }
    return otherMethod ? 'other-method' : undefined;
  }
}

function match(segments: readonly string[], parts: readonly string[]): Record<string, string> | undefined {
  if (segments.length !== parts.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const part = parts[index]!;
    if (segment.startsWith('{')) {
      const value = decode(part);
      if (value === undefined || value === '') return undefined;
      params[segment.slice(1, -1)] = value;
    } else if (segment !== part) {
      return undefined;
    }
  }
  return params;
}

function decode(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
