/** The demo's client: what a phone, WeChat and an attacker can do, over HTTP as they would. */
import { createHash, randomUUID } from 'node:crypto';
import type {
  CreateOrderAnswer,
  CreateOrderRequest,
  PaymentParams,
  QueryOrderAnswer,
  Result,
} from '../../shared/contract/index.ts';

/** Control API answers, as far as the demo reads them. */
export interface SandboxNotification {
  id: string;
  outTradeNo?: string;
  attempts: { status?: number; body?: string }[];
}

export class DemoClient {
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  /** What `wx.cloud.callFunction` does for this user; without an openid there is no identity. */
  async call<T>(name: string, data: unknown, openid?: string): Promise<Result<T>> {
    const answer = await this.post<{ result?: Result<T>; errMsg: string; errCode?: number }>(
      `/_cloud/functions/${name}`,
      data,
      openid === undefined ? {} : { 'x-sandbox-openid': openid },
    );
    if (!answer.result) throw new Error(`${name}: ${answer.errCode ?? ''} ${answer.errMsg}`);
    return answer.result;
  }

  /** The same, for a call that must succeed. */
  async must<T>(name: string, data: unknown, openid: string): Promise<T> {
    const result = await this.call<T>(name, data, openid);
    if (!result.ok) throw new Error(`${name}: ${result.error.code}: ${result.error.messageEn}`);
    return result.data;
  }

  createOrder(request: CreateOrderRequest, openid: string): Promise<CreateOrderAnswer> {
    return this.must('createOrder', request, openid);
  }

  async orderState(outTradeNo: string, openid: string): Promise<QueryOrderAnswer['orders'][number]> {
    const { orders } = await this.must<QueryOrderAnswer>('queryOrder', { outTradeNo }, openid);
    if (!orders[0]) throw new Error(`queryOrder gave no order for ${outTradeNo}`);
    return orders[0];
  }

  cashier(payment: PaymentParams): Promise<Record<string, unknown>> {
    return this.post('/_sandbox/cashier', payment);
  }

  pay(outTradeNo: string, openid: string): Promise<unknown> {
    return this.post(`/_sandbox/orders/${outTradeNo}/pay`, { openid });
  }

  async notifications(outTradeNo: string): Promise<SandboxNotification[]> {
    const path = `/_sandbox/notifications?outTradeNo=${encodeURIComponent(outTradeNo)}`;
    return (await this.get<{ notifications: SandboxNotification[] }>(path)).notifications;
  }

  documents<T = Record<string, unknown>>(collection: string): Promise<T[]> {
    return this.get<{ documents: T[] }>(`/_cloud/database/${collection}`).then((page) => page.documents);
  }

  /** Asked again when the server had ended the kept connection by which it was asked, as it does when one of both was busy for long. */
  async get<T>(path: string): Promise<T> {
    return (await this.#fetch(path, {}).catch((error: { cause?: { code?: string } }) => {
      if (error.cause?.code !== 'UND_ERR_SOCKET') throw error;
      return this.#fetch(path, {});
    })) as T;
  }

  async post<T>(path: string, body: unknown, headers: Record<string, string> = {}): Promise<T> {
    return (await this.#fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })) as T;
  }

  async put<T>(path: string, body: unknown): Promise<T> {
    return (await this.#fetch(path, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })) as T;
  }

  async #fetch(path: string, init: RequestInit): Promise<unknown> {
    const response = await fetch(this.url + path, init);
    const text = await response.text();
    const cloudCall = path.startsWith('/_cloud/functions/') || path === '/_sandbox/cashier';
    if (!response.ok && !cloudCall) throw new Error(`${path}: HTTP ${response.status} ${text.slice(0, 300)}`);
    return text === '' ? undefined : JSON.parse(text);
  }
}

/** A token as the mini-program makes one for each cart. */
export function requestToken(): string {
  return createHash('sha256').update(randomUUID()).digest('hex').slice(0, 32);
}

/** Polls until `read` returns something, for at most `timeoutMs`. */
export async function until<T>(
  what: string,
  read: () => Promise<T | undefined>,
  timeoutMs = 20_000,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const value = await read();
    if (value !== undefined) return value;
    if (performance.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
