/** A shop with its own goods and those of two sellers at the simulator, one payer, and instances of its functions. */
import { type Sandbox, startSandbox } from '../../sandbox/wechatpay/testing/sandbox.ts';
import type { Account, AccountKind, ProviderKind } from '../../shared/core/account.ts';
import { defaultPolicy, type Policy } from '../../shared/core/policy.ts';
import { type MemoryDocuments, memoryDocuments } from '../../shared/core/testing/documents.ts';
import { type SellerRecord, sellersCollection } from '../../shared/merchants/sellers.ts';
import { type FulfilmentPorts, fulfilOnce } from '../../shared/payments/fulfilment/outbox.ts';
import type { EndpointPorts } from '../../shared/payments/notifications/endpoint.ts';
import { memberNumber, paymentNumber } from '../../shared/payments/orders/build-records.ts';
import type { CreateOrderPorts, ProviderRpc } from '../../shared/payments/orders/ports.ts';
import { servePayment } from '../../shared/payments/orders/provider-rpc.ts';
import type { QueryOrderPorts } from '../../shared/payments/orders/query.ts';
import { checkDueOrders } from '../../shared/payments/reconcile/check-orders.ts';
import type { RefundPorts } from '../../shared/payments/refunds/ports.ts';
import { type ProductRecord, productsCollection } from '../../shared/shop/products.ts';
import type { HttpRequest, Transport } from '../../shared/wechatpay/http/client-types.ts';
import { accountAt, recordingLog, watchedClose } from '../payments/refund-shop.ts';
import { type Fault, faultyClock, faultyDocuments, faultyTransport } from './faults.ts';
import type { Turn } from './interleaving.ts';
import type { Call, News } from './orders-facts.ts';
import { type Callback, tokenOf } from './refund-instances.ts';

export const payer = { openid: 'oPayer' };

/** What the function that delivers does with its next call. */
export type Delivery = 'delivers' | 'refuses' | 'throws' | 'hangs' | 'delivers, and does not say so';

type Ports = CreateOrderPorts & QueryOrderPorts & FulfilmentPorts & EndpointPorts;

export interface Instance {
  /** Of a function without the provider's key, which asks the one that has it. */
  readonly ports: Ports;
  /** Of the function that has it. */
  readonly provider: Ports;
  /** Of both, for refunds. */
  readonly refunds: RefundPorts;
}

/** Whose goods: the shop's, or sellers'. */
export type Whose = 'own' | 'sellers';
/** By whose they are; the second one of sellers is of one seller alone. */
const carts: Readonly<Record<Whose, readonly (readonly [string, number][])[]>> = {
  own: [
    [['tea', 1]],
    [
      ['tea', 2],
      ['cup', 3],
    ],
  ],
  sellers: [
    [
      ['bread', 1],
      ['honey', 2],
    ],
    [['bread', 3]],
  ],
};
/** Of tokens. */
export const names = ['a', 'b', 'c'];
const firstPrices = { tea: 6800, cup: 1, bread: 2600, honey: 4500 };
export const productIds = Object.keys(firstPrices);
const sellerOf: Readonly<Record<string, string>> = { bread: 's1', honey: 's2' };

/** What is in a cart, as the client sends it. */
export const cartOf = (whose: Whose, cart: number) =>
  carts[whose][cart]!.map(([productId, quantity]) => ({ productId, quantity }));

/** The same in the words of the model. */
export const describeCart = (items: readonly { readonly productId: string; readonly quantity: number }[]) =>
  items
    .map(({ productId, quantity }) => `${productId} ${quantity}`)
    .sort()
    .join();

type OpenNews = { -readonly [Name in keyof News]: News[Name][number][] };
const noNews = (): OpenNews => ({
  told: [],
  paymentsAcknowledged: [],
  refundsAcknowledged: [],
  closed: [],
  wrong: [],
});

