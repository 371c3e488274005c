/**
 * WeChat Pay behind a Transport: answers by route, signed and encrypted for real, without a network. For tests of code
 * that calls the client; the client's own tests use a real server (fake-wechatpay.ts).
 */
import { sign } from 'node:crypto';
import { decryptOaep, encryptOaep } from '../crypto/ciphers.ts';
import { type ClientOptions, createClient } from '../http/client.ts';
import type { HttpRequest, HttpResponse, WechatpayClient } from '../http/client-types.ts';
import { TransportError } from '../http/transport-error.ts';
import type { FactsOf } from '../routes/types.ts';
import { apiV3Key, type RsaPair, rsaPair } from './material.ts';

/** One request, as it arrived. */
export interface FakeCall {
  readonly route: string;
  readonly path: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** Parsed JSON; undefined without a body, and for an upload. */
  readonly body: unknown;
  readonly rawBody: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
}

/** @returns the answer's JSON; undefined for 204. Throw a `FakeFailure` for anything else. */
export type FakeHandler = (call: FakeCall) => unknown;

/** Thrown by a handler to make the request fail. */
export class FakeFailure extends Error {
  readonly answer: 'lost' | { readonly status: number; readonly body: object; readonly signed: boolean };

  constructor(answer: FakeFailure['answer']) {
    super('a failure of the fake WeChat Pay');
    this.answer = answer;
  }
}

/** A signed refusal. */
export function refusal(code: string, options: { status?: number; field?: string } = {}): FakeFailure {
  const { status = 400, field } = options;
  const detail = field === undefined ? undefined : { field, issue: 'wrong', location: 'body' };
  return new FakeFailure({ status, body: { code, message: code, detail }, signed: true });
}

/** The connection breaks, so it is unknown whether the request had an effect. */
export function lostAnswer(): FakeFailure {
  return new FakeFailure('lost');
}

const merchant = rsaPair('merchant');
const platform = rsaPair('platform');
const publicKeyId = 'PUB_KEY_ID_0119000000012026';

export class FakeWechatpay {
  readonly calls: FakeCall[] = [];
  readonly client: WechatpayClient;
  readonly #options: Omit<ClientOptions, 'routes'>;
  readonly #handlers = new Map<string, FakeHandler>();
  readonly #failures: { route: string; error: FakeFailure; afterEffect: boolean }[] = [];

  constructor(options: { mchid?: string; nowMs: () => number } & Partial<Omit<ClientOptions, 'routes'>>) {
    const { mchid = '1900000001', nowMs, ...more } = options;
    this.#options = {
      account: { mchid, serialNo: '5157F09EFDC096DE', privateKey: merchant.privateKey, apiV3Key },
      publicKey: { id: publicKeyId, key: platform.publicKey },
      bases: ['https://wechatpay.test'],
      nowMs,
      nonce: () => 'nonce',
      random: () => 0,
      transport: async (request) => this.#answer(request, nowMs()),
      ...more,
    };
    this.client = createClient(this.#options);
  }

  /** A client of the same account that knows other routes. */
  clientWith<E>(routes: FactsOf<E>): WechatpayClient<E> {
    return createClient({ ...this.#options, routes });
  }

  /** Replaces the route's handler. */
  on(route: string, handler: FakeHandler): this {
    this.#handlers.set(route, handler);
    return this;
  }

  /** The next call of the route fails, before or after it took effect. A lost answer to a repeatable request is lost each time. */
  failNext(route: string, error: FakeFailure, { afterEffect = false } = {}): void {
    const times = error.answer === 'lost' ? 3 : 1;
    for (let time = 0; time < times; time++) this.#failures.push({ route, error, afterEffect });
  }

  callsOf(route: string): FakeCall[] {
    return this.calls.filter((call) => call.route === route);
  }

  /** What only WeChat Pay can read. */
  decrypt(ciphertext: string): string {
    return decryptOaep(ciphertext, platform.privateKey);
  }

  /** What only the merchant can read. */
  encryptForMerchant(text: string): string {
    return encryptOaep(text, merchant.publicKey);
  }

  get merchantKeys(): RsaPair {
    return merchant;
  }

  #answer(request: HttpRequest, nowMs: number): HttpResponse {
    const call = this.#read(request);
    this.calls.push(call);
    try {
      const index = this.#failures.findIndex(({ route }) => route === call.route);
      const failure = index < 0 ? undefined : this.#failures.splice(index, 1)[0];
      if (failure && !failure.afterEffect) throw failure.error;
      const answer = this.#handlers.get(call.route)!(call);
      if (failure) throw failure.error;
      const text = answer === undefined ? '' : JSON.stringify(answer);
      return signed(text === '' ? 204 : 200, text, nowMs);
    } catch (error) {
      if (!(error instanceof FakeFailure)) throw error;
      if (error.answer === 'lost') throw new TransportError('lost', 'the connection broke');
      const { status, body, signed: isSigned } = error.answer;
      const answer = signed(status, JSON.stringify(body), nowMs);
      return isSigned ? answer : { ...answer, headers: {} };
    }
  }

  #read({ method, url, headers, body }: HttpRequest): FakeCall {
    const { pathname, searchParams } = new URL(url);
    for (const route of this.#handlers.keys()) {
      const path = matchRoute(route, method, pathname);
      if (!path) continue;
      const rawBody = typeof body === 'string' ? body : Buffer.from(body ?? '').toString('latin1');
      const lowerCase = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
      return {
        route,
        path,
        query: Object.fromEntries(searchParams),
        body: typeof body === 'string' ? JSON.parse(body) : undefined,
        rawBody,
        headers: Object.fromEntries(lowerCase),
      };
    }
    throw new Error(`The fake WeChat Pay has no ${method} ${pathname}.`);
  }
}

function matchRoute(route: string, method: string, pathname: string): Record<string, string> | undefined {
  const [routeMethod, template = ''] = route.split(' ');
  if (routeMethod !== method) return undefined;
  const pattern = template.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)');
  const groups = new RegExp(`^${pattern}$`).exec(pathname);
  if (!groups) return undefined;
  return Object.fromEntries(
    Object.entries(groups.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]),
  );
}

function signed(status: number, text: string, nowMs: number): HttpResponse {
  const timestamp = String(Math.floor(nowMs / 1000));
  const message = Buffer.from(`${timestamp}\nnonce\n${text}\n`);
  return {
    status,
    headers: {
      'request-id': 'REQ-0',
      'wechatpay-timestamp': timestamp,
      'wechatpay-nonce': 'nonce',
      'wechatpay-serial': publicKeyId,
      'wechatpay-signature': sign('RSA-SHA256', message, platform.privateKey).toString('base64'),
    },
    body: Buffer.from(text),
  };
}
