/**
 * Plays concurrent clients of one order against the real domain and the real simulator, in an order that a seed gives,
 * and records what each of them asked, was answered, and when.
 */
import type { MemoryDocuments } from '../../../shared/core/testing/documents.ts';
import { paymentNumber } from '../../../shared/payments/orders/build-records.ts';
import { closeOrder } from '../../../shared/payments/orders/close.ts';
import { createOrder } from '../../../shared/payments/orders/create.ts';
import type { CreateOrderPorts } from '../../../shared/payments/orders/ports.ts';
import { type QueryOrderPorts, queryOrder } from '../../../shared/payments/orders/query.ts';
import { checkDueOrders } from '../../../shared/payments/reconcile/check-orders.ts';
import { workOnDueRefunds } from '../../../shared/payments/refunds/find.ts';
import type { RefundPorts } from '../../../shared/payments/refunds/ports.ts';
import { refundOrder } from '../../../shared/payments/refunds/refund-order.ts';
import { products } from '../../../shared/payments/testing/shop.ts';
import { productsCollection } from '../../../shared/shop/products.ts';
import type { Transport } from '../../../shared/wechatpay/http/client-types.ts';
import { type RefundShop, refundShop } from '../../payments/refund-shop.ts';
import { type Fault, faultyDocuments, faultyTransport } from '../faults.ts';
import { interleave, type Turn } from '../interleaving.ts';
import { type Callback, receive, tokenOf } from '../refund-instances.ts';
import type { Operation } from './checker.ts';
import type { OrderInput, OrderOutput } from './order-specification.ts';

export type Recorded = Operation<OrderInput, OrderOutput>;
type Ports = RefundPorts & CreateOrderPorts & QueryOrderPorts;

const buyer = { openid: 'oPayer' };
const requestToken = tokenOf('cart');
const paymentNo = paymentNumber('direct', buyer.openid, requestToken);
export const paidFen = 6800;

/** What a client asks for; `pay` is what the payer does at WeChat Pay, and `wait` lets time pass. */
export type Ask =
  | { readonly does: 'create' | 'query' | 'close' | 'notify' | 'timer' | 'left' | 'pay' | 'wait' }
  | { readonly does: 'refund'; readonly name: string; readonly fen: number };

/** One after the other; each on an instance of its own. */
export type Client = readonly { readonly ask: Ask; readonly fault: Fault }[];

/** Answers that say something about the order. After any other, it is unknown whether there was an effect. */
const clear: ReadonlySet<unknown> = new Set([
  ...['OK', 'OPEN', 'CLOSED', 'PAID'],
  ...['ORDER_NOT_FOUND', 'ORDER_CLOSED', 'ORDER_PAID', 'ORDER_NOT_PAID', 'REFUND_EXCEEDS'],
  // WeChat Pay has no reason to refuse what is right here.
  'WECHATPAY_REFUSED',
]);

export class OrderHistory {
  readonly operations: Recorded[] = [];
  readonly #shop: RefundShop;
  readonly #signed: Callback[];
  #now = 0;
  #there: 'NONE' | 'NOTPAY' | 'CLOSED' | 'SUCCESS' = 'NONE';

  private constructor(shop: RefundShop, signed: Callback[]) {
    this.#shop = shop;
    this.#signed = signed;
    shop.documents.put(productsCollection, ...products);
  }

  /** @param change what is done to the shop's documents: mistakes that a test plants */
  static async open(change: (documents: MemoryDocuments) => void = () => {}): Promise<OrderHistory> {
    const signed: Callback[] = [];
    const post = async (_: string, headers: Record<string, string>, rawBody: string) => {
      signed.push({ headers, rawBody });
      return { error: 'nobody listens', ms: 0 };
    };
    const startMs = Date.UTC(2026, 10, 27, 2);
    const shop = await refundShop('direct', () => startMs, { keyMode: 'public-key', post });
    change(shop.documents);
    return new OrderHistory(shop, signed);
  }

