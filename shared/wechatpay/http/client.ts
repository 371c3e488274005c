import { randomBytes, randomInt } from 'node:crypto';
import type { CertificateStore } from '../crypto/certificate-cache.ts';
import { createPlatformKeys, type PlatformKeys, type PlatformKeysOptions } from '../crypto/platform-keys.ts';
import { requestMessage } from '../crypto/signer.ts';
import { WechatpayError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { CoreEndpoints } from '../routes/generated/core-endpoints.ts';
import { coreRoutes } from '../routes/generated/core-routes.ts';
import { decryptResponse, routeRequest } from '../routes/route-request.ts';
import type { FactsOf, RouteFacts } from '../routes/types.ts';
import { type CertificateClient, downloadCertificates } from './certificates.ts';
import {
  bodyText,
  checkBase,
  checkPlatformKey,
  noResponseError,
  pathOf,
  requestHeaders,
  unknownSinceEarlier,
} from './client-request.ts';
import type {
  HttpResponse,
  MerchantAccount,
  Transport,
  WechatpayClient,
  WechatpayRequest,
} from './client-types.ts';
import { type AttemptOutcome, classifyResponse } from './response.ts';
import { type FailedAttempt, mayHaveTakenEffect, planRetry, type RetryState } from './retry.ts';
import { TransportError } from './transport-error.ts';

export interface ClientOptions<E = CoreEndpoints> {
  readonly account: MerchantAccount;
  /** 微信支付公钥 and its id, for merchants that have one, as all registered since late 2024 do. */
  readonly publicKey?: PlatformKeysOptions['publicKey'];
  /** Shares 平台证书 between instances. Without it, each instance downloads its own. */
  readonly certificateStore?: CertificateStore;
  /** Instead of the two above: keys shared with the callback reader. */
  readonly platformKeys?: PlatformKeys;
  /** Scheme and host, in order of preference; http only for a loopback host. Default: `officialBases`. */
  readonly bases?: readonly string[];
  /** Epoch ms, for signatures, and for the age of kept-alive connections. */
  readonly nowMs: () => number;
  /** For time limits; a monotonic clock. Default: performance.now. */
  readonly monotonicMs?: () => number;
  /** Up to 32 characters of [A-Za-z0-9], new on each call. Default: 16 random bytes, in hex. */
  readonly nonce?: () => string;
  readonly log?: Log;
  /** Default: axios with kept-alive connections. */
  readonly transport?: Transport;
  /** Randomness for retry delays, from 0 up to 1. Default: the system's generator. */
  readonly random?: () => number;
  readonly limits?: Partial<ClientLimits>;
  /** The table of routes that this client knows. Default: `coreRoutes`; `allRoutes` has every documented one. */
  readonly routes?: FactsOf<E>;
}

export interface ClientLimits {
  readonly connectTimeoutMs: number;
  /** Of one attempt. */
  readonly responseTimeoutMs: number;
  /** For all attempts and the waits between them. */
  readonly totalTimeoutMs: number;
  readonly maxResponseBytes: number;
}

/** 主域名 and 备域名: https://pay.weixin.qq.com/doc/v3/merchant/4012526374 */
export const officialBases = ['https://api.mch.weixin.qq.com', 'https://api2.mch.weixin.qq.com'] as const;

const defaultLimits: ClientLimits = {
  connectTimeoutMs: 3_000,
  responseTimeoutMs: 8_000,
  totalTimeoutMs: 20_000,
  maxResponseBytes: 2 * 1024 * 1024,
};
/** How long a host that did not respond is tried last. */
const avoidHostMs = 60_000;

/**
 * Signs, sends, verifies. Make one per account and instance, so that its keys and connections are reused.
 * @throws WechatpayError CONFIG_INVALID for a base that is neither https nor loopback, and for the merchant's own key
 * in place of WeChat Pay's.
 * @example
 * const client = createClient({ account, publicKey, nowMs: Date.now });
 * const { prepay_id } = await client.request('POST /v3/pay/transactions/jsapi', order);
 */
export function createClient<E = CoreEndpoints>(options: ClientOptions<E>): WechatpayClient<E> {
  const { account, bases = officialBases } = options;
  for (const base of bases) checkBase(base);
  if (bases.length === 0) throw new WechatpayError('fault', 'CONFIG_INVALID', 'No API host is configured.');
  const platformKeys = options.platformKeys ?? ownPlatformKeys(options, () => sending);
  checkPlatformKey(account, platformKeys);
  const routes: Readonly<Record<string, RouteFacts>> = options.routes ?? coreRoutes;
  const sender = new Sender({ ...options, platformKeys, bases });
  const sending = {
    account,
    send: async <T>(request: WechatpayRequest) => (await sender.send(request)) as T,
  };
  return {
    ...sending,
    platformKeys,
    request: async (route, ...[parameters = {}, callOptions]) => {
      const facts = Object.hasOwn(routes, route) ? routes[route] : undefined;
      const given = parameters as Readonly<Record<string, unknown>>;
      const response = await sender.send(await routeRequest(route, given, facts, platformKeys, callOptions));
      return decryptResponse(response, route, facts!, account.privateKey) as never;
    },
  };
}

/** Keys and client need each other: the certificates are downloaded by the client whose responses they verify. */
function ownPlatformKeys<E>(options: ClientOptions<E>, client: () => CertificateClient): PlatformKeys {
  const { account, publicKey, certificateStore, nowMs, log } = options;
  return createPlatformKeys({
    ...(publicKey && { publicKey }),
    certificates: {
      apiV3Key: account.apiV3Key,
      ...(certificateStore && { store: certificateStore }),
      download: () => downloadCertificates(client()),
    },
    nowMs,
    ...(log && { log }),
  });
}

type SenderOptions = Omit<ClientOptions, 'routes'> & {
  readonly platformKeys: PlatformKeys;
  readonly bases: readonly string[];
};

class Sender {
  readonly #options: SenderOptions;
  #transport: Promise<Transport> | undefined;
  #hostIndex = 0;
  #preferFirstAgainAtMs = 0;

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  async send(request: WechatpayRequest): Promise<unknown> {
    const limits = { ...defaultLimits, ...this.#options.limits, ...limitsOf(request) };
    const body = bodyText(request);
    const idempotent = request.method === 'GET' || request.idempotent === true;
    const startedAtMs = this.#monotonicMs();
    const remainingMs = () => limits.totalTimeoutMs - (this.#monotonicMs() - startedAtMs);
    const state: RetryState = { attempts: 0, deadSocketReplaced: false, hostIndex: this.#firstHost() };
    let unknown: WechatpayError | undefined;
    // A request that must not be sent twice is not written to an idle connection, which may be closed already.
    for (let freshConnection = !idempotent; ; ) {
      const hostIndex = state.hostIndex;
      const outcome = await this.#attempt(request, body, {
        ...limits,
        responseTimeoutMs: Math.max(1, Math.min(limits.responseTimeoutMs, remainingMs())),
        base: this.#options.bases[hostIndex]!,
        freshConnection,
      });
      if (outcome.ok) return outcome.value;
      if (outcome.otherHost) this.#avoid(hostIndex);
      const plan = planRetry(outcome, state, {
        idempotent,
        hosts: this.#options.bases.length,
        remainingMs: remainingMs(),
        responseTimeoutMs: limits.responseTimeoutMs,
        random: this.#options.random ?? (() => randomInt(2 ** 32) / 2 ** 32),
      });
      this.#report(request, outcome.error, plan !== undefined);
      const uncertain = request.method !== 'GET' && mayHaveTakenEffect(outcome);
      if (!plan) throw unknown && !uncertain ? unknownSinceEarlier(unknown, outcome.error) : outcome.error;
      if (uncertain) unknown ??= outcome.error;
      freshConnection = plan.freshConnection;
      if (plan.waitMs > 0) await new Promise((resolve) => setTimeout(resolve, plan.waitMs));
    }
  }

  async #attempt(
    request: WechatpayRequest,
    body: string,
    how: ClientLimits & { base: string; freshConnection: boolean },
  ): Promise<AttemptOutcome> {
    const { account, platformKeys, nowMs, nonce = randomNonce } = this.#options;
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
    let response: HttpResponse;
    try {
      const transport = await this.#loadTransport();
      response = await transport({
        method: request.method,
        url: how.base + path,
        headers: requestHeaders(request, parts, account, platformKeys.publicKey?.id),
        ...(sent === undefined ? {} : { body: sent }),
        connectTimeoutMs: how.connectTimeoutMs,
        responseTimeoutMs: how.responseTimeoutMs,
        maxResponseBytes: how.maxResponseBytes,
        freshConnection: how.freshConnection,
      });
    } catch (error) {
      if (error instanceof TransportError) return { ok: false, ...noResponse(error, what, how.base) };
      throw error;
    }
    const signedBytes = Buffer.byteLength(requestMessage(parts));
    const { provenKeys, response: expected } = request;
    const isFile = expected === 'bytes';
    return classifyResponse(response, {
      platformKeys,
      nowMs,
      what,
      signedBytes,
      account,
      provenKeys,
      isFile,
    });
  }

  /** axios costs some ten milliseconds of a cold start: it is loaded on the first request. */
  #loadTransport(): Promise<Transport> {
    const { transport } = this.#options;
    this.#transport ??= transport
      ? Promise.resolve(transport)
      : import('./axios-transport.ts').then(({ createAxiosTransport }) =>
          createAxiosTransport(this.#options.nowMs),
        );
    return this.#transport;
  }

  #firstHost(): number {
    if (this.#monotonicMs() >= this.#preferFirstAgainAtMs) this.#hostIndex = 0;
    return this.#hostIndex;
  }

  /** So that not every call waits for a host that is down. */
  #avoid(hostIndex: number): void {
    if (this.#hostIndex !== hostIndex) return;
    this.#hostIndex = (hostIndex + 1) % this.#options.bases.length;
    this.#preferFirstAgainAtMs = this.#monotonicMs() + avoidHostMs;
  }

  #monotonicMs(): number {
    return (this.#options.monotonicMs ?? (() => performance.now()))();
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

function noResponse(error: TransportError, what: string, base: string): FailedAttempt {
  const repeat = {
    connect: 'always',
    'dead-socket': 'if-idempotent',
    lost: 'if-idempotent',
    timeout: 'if-idempotent',
    'too-large': 'never',
  } as const;
  return {
    error: noResponseError(error, what, base),
    repeat: repeat[error.failure],
    otherHost: error.failure !== 'too-large' && error.failure !== 'dead-socket',
    freshConnection: error.failure === 'dead-socket',
  };
}

function limitsOf(request: WechatpayRequest): Partial<ClientLimits> {
  const { responseTimeoutMs, totalTimeoutMs, maxResponseBytes } = request;
  return {
    ...(responseTimeoutMs === undefined ? {} : { responseTimeoutMs }),
    ...(totalTimeoutMs === undefined ? {} : { totalTimeoutMs }),
    ...(maxResponseBytes === undefined ? {} : { maxResponseBytes }),
  };
}

function randomNonce(): string {
  return randomBytes(16).toString('hex');
}
