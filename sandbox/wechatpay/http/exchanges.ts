import type { SandboxBus } from '../../bus.ts';
import { currentInvocation } from '../../invocation-scope.ts';
import type { Text } from '../../text.ts';
import type { SignatureExplanation } from '../explain/signature.ts';

/** One request to the simulator and its answer, with the verdict, as the inspector shows it. */
export interface Exchange {
  readonly id: number;
  /** Epoch ms on the sandbox's clock. */
  readonly atMs: number;
  readonly durationMs: number;
  /** The API's official name, when the route exists. */
  readonly api?: string;
  /**
   * How the answer was produced: by simulating the API's behaviour, or by checking only the structure of the request.
   */
  readonly fidelity?: 'behaviour' | 'shape';
  /** What looks wrong but was not refused, since the data about this API may itself be wrong. */
  readonly warnings?: readonly string[];
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
  /** Why it was refused, in English. */
  readonly explanation?: string;
  /** The same in Chinese: there whenever the English is. */
  readonly explanationZh?: string;
  /** Of a refused request: the official page of the rule that it broke. */
  readonly page?: string;
  /** The setting of the sandbox that would have let a refused request pass. */
  readonly setting?: 'micro-permission';
  readonly signature?: SignatureExplanation;
  readonly fault?: string;
}

/** An exchange as it is added: the explanation in both languages or not at all. */
export type NewExchange = Omit<Exchange, 'id' | 'invocationId' | 'explanation' | 'explanationZh'> & {
  readonly explanation?: Text | undefined;
};

const bodyLimit = 32_768;

/** The newest exchanges. They are stored in the bus, so that restoring a snapshot restores them too. */
export class ExchangeLog {
  readonly #bus: SandboxBus;
  #lastId = 0;

  constructor(bus: SandboxBus) {
    this.#bus = bus;
  }

  add({ explanation, ...exchange }: NewExchange): void {
    const invocationId = currentInvocation();
    const entry: Exchange = {
      id: ++this.#lastId,
      ...exchange,
      ...(explanation && { explanation: explanation.en, explanationZh: explanation.zh }),
      ...(invocationId !== undefined && { invocationId }),
    };
    this.#bus.publish('exchange', entry, entry.outTradeNo);
  }

  /** Oldest first. */
  latest(limit: number, outTradeNo?: string): Exchange[] {
    return this.#bus
      .history()
      .filter((event) => event.type === 'exchange' && (!outTradeNo || event.outTradeNo === outTradeNo))
      .slice(-limit)
      .map(({ data }) => data as Exchange);
  }
}

/** The body to record: text unchanged, an upload without the file's bytes. */
export function recordedBody(bytes: Buffer, contentType: string): string {
  if (contentType.startsWith('multipart/')) return `(multipart, ${bytes.length} bytes)`;
  const text = bytes.toString('utf8');
  return text.length > bodyLimit ? `${text.slice(0, bodyLimit)}… (${bytes.length} bytes)` : text;
}
