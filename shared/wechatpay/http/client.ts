import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PlatformKeys } from '../crypto/platform-keys.ts';
import { requestMessage } from '../crypto/signer.ts';
import { WechatpayError } from '../errors.ts';
import { bodyText, checkBase, pathOf, requestHeaders, unansweredError } from './client-request.ts';
import type {
  HttpAnswer,
  MerchantAccount,
  Transport,
  WechatpayClient,
  WechatpayLog,
  WechatpayRequest,
} from './client-types.ts';
import { type Judgement, judgeAnswer } from './response.ts';
import { type FailedAttempt, planRetry, type RetryState } from './retry.ts';
import { TransportError } from './transport-error.ts';

export interface ClientOptions {
  readonly account: MerchantAccount;
  readonly platformKeys: PlatformKeys;
  /**
   * Scheme and host, in order of preference: https://api.mch.weixin.qq.com, then the official backup
   * https://api2.mch.weixin.qq.com. http only for a loopback host.
   */
  readonly bases: readonly string[];
  /** Epoch ms, for signatures. */
  readonly nowMs: () => number;
  /** Up to 32 characters of [A-Za-z0-9], new on each call. */
  readonly nonce: () => string;
  readonly log?: WechatpayLog;
  /** Default: axios with kept-alive connections. */
  readonly transport?: Transport;
  /** For waiting, from 0 up to 1. Default: the system's generator. */
  readonly random?: () => number;
  readonly limits?: Partial<ClientLimits>;
}

export interface ClientLimits {
  readonly connectTimeoutMs: number;
  /** Of one attempt. */
  readonly answerTimeoutMs: number;
  /** Of all attempts and the waiting between them. */
  readonly totalTimeoutMs: number;
  readonly maxAnswerBytes: number;
}

const defaultLimits: ClientLimits = {
  connectTimeoutMs: 3_000,
  answerTimeoutMs: 8_000,
  totalTimeoutMs: 20_000,
  maxAnswerBytes: 2 * 1024 * 1024,
};
/** How long a host that did not answer is tried last. */
const avoidHostMs = 60_000;

/**
 * Signs, sends, verifies. Make one per account and instance, so that its connections are reused.
 * @throws WechatpayError CONFIG_INVALID for a base that is neither https nor loopback.
 * @example
 * const client = createClient({ account, platformKeys, bases, nowMs: Date.now, nonce: () => randomBytes(16).toString('hex') });
 * const { prepay_id } = await createJsapiPrepay(client, bodyText);
 */
export function createClient(options: ClientOptions): WechatpayClient {
  for (const base of options.bases) checkBase(base);
  if (options.bases.length === 0)
    throw new WechatpayError('fault', 'CONFIG_INVALID', 'No API host is configured.');
  const sender = new Sender(options);
  return {
    account: options.account,
    platformKeys: options.platformKeys,
    request: async <T>(request: WechatpayRequest) => (await sender.request(request)) as T,
  };
}

class Sender {
  readonly #options: ClientOptions;
  #transport: Promise<Transport> | undefined;
  #hostIndex = 0;
  #preferFirstAgainAt = 0;

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  async request(request: WechatpayRequest): Promise<unknown> {
    const limits = { ...defaultLimits, ...this.#options.limits, ...limitsOf(request) };
    const body = bodyText(request);
    const startedAt = performance.now();
    const remainingMs = () => limits.totalTimeoutMs - (performance.now() - startedAt);
    const state: RetryState = { attempts: 0, deadSockets: 0, hostIndex: this.#firstHost() };
    for (let freshConnection = false; ; ) {
      const hostIndex = state.hostIndex;
      const outcome = await this.#attempt(request, body, {
        ...limits,
        answerTimeoutMs: Math.max(1, Math.min(limits.answerTimeoutMs, remainingMs())),
        base: this.#options.bases[hostIndex]!,
        freshConnection,
      });
      if (outcome.ok) {
        this.#remember(hostIndex, false);
        return outcome.value;
      }
      this.#remember(hostIndex, outcome.otherHost === true);
      const plan = planRetry(outcome, state, {
        idempotent: request.method === 'GET' || request.idempotent === true,
        hosts: this.#options.bases.length,
        remainingMs: remainingMs(),
        random: this.#options.random ?? (() => randomInt(2 ** 32) / 2 ** 32),
      });
      this.#report(request, outcome.error, plan !== undefined);
      if (!plan) throw outcome.error;
      freshConnection = plan.freshConnection;
      if (plan.waitMs > 0) await sleep(plan.waitMs);
    }
  }