  /** What an instance left undone that ended is done; that is not part of the history. */
  async settle(): Promise<void> {
    for (const minutes of [2, 2, 10, 60]) {
      await this.#shop.sandbox.clock.advance(minutes * 60_000);
      await workOnDueRefunds(this.#shop.ports, () => true);
    }
  }

  close(): Promise<void> {
    return this.#shop.close();
  }

  /** All clients at once. @param choose who goes on, of so many that wait */
  async play(clients: readonly Client[], choose: (waiting: number) => number): Promise<void> {
    const operations = clients.map((client) => async (turn: Turn) => {
      for (const { ask, fault } of client) {
        await turn();
        await this.#record(ask, fault, turn);
      }
    });
    for (const outcome of await interleave(operations, choose)) {
      if (outcome.status === 'rejected') throw outcome.reason;
    }
  }

  async #record(ask: Ask, fault: Fault, turn: Turn): Promise<void> {
    if (ask.does === 'wait') return this.#shop.sandbox.clock.advance(3_000);
    if (ask.does === 'pay') return this.#pay();
    const input: OrderInput =
      ask.does === 'close' ? { does: 'close', isKnownThere: this.#there !== 'NONE' } : (ask as OrderInput);
    const calledAt = this.#now++;
    const answer = await this.#answer(ask, this.#instance(fault, turn)).catch(
      (error: { code?: unknown; message: string }) => {
        if (typeof error.code === 'string' || error.message === 'killed') return error.code;
        throw error;
      },
    );
    const isClear = typeof answer === 'number' || clear.has(answer);
    const output = isClear ? (answer as OrderOutput) : undefined;
    this.operations.push({ input, output, calledAt, returnedAt: isClear ? this.#now++ : Infinity });
  }

  async #answer(ask: Ask, ports: Ports): Promise<OrderOutput | undefined> {
    switch (ask.does) {
      case 'create': {
        const items = [{ productId: 'tea', quantity: 1 }];
        const { payment } = await createOrder(ports, buyer, { requestToken, items });
        return payment ? 'OPEN' : 'PAID';
      }
      case 'query': {
        const { orders } = await queryOrder(ports, buyer, { paymentNo });
        return shownAs(orders[0]!.state);
      }
      case 'close':
        await closeOrder(ports, buyer, { paymentNo });
        return 'OK';
      case 'notify':
        return this.#notify(ports);
      case 'refund': {
        const { name, fen: amountFen } = ask;
        const request = { action: 'refund', outTradeNo: paymentNo, requestToken: tokenOf(name), amountFen };
        await refundOrder(ports, 'oOperator', request);
        return 'OK';
      }
      case 'left': {
        const answer = await refundOrder(ports, 'oOperator', { action: 'query', outTradeNo: paymentNo });
        return (answer as { refundableFen: number }).refundableFen;
      }
      default:
        await checkDueOrders(ports, ['direct'], () => true);
        await workOnDueRefunds(ports, () => true);
        return 'OK';
    }
  }

  /** The callback of the payment, if there is one; without, nothing is answered. */
  async #notify(ports: Ports): Promise<OrderOutput | undefined> {
    const { sandbox } = this.#shop;
    const { json } = await sandbox.control('GET', '/notifications');
    const paid = (json.notifications as { id: string; eventType: string }[]).find(
      ({ eventType }) => eventType === 'TRANSACTION.SUCCESS',
    );
    if (!paid) return undefined;
    await sandbox.control('POST', `/notifications/${paid.id}/replay`, {});
    await receive(this.#shop, ports, this.#signed.at(-1)!);
    return 'OK';
  }

  async #pay(): Promise<void> {
    const { status } = await this.#shop.sandbox.control('POST', `/orders/${paymentNo}/pay`, {});
    if (status === 200) this.#happened('SUCCESS');
  }

  /** WeChat Pay has accepted something, just now. */
  #happened(state: 'NOTPAY' | 'CLOSED' | 'SUCCESS'): void {
    if (this.#there === state || (state === 'NOTPAY' && this.#there !== 'NONE')) return;
    this.#there = state;
    const at = this.#now++;
    const input = { does: 'WeChat Pay', state } as const;
    this.operations.push({ input, output: 'OK', calledAt: at, returnedAt: at });
  }

  #instance(fault: Fault, turn: Turn): Ports {
    const watched =
      (transport: Transport): Transport =>
      async (request) => {
        const answer = await transport(request);
        const isDone = request.method === 'POST' && answer.status < 300;
        if (isDone && request.url.endsWith('/transactions/jsapi')) this.#happened('NOTPAY');
        if (isDone && request.url.endsWith('/close')) this.#happened('CLOSED');
        return answer;
      };
    const ports = this.#shop.instance((transport) => faultyTransport(fault, turn)(watched(transport)));
    return {
      ...ports,
      documents: faultyDocuments(this.#shop.documents, fault, turn),
      notifyUrl: 'http://127.0.0.1:9/notify',
      nonce: () => 'n'.repeat(32),
      deliver: async (order) => order,
    };
  }
}

function shownAs(state: string): OrderOutput {
  if (state === 'SUCCESS' || state === 'REFUND') return 'PAID';
  return state === 'CLOSED' ? 'CLOSED' : 'OPEN';
}
