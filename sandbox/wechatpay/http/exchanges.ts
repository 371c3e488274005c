import { currentInvocation } from '../../invocation-scope.ts';
import type { SignatureExplanation } from '../explain/signature.ts';

/** One request to the simulator and its answer, with the verdict. What the inspector shows. */
export interface Exchange {
  readonly id: number;
  /** Epoch ms on the sandbox's clock. */
  readonly atMs: number;
  readonly durationMs: number;
  /** The API's official name, when the route exists. */
  readonly api?: string;
  readonly mchid?: string;
  readonly outTradeNo?: string;
  /** The invocation of a cloud function that sent it, where the sandbox runs the functions too. */
  readonly invocationId?: string;
  readonly request: {
    readonly method: string;
    readonly target: string;
    readonly headers: Record<string, string>;
    readonly body: string;
  };
  /** Absent when the connection was reset. */
  readonly answer?: {
    readonly status: number;
    readonly headers: Record<string, string>;
    readonly body: string;
  };
  /** `passed`, `refused` with the official code, or the `fault` that was injected. */
  readonly verdict: 'passed' | 'refused' | 'fault';
  readonly code?: string;
  /** Which check refused it. */
  readonly check?: string;
  readonly explanation?: string;
  readonly signature?: SignatureExplanation;
  readonly fault?: string;
}

const keep = 2_000;
const bodyLimit = 32_768;

/** The newest exchanges, oldest first. */
export class ExchangeLog {
  #exchanges: Exchange[] = [];
  #lastId = 0;

  add(exchange: Omit<Exchange, 'id' | 'invocationId'>): Exchange {
    const invocationId = currentInvocation();
    const entry = { id: ++this.#lastId, ...exchange, ...(invocationId !== undefined && { invocationId }) };
    this.#exchanges.push(entry);
    if (this.#exchanges.length > keep * 1.1) this.#exchanges = this.#exchanges.slice(-keep);
    return entry;
  }

  latest(limit: number, outTradeNo?: string): Exchange[] {
    const all = outTradeNo
      ? this.#exchanges.filter((exchange) => exchange.outTradeNo === outTradeNo)
      : this.#exchanges;
    return all.slice(-limit);
  }

  clear(): void {
    this.#exchanges = [];
  }
}

/** A body for the record: text as it is, an upload without the file's bytes. */
export function recordedBody(bytes: Buffer, contentType: string): string {
  if (contentType.startsWith('multipart/')) return `(multipart, ${bytes.length} bytes)`;
  const text = bytes.toString('utf8');
  return text.length > bodyLimit ? `${text.slice(0, bodyLimit)}… (${bytes.length} bytes)` : text;
}