  async #attempt(
    request: WechatpayRequest,
    body: string,
    how: ClientLimits & { base: string; freshConnection: boolean },
  ): Promise<Judgement> {
    const { account, platformKeys, nowMs, nonce } = this.#options;
    const path = pathOf(request);
    const what = `${request.method} ${path.split('?')[0]}`;
    const parts = {
      method: request.method,
      path,
      timestamp: Math.floor(nowMs() / 1000),
      nonce: nonce(),
      body,
    };
    const sent = request.upload?.bytes ?? (body === '' ? undefined : body);
    let answer: HttpAnswer;
    try {
      const transport = await this.#loadTransport();
      answer = await transport({
        method: request.method,
        url: how.base + path,
        headers: requestHeaders(request, parts, account, platformKeys.publicKeyId),
        ...(sent === undefined ? {} : { body: sent }),
        connectTimeoutMs: how.connectTimeoutMs,
        answerTimeoutMs: how.answerTimeoutMs,
        maxAnswerBytes: how.maxAnswerBytes,
        freshConnection: how.freshConnection,
      });
    } catch (error) {
      if (error instanceof TransportError) return { ok: false, ...unanswered(error, what, how.base) };
      throw error;
    }
    const signedBytes = Buffer.byteLength(requestMessage(parts));
    return judgeAnswer(answer, { platformKeys, nowMs, what, signedBytes, provenKeys: request.provenKeys });
  }

  /** axios costs some ten milliseconds of a cold start: it is loaded by the first request, not before. */
  #loadTransport(): Promise<Transport> {
    const { transport } = this.#options;
    this.#transport ??= transport
      ? Promise.resolve(transport)
      : import('./axios-transport.ts').then(({ createAxiosTransport }) => createAxiosTransport());
    return this.#transport;
  }

  #firstHost(): number {
    if (performance.now() >= this.#preferFirstAgainAt) this.#hostIndex = 0;
    return this.#hostIndex;
  }

  /** So that not each call waits for a host that is down. */
  #remember(hostIndex: number, failed: boolean): void {
    if (!failed || this.#hostIndex !== hostIndex) return;
    this.#hostIndex = (hostIndex + 1) % this.#options.bases.length;
    this.#preferFirstAgainAt = performance.now() + avoidHostMs;
  }

  #report(request: WechatpayRequest, error: WechatpayError, again: boolean): void {
    const { kind, code, status, requestId, internalCode } = error;
    this.#options.log?.warn(again ? 'wechatpay_retry' : 'wechatpay_failed', {
      method: request.method,
      // Without its query, which may hold an encrypted bank account.
      path: request.path.split('?')[0],
      kind,
      code,
      status,
      requestId,
      internalCode,
    });
  }
}

function unanswered(error: TransportError, what: string, base: string): FailedAttempt {
  const repeat = {
    connect: 'always',
    'dead-socket': 'always',
    lost: 'if-idempotent',
    timeout: 'if-idempotent',
  } as const;
  return {
    error: unansweredError(error, what, base),
    repeat: error.failure === 'too-large' ? 'never' : repeat[error.failure],
    otherHost: error.failure !== 'too-large' && error.failure !== 'dead-socket',
    freshConnection: error.failure === 'dead-socket',
  };
}

function limitsOf(request: WechatpayRequest): Partial<ClientLimits> {
  const { answerTimeoutMs, totalTimeoutMs, maxAnswerBytes } = request;
  return {
    ...(answerTimeoutMs === undefined ? {} : { answerTimeoutMs }),
    ...(totalTimeoutMs === undefined ? {} : { totalTimeoutMs }),
    ...(maxAnswerBytes === undefined ? {} : { maxAnswerBytes }),
  };
}