export class OrdersShop {
  readonly sandbox: Sandbox;
  readonly provider: ProviderKind;
  /** Callbacks as they were signed. */
  readonly signed: readonly Callback[];
  readonly clocksDiffer: boolean;
  readonly documents: MemoryDocuments = memoryDocuments();
  /** What clients were given to pay with, oldest first. */
  readonly tickets: object[] = [];
  /** Payments that the payer has before the eyes. */
  readonly cashiers: string[] = [];
  readonly calls: Call[] = [];
  /** What the function does that delivers; after that, it delivers. */
  readonly deliveries: Delivery[] = [];
  readonly numbers = new Map<string, readonly (readonly string[])[]>();
  news = noNews();
  readonly close: () => Promise<void>;
  readonly #accounts: readonly Account[];
  readonly #policy: Policy;
  readonly #log = recordingLog().log;
  readonly #prices = new Map<string, number>(Object.entries(firstPrices));
  readonly #pricesAtFirst = new Map<string, ReadonlyMap<string, number>>();
  readonly #requests = new Map<string, string>();

  private constructor(sandbox: Sandbox, signed: readonly Callback[], setting: Setting) {
    const { provider, limit, clocksDiffer } = setting;
    this.sandbox = sandbox;
    this.provider = provider;
    this.signed = signed;
    this.clocksDiffer = clocksDiffer;
    this.#policy = { ...defaultPolicy, maxOpenPayments: limit };
    this.#accounts = this.accountsThrough((transport) => transport);
    this.close = watchedClose(sandbox, this.documents);
    const { subMerchants } = sandbox.credentials[provider];
    this.documents.put(
      sellersCollection,
      seller('s1', provider, subMerchants[0]!.subMchid),
      seller('s2', provider, subMerchants[1]!.subMchid),
    );
    for (const id of productIds) this.setPrice(id, this.#prices.get(id)!);
    for (const name of names) {
      const [own, ofSellers] = [numberOf(this, 'own', name), numberOf(this, 'sellers', name)];
      this.numbers.set(own, [[own]]);
      const members = ['s1', 's2'].map((each) => memberNumber(ofSellers, each));
      this.numbers.set(ofSellers, [members, [ofSellers]]);
    }
  }

  static async open(setting: Setting): Promise<OrdersShop> {
    const signed: Callback[] = [];
    const post = async (_: string, headers: Record<string, string>, rawBody: string) => {
      signed.push({ headers, rawBody });
      return { error: 'nobody listens', ms: 0 };
    };
    const startMs = Date.UTC(2026, 10, 27, 2);
    const options = { transportTime: 'virtual', keyMode: 'public-key', post } as const;
    const sandbox = await startSandbox(options, () => startMs);
    // They come when a sequence says so.
    await sandbox.control('POST', '/notifications/settings', { hold: true });
    return new OrdersShop(sandbox, signed, setting);
  }

  setPrice(id: string, amountFen: number): void {
    this.#prices.set(id, amountFen);
    const sellerId = sellerOf[id];
    const price = { kind: 'fixed', amountFen } as const;
    const product: ProductRecord = { _id: id, title: id, price, onSale: true, ...(sellerId && { sellerId }) };
    this.documents.put(productsCollection, product);
  }

  /** Those of the time when the payment was first looked at, right after it was stored. */
  pricesAtFirst(paymentNo: string): ReadonlyMap<string, number> {
    const known = this.#pricesAtFirst.get(paymentNo) ?? new Map(this.#prices);
    this.#pricesAtFirst.set(paymentNo, known);
    return known;
  }

  takeNews(): News {
    const { news } = this;
    this.news = noNews();
    return news;
  }

  account(kind: AccountKind): Account {
    return this.#accounts.find((each) => each.kind === kind)!;
  }

  kindOf(mchid: string): AccountKind {
    return this.#accounts.find((each) => each.mchid === mchid)!.kind;
  }

  accountsThrough(through: (transport: Transport) => Transport): Account[] {
    const nowMs = () => this.sandbox.clock.now();
    return (['direct', this.provider] as const).map((kind) =>
      accountAt(
        kind,
        this.sandbox.credentials[kind],
        nowMs,
        through((request) => this.#send(request)),
      ),
    );
  }

  /** One more instance of each function. */
  instance(fault: Fault, turn: Turn): Instance {
    const [direct, provider] = this.accountsThrough(faultyTransport(fault, turn)) as [Account, Account];
    const shared = {
      clock: faultyClock({ nowMs: () => this.sandbox.clock.now() }, this.clocksDiffer ? fault : {}),
      documents: faultyDocuments(this.documents, fault, turn),
      log: this.#log,
      policy: this.#policy,
      notifyUrl: 'http://127.0.0.1:9/notify',
      nonce: () => 'n'.repeat(32),
      fulfilmentFunction: 'fulfil',
      functions: { call: (_: string, data: object) => this.#fulfil(data, turn) },
      accountAt: (path: string) => [direct, provider].find(({ kind }) => path === `/${kind}`)?.kind,
      keysOf: (kind: AccountKind) => {
        const { client } = kind === 'direct' ? direct : provider;
        return { platformKeys: client.platformKeys, apiV3Key: client.account.apiV3Key };
      },
    };
    const portsOf = (accounts: readonly Account[], providerRpc?: ProviderRpc): Ports => {
      const ports: Ports = {
        ...shared,
        ...(providerRpc && { providerRpc }),
        accounts: { find: (wanted) => accounts.find(({ kind }) => kind === wanted) },
        deliver: (order) => fulfilOnce(ports, order),
      };
      return ports;
    };
    const ofProvider = portsOf([provider]);
    const rpc: ProviderRpc = {
      refresh: (paymentNo) => servePayment(ofProvider, { action: 'refresh', paymentNo }),
      close: (paymentNo) => servePayment(ofProvider, { action: 'close', paymentNo }),
      reconcile: async () => void (await checkDueOrders(ofProvider, [this.provider], () => true)),
    };
    const refunds = { ...portsOf([direct, provider]), notifyUrlOf: () => undefined };
    return { ports: portsOf([direct], rpc), provider: ofProvider, refunds };
  }

  async #send({ url, method, headers, body }: HttpRequest) {
    const sent = new Request(url, { method, headers: { ...headers }, ...(body !== undefined && { body }) });
    if (method === 'POST' && body !== undefined) this.#expectSame(url, Buffer.from(body).toString());
    const answer = await this.sandbox.fetch(sent);
    const bytes = new Uint8Array(await answer.arrayBuffer());
    return { status: answer.status, headers: Object.fromEntries(answer.headers), body: bytes };
  }

  /** A number stands for the parameters that it was first sent with. */
  #expectSame(url: string, body: string): void {
    if (!url.endsWith('/jsapi')) return;
    const { combine_out_trade_no, out_trade_no } = JSON.parse(body);
    const no: string = combine_out_trade_no ?? out_trade_no;
    const first = this.#requests.get(no) ?? body;
    this.#requests.set(no, first);
    if (first !== body) this.news.wrong.push(`${no} was sent again with other parameters`);
  }

  async #fulfil(data: object, turn: Turn): Promise<unknown> {
    await turn();
    const does = this.deliveries.shift() ?? 'delivers';
    const { outTradeNo, amountFen, transactionId } = data as Call;
    const atMs = this.sandbox.clock.now();
    this.calls.push({ outTradeNo, amountFen, transactionId, atMs, delivers: does.startsWith('delivers') });
    await turn();
    if (does === 'throws') throw new Error('no stock');
    if (does === 'refuses') return { done: false };
    if (does === 'delivers') return { done: true };
    throw Object.assign(new Error('no answer'), { code: 'UNAVAILABLE' });
  }
}

export interface Setting {
  readonly provider: ProviderKind;
  readonly limit: number;
  readonly clocksDiffer: boolean;
}

/** The number of the payment that a token gives. */
export function numberOf({ provider }: Pick<OrdersShop, 'provider'>, whose: Whose, name: string): string {
  return paymentNumber(whose === 'own' ? 'direct' : provider, payer.openid, tokenOf(name));
}

function seller(id: string, account: ProviderKind, subMchid: string): SellerRecord {
  return {
    _id: id,
    name: id,
    ownerOpenid: null,
    account,
    subMchid,
    state: 'ACTIVE',
    profitSharing: false,
    applicationId: null,
    createdAtMs: 0,
    updatedAtMs: 0,
  };
}
