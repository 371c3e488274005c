/** The control API of a running sandbox, as far as the checks use it. */
import { SandboxProblem } from '../package/problem.ts';

export interface Attempt {
  readonly status?: number;
  readonly error?: string;
  /** 2xx within 5 s. */
  readonly ok: boolean;
  readonly ms: number;
}

export interface Delivery {
  readonly id: string;
  readonly outTradeNo: string;
  readonly eventType: string;
  readonly attempts: readonly Attempt[];
}

export interface Order {
  readonly outTradeNo: string;
  readonly state: string;
  readonly transactionIds: readonly string[];
}

/** See docs/fidelity.md, faults. */
export interface Fault {
  readonly route: string;
  readonly kind: string;
  readonly times?: number;
  readonly afterEffect?: boolean;
}

/** The sandbox refused a control call, or does not answer. */
class SandboxUnavailable extends SandboxProblem {}

export class SandboxClient {
  readonly #url: string;

  /** @param url without trailing slash */
  constructor(url: string) {
    this.#url = url;
  }

  async account<T>(name: string): Promise<T> {
    const account = (await this.#call<Record<string, T>>('GET', 'credentials'))[name];
    if (account !== undefined) return account;
    throw new SandboxUnavailable(`This sandbox has no ${name} account.`, `该沙箱没有 ${name} 商户。`);
  }

  /** Sends a request to an API in the name of a merchant. @throws SandboxUnavailable when it is refused */
  async signed(mchid: string, target: string, given: unknown): Promise<void> {
    const body = JSON.stringify(given);
    const query = new URLSearchParams({ mchid, method: 'POST', target });
    const authorization = await (
      await this.#fetch(`/_sandbox/sign?${query}`, { method: 'POST', body })
    ).text();
    const headers = {
      authorization,
      accept: 'application/json',
      'content-type': 'application/json',
      'user-agent': 'wechatpay-sandbox accept',
    };
    const answer = await this.#fetch(target, { method: 'POST', headers, body });
    if (answer.ok) return;
    const reason = `POST ${target}: ${answer.status} ${await answer.text()}`;
    throw new SandboxUnavailable(
      'The sandbox refused an order of the checks.',
      `沙箱拒绝了验收下的单。${reason}`,
    );
  }

  async orderCount(): Promise<number> {
    return (await this.#call<{ total: number }>('GET', 'orders?limit=1')).total;
  }

  async order(outTradeNo: string): Promise<Order> {
    const path = `orders/${encodeURIComponent(outTradeNo)}`;
    const { order } = await this.#call<{ order: Order & { orders: { transactionId?: string }[] } }>(
      'GET',
      path,
    );
    return { ...order, transactionIds: order.orders.flatMap(({ transactionId }) => transactionId ?? []) };
  }

  async pay(outTradeNo: string): Promise<void> {
    await this.#call('POST', `orders/${encodeURIComponent(outTradeNo)}/pay`, {});
  }

  /** The callback about this order's payment. @throws SandboxUnavailable when there is none */
  async paymentCallback(outTradeNo: string): Promise<Delivery> {
    const query = `notifications?limit=2000&outTradeNo=${encodeURIComponent(outTradeNo)}`;
    const { notifications } = await this.#call<{ notifications: Delivery[] }>('GET', query);
    const found = notifications.find(({ eventType }) => eventType === 'TRANSACTION.SUCCESS');
    if (found) return found;
    throw new SandboxUnavailable(
      `No callback of order ${outTradeNo}: has it a notify_url?`,
      `订单 ${outTradeNo} 没有回调：是否有 notify_url？`,
    );
  }

  async replay(id: string, tamper?: string, times = 1): Promise<readonly Attempt[]> {
    const body = { ...(tamper !== undefined && { tamper }), times };
    return (await this.#call<{ attempts: Attempt[] }>('POST', `notifications/${id}/replay`, body)).attempts;
  }

  async hold(): Promise<void> {
    await this.#call('POST', 'notifications/settings', { hold: true });
  }

  async release(order: 'in-order' | 'reversed' = 'in-order'): Promise<void> {
    await this.#call('POST', 'notifications/release', { order });
    await this.#call('POST', 'notifications/settings', { hold: false });
  }

  /** Replaces all faults. */
  async faults(...faults: Fault[]): Promise<void> {
    await this.#call('PUT', 'faults', faults);
  }

  /** The id of the newest exchange; 0 before the first. */
  async lastExchange(): Promise<number> {
    return (await this.#exchanges(1))[0]?.id ?? 0;
  }

  /** How many requests to create an order were made after that exchange. */
  async createRequestsAfter(lastId: number): Promise<number> {
    return (await this.#exchanges()).filter(({ id, request }) => id > lastId && isCreate(request)).length;
  }

  /** The out_refund_no of each refund request of this order. */
  async refundNumbers(outTradeNo: string): Promise<readonly string[]> {
    const bodies = (await this.#exchanges())
      .map(({ request }) => request)
      .filter(
        ({ method, target }) =>
          method === 'POST' && /^\/v3\/(ecommerce\/refunds\/apply|refund\/domestic\/refunds)$/.test(target),
      )
      .map(
        ({ body }) =>
          JSON.parse(body) as { out_trade_no?: string; transaction_id?: string; out_refund_no: string },
      );
    const { transactionIds } = await this.order(outTradeNo);
    const own = bodies.filter(
      (body) => body.out_trade_no === outTradeNo || transactionIds.includes(body.transaction_id ?? ''),
    );
    return [...new Set(own.map(({ out_refund_no }) => out_refund_no))];
  }

  async keyMode(): Promise<string> {
    return (await this.#call<{ mode: string }>('GET', 'keys')).mode;
  }

  async rotate(phase: 'announce' | 'switch' | true): Promise<void> {
    await this.#call('POST', 'keys', { rotate: phase });
  }

  /** Newest first. */
  async #exchanges(limit = 2000): Promise<readonly { id: number; request: Request }[]> {
    const path = `exchanges?limit=${limit}`;
    return (await this.#call<{ exchanges: { id: number; request: Request }[] }>('GET', path)).exchanges;
  }

  async #call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await this.#fetch(`/_sandbox/${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const answer = (await response.json()) as { message?: string };
    if (response.ok) return answer as T;
    const call = `${method} ${path}: ${answer.message ?? response.status}`;
    throw new SandboxUnavailable('The sandbox refused a control call.', `沙箱拒绝了控制调用。${call}`);
  }

  #fetch(path: string, init: RequestInit): Promise<Response> {
    return fetch(this.#url + path, init).catch((cause: unknown) => {
      throw new SandboxUnavailable(
        `No sandbox answers at ${this.#url}: start one, or give its address with --url.`,
        `${this.#url} 没有沙箱在运行：请先启动，或用 --url 指明地址。`,
        { cause },
      );
    });
  }
}

interface Request {
  readonly method: string;
  readonly target: string;
  readonly body: string;
}

function isCreate({ method, target }: Request): boolean {
  return (
    method === 'POST' &&
    /^\/v3\/(pay|combine-transactions)\//.test(target) &&
    !/\/(close|reverse)\b/.test(target)
  );
}
