/** A shop with paid orders at the simulator: real signatures both ways, documents in memory. */
import { randomBytes } from 'node:crypto';
import { type Sandbox, startSandbox } from '../../sandbox/wechatpay/testing/sandbox.ts';
import type { SimulatorOptions } from '../../sandbox/wechatpay/types.ts';
import type { Account, AccountKind } from '../../shared/core/account.ts';
import { defaultPolicy } from '../../shared/core/policy.ts';
import { type MemoryDocuments, memoryDocuments } from '../../shared/core/testing/documents.ts';
import { balanceFen, movementsOf, recordMovement } from '../../shared/payments/ledger/ledger.ts';
import type { OrderRecord } from '../../shared/payments/orders/records.ts';
import { ordersCollection } from '../../shared/payments/orders/records.ts';
import type { RefundPorts } from '../../shared/payments/refunds/ports.ts';
import { openSharing } from '../../shared/payments/sharing/open.ts';
import { expectSoundMoney, readSimulatorLedger } from '../../shared/payments/testing/expect-sound-money.ts';
import { paidOrder } from '../../shared/payments/testing/paid-order.ts';
import { watchMoney } from '../../shared/payments/testing/watched-money.ts';
import { parseApiV3Key, parsePrivateKey, parsePublicKey } from '../../shared/wechatpay/crypto/keys.ts';
import { createPlatformKeys } from '../../shared/wechatpay/crypto/platform-keys.ts';
import { createClient } from '../../shared/wechatpay/http/client.ts';
import type { HttpRequest, HttpResponse, Transport } from '../../shared/wechatpay/http/client-types.ts';
import { TransportError } from '../../shared/wechatpay/http/transport-error.ts';

export interface RefundShop {
  readonly sandbox: Sandbox;
  readonly documents: MemoryDocuments;
  readonly ports: RefundPorts;
  readonly account: Account;
  readonly logged: string[];
  /** Requests as they were sent, with their bodies. */
  readonly sent: { readonly method: string; readonly url: string; readonly body: string }[];
  /** While it is `before`, no request arrives; while it is `after`, requests arrive and their answers are lost. */
  lose: 'before' | 'after' | undefined;
  /** Requests to these paths arrive, and the answers to POSTs are lost. */
  loseAnswersOf: RegExp | undefined;
  /** The ports of one more instance of the functions. @param through what its requests pass on their way */
  instance(through?: (transport: Transport) => Transport): RefundPorts;
  paidOrder(amountFen: number, changes?: Partial<OrderRecord>): Promise<OrderRecord>;
  order(outTradeNo: string): OrderRecord;
  /** An order's balance in our ledger. */
  ledgerFen(outTradeNo: string): Promise<number>;
  close(): Promise<void>;
}

const openid = 'oPayer';

/**
 * @param realNow what the sandbox's clock follows; a constant for a clock that only the test advances
 * @param options of the simulator
 */
export async function refundShop(
  kind: AccountKind = 'direct',
  realNow = Date.now,
  options: Partial<SimulatorOptions> = {},
): Promise<RefundShop> {
  const sandbox = await startSandbox({ transportTime: 'virtual', ...options }, realNow);
  const documents = memoryDocuments();
  const { logged, log } = recordingLog();
  const credentials = sandbox.credentials[kind];
  const subMchid = 'subMerchants' in credentials ? credentials.subMerchants[0]!.subMchid : null;
  const nowMs = () => sandbox.clock.now();
  const open = (through = (one: Transport) => one) =>
    accountAt(
      kind,
      credentials,
      nowMs,
      through((request) => transport(request)),
    );
  const account = open();
  const transport: Transport = async ({ url, method, headers, body }: HttpRequest): Promise<HttpResponse> => {
    shop.sent.push({ method, url, body: body === undefined ? '' : Buffer.from(body).toString() });
    const { lose } = shop;
    if (lose === 'before') throw new TransportError('lost', 'the connection broke');
    const sent = new Request(url, { method, headers: { ...headers }, ...(body !== undefined && { body }) });
    const answer = await sandbox.fetch(sent);
    const bytes = new Uint8Array(await answer.arrayBuffer());
    const isLost = method === 'POST' && shop.loseAnswersOf?.test(new URL(url).pathname);
    if (lose === 'after' || isLost) throw new TransportError('lost', 'the connection broke');
    return { status: answer.status, headers: Object.fromEntries(answer.headers), body: bytes };
  };
  const shop: RefundShop = {
    sandbox,
    documents,
    account,
    logged,
    sent: [],
    lose: undefined,
    loseAnswersOf: undefined,
    ports: {
      clock: { nowMs },
      documents,
      log,
      policy: defaultPolicy,
      accounts: { find: (wanted) => (wanted === kind ? account : undefined) },
      notifyUrlOf: () => 'http://127.0.0.1:9/notify',
    },
    instance: (through) => {
      const own = open(through);
      return { ...shop.ports, accounts: { find: (wanted) => (wanted === kind ? own : undefined) } };
    },
    order: (outTradeNo) => documents.peek<OrderRecord>(ordersCollection, outTradeNo)!,
    ledgerFen: async (outTradeNo) => balanceFen(await movementsOf(documents, outTradeNo)),
    paidOrder: (amountFen, changes = {}) => placePaid(shop, subMchid, amountFen, changes),
    close: watchedClose(sandbox, documents),
  };
  return shop;
}

