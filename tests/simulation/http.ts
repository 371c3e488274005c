/**
 * Requests and answers whose bodies are there at once. Node's own read them through streams, which would take longer than
 * all that the simulator does to answer.
 */

type HeadersInit = ConstructorParameters<typeof Headers>[0];
type Body = string | Uint8Array | null | undefined;

interface Init {
  readonly status?: number;
  readonly method?: string;
  readonly headers?: HeadersInit | PlainHeaders;
}

/** Node's own check each character of names and values that come from here. */
class PlainHeaders {
  readonly #values = new Map<string, string>();

  constructor(init: Init['headers']) {
    const entries = init && Symbol.iterator in init ? init : Object.entries(init ?? {});
    for (const [name, value] of entries as Iterable<[string, string]>) this.set(name, value);
  }

  get(name: string): string | null {
    return this.#values.get(name.toLowerCase()) ?? null;
  }

  has(name: string): boolean {
    return this.#values.has(name.toLowerCase());
  }

  set(name: string, value: string): void {
    this.#values.set(name.toLowerCase(), String(value));
  }

  [Symbol.iterator](): Iterator<[string, string]> {
    return this.#values.entries();
  }
}

class Message {
  readonly headers: PlainHeaders;
  readonly #bytes: Buffer;

  constructor(body: Body, headers: Init['headers']) {
    this.headers = new PlainHeaders(headers);
    this.#bytes = Buffer.from(body ?? '');
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    return new Uint8Array(this.#bytes).buffer;
  }

  async text(): Promise<string> {
    return this.#bytes.toString('utf8');
  }

  async json(): Promise<unknown> {
    return JSON.parse(this.#bytes.toString('utf8'));
  }
}

class PlainRequest extends Message {
  readonly url: string;
  readonly method: string;

  constructor(url: string | URL, { method = 'GET', headers, body }: Init & { readonly body?: Body } = {}) {
    super(body, headers);
    this.url = String(url);
    this.method = method;
  }
}

class PlainResponse extends Message {
  readonly status: number;

  constructor(body?: Body, { status = 200, headers }: Init = {}) {
    super(body, headers);
    this.status = status;
  }

  get ok(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  static json(value: unknown, init: Init = {}): PlainResponse {
    const response = new PlainResponse(JSON.stringify(value), init);
    if (!response.headers.has('content-type')) response.headers.set('content-type', 'application/json');
    return response;
  }
}

/** Replaces them in this thread, for good. */
export function replaceHttp(): void {
  Object.assign(globalThis, { Request: PlainRequest, Response: PlainResponse });
}