/** Places an order at the simulator, pays it, and records it as if its callback had come. */
async function placePaid(
  { sandbox, account, documents, ports }: RefundShop,
  subMchid: string | null,
  amountFen: number,
  changes: Partial<OrderRecord>,
): Promise<OrderRecord> {
  const outTradeNo = sandbox.no();
  const { profitSharing = false } = changes;
  await place(account, subMchid, outTradeNo, { amountFen, profitSharing });
  const paid = await sandbox.control('POST', `/orders/${outTradeNo}/pay`, {});
  const transactionId = paid.json.order.orders[0].transactionId as string;
  const paidAtMs = ports.clock.nowMs();
  const order = {
    ...paidOrder(account, outTradeNo, { subMchid, openid, sellerId: subMchid }, paidAtMs),
    amountFen,
    transactionId,
    ...changes,
  };
  documents.put(ordersCollection, order);
  const payment = { amountFen: order.amountFen, reference: transactionId, atMs: paidAtMs };
  await recordMovement(documents, { ...order, outTradeNo }, { kind: 'PAYMENT', ...payment });
  if (profitSharing) await openSharing(ports, { order, transactionId, paidAtMs });
  return order;
}

export function recordingLog() {
  const logged: string[] = [];
  const add = (event: string, fields: unknown) => void logged.push(`${event} ${JSON.stringify(fields)}`);
  return { logged, log: { info: add, warn: add, error: add } };
}

/** The money is checked after each test and when the shop is closed. */
export function watchedClose(sandbox: Sandbox, documents: MemoryDocuments): () => Promise<void> {
  const checkForTheLastTime = watchMoney(async ({ withSimulator }) => {
    const ledger = await readSimulatorLedger(
      async (query) => (await sandbox.control('GET', `/ledger${query}`)).json,
    );
    expectSoundMoney(documents, withSimulator ? ledger : undefined);
  });
  return async () => {
    try {
      await checkForTheLastTime();
    } finally {
      await sandbox.close();
    }
  };
}

type Credentials = Sandbox['credentials']['direct'];

export function accountAt(
  kind: AccountKind,
  of: Credentials,
  nowMs: () => number,
  transport: Transport,
): Account {
  const client = createClient({
    account: {
      mchid: of.mchid,
      serialNo: of.serialNo,
      privateKey: parsePrivateKey(of.privateKeyPem),
      apiV3Key: parseApiV3Key(of.apiV3Key),
    },
    platformKeys: createPlatformKeys({
      publicKey: { id: of.publicKeyId, key: parsePublicKey(of.publicKeyPem) },
      nowMs,
    }),
    bases: ['http://127.0.0.1:8700'],
    nowMs,
    nonce: () => randomBytes(16).toString('hex'),
    // No waiting between attempts.
    random: () => 0,
    transport,
  });
  return { kind, appid: of.appid, mchid: of.mchid, client };
}

interface NewOrder {
  readonly amountFen: number;
  readonly profitSharing: boolean;
}

async function place(
  account: Account,
  subMchid: string | null,
  outTradeNo: string,
  { amountFen, profitSharing }: NewOrder,
) {
  const common = {
    description: '沙箱商品',
    out_trade_no: outTradeNo,
    notify_url: 'https://shop.example/notify',
    amount: { total: amountFen, currency: 'CNY' as const },
    ...(profitSharing && { settle_info: { profit_sharing: true } }),
  };
  const { appid, mchid, client } = account;
  if (subMchid === null) {
    await client.request('POST /v3/pay/transactions/jsapi', { appid, mchid, ...common, payer: { openid } });
    return;
  }
  await client.request('POST /v3/pay/partner/transactions/jsapi', {
    sp_appid: appid,
    sp_mchid: mchid,
    sub_mchid: subMchid,
    ...common,
    payer: { sp_openid: openid },
  });
}
