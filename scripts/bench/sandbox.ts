/** How fast the WeChat Pay simulator alone is: complete order life cycles, over real sockets, on one core. */
import { createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { SandboxBus } from '../../sandbox/bus.ts';
import { SandboxClock } from '../../sandbox/clock.ts';
import { serve } from '../../sandbox/server.ts';
import { type AccountCredentials, createSimulator, type Simulator } from '../../sandbox/wechatpay/index.ts';

export interface SandboxBench {
  /**
   * One order life cycle: order, query, payment, callback received. Per second of one core, by CPU time and not
   * wall-clock time, so that a busy machine measures the same.
   */
  readonly lifecyclesPerSecond: number;
  /** Heap after all garbage was collected, in MB; what the client and this program need is in it. */
  readonly heapMb: number;
}

const atOnce = 16;

/**
 * Runs as many life cycles as fit into `forMs`; client, simulator and receiver share this process.
 * @param ordersBefore how many paid orders the simulator has already
 */
export async function benchSandbox(ordersBefore: number, forMs = 3_000): Promise<SandboxBench> {
  const clock = new SandboxClock();
  const simulator = await createSimulator({
    clock,
    bus: new SandboxBus(() => clock.now()),
    seed: 'bench',
  });
  const server = await serve((incoming) => simulator.fetch(incoming), { port: 0 });
  const receiver = await startReceiver();
  const account = simulator.credentials().direct;
  await fill(simulator, receiver, new BenchClient(server.port, account, 'FIRST'), ordersBefore);
  // A connection that idled while the state was filled would be closed.
  const client = new BenchClient(server.port, account, 'BENCH');
  let lives = 0;
  try {
    for (let warm = 0; warm < 20; warm++) await client.live(receiver);
    const heapMb = heapMbNow();
    const startedMs = performance.now();
    const before = process.cpuUsage();
    const lane = async () => {
      while (performance.now() - startedMs < forMs) {
        await client.live(receiver);
        lives++;
      }
    };
    await Promise.all(Array.from({ length: atOnce }, lane));
    const { user, system } = process.cpuUsage(before);
    return { lifecyclesPerSecond: lives / ((user + system) / 1e6), heapMb };
  } finally {
    client.close();
    await simulator.close();
    await server.close();
    await receiver.close();
    clock.stop();
  }
}

interface Saved {
  readonly history: {
    readonly slots: Record<string, [string, unknown][]>;
    readonly ledger: readonly unknown[];
  };
}

/** As many callbacks as the simulator keeps. */
const mostNotifications = 20_000;

/** Places one order and copies it. */
async function fill(
  simulator: Simulator,
  receiver: Receiver,
  client: BenchClient,
  count: number,
): Promise<void> {
  await client.live(receiver);
  client.close();
  await simulator.restore(filled(simulator.snapshot() as Saved, count));
}

/** The state with copies of its first order, under other numbers: placing them one by one would take minutes. */
function filled(saved: Saved, count: number): Saved {
  const { slots, ledger } = saved.history;
  const [, first] = slots.payments![0] as [
    string,
    { paymentNo: string; prepayId: string; orders: { transactionId: string }[] },
  ];
  const ids = [first.paymentNo, first.prepayId, first.orders[0]!.transactionId, slots.notifications![0]![0]];
  const copyOf = (sample: string, copy: number): unknown => {
    const suffix = String(copy).padStart(9, '0');
    return JSON.parse(ids.reduce((done, id) => done.replaceAll(id, `${id.slice(0, -9)}${suffix}`), sample));
  };
  const copies = (entry: unknown, most: number): unknown[] => {
    // The sample's response may still be in flight.
    const sample = JSON.stringify(entry).replaceAll('"state":"pending"', '"state":"delivered"');
    return Array.from({ length: Math.min(count, most) }, (_, copy) => copyOf(sample, copy));
  };
  const filledSlots = Object.entries(slots).map(([family, entries]) => {
    const sample = entries.find((entry) => mentions(entry, ids));
    const most = family === 'notifications' ? mostNotifications : count;
    return [family, sample ? [...entries, ...copies(sample, most)] : entries];
  });
  const moves = ledger.flatMap((entry) => copies(entry, count));
  return {
    ...saved,
    history: { ...saved.history, slots: Object.fromEntries(filledSlots), ledger: [...ledger, ...moves] },
  };
}

function mentions(entry: unknown, ids: readonly string[]): boolean {
  const text = JSON.stringify(entry);
  return ids.some((id) => text.includes(id));
}

function heapMbNow(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed / 1e6;
}

interface Receiver {
  readonly url: string;
  /** Resolves when the callback for this path has come. */
  wait(no: string): Promise<void>;
  close(): Promise<void>;
}

async function startReceiver(): Promise<Receiver> {
  const waiting = new Map<string, () => void>();
  const server = createServer((incoming, outgoing) => {
    incoming.resume().on('end', () => {
      outgoing.writeHead(204).end();
      const no = incoming.url!.slice(1);
      waiting.get(no)?.();
      waiting.delete(no);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    wait: (no) => new Promise((resolve) => waiting.set(no, resolve)),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

class BenchClient {
  readonly #port: number;
  readonly #account: AccountCredentials;
  readonly #key: KeyObject;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  #lastNo = 0;

  readonly #prefix: string;

  constructor(port: number, account: AccountCredentials, prefix: string) {
    this.#port = port;
    this.#prefix = prefix;
    this.#account = account;
    this.#key = createPrivateKey(account.privateKeyPem);
  }

  async live(receiver: Receiver): Promise<void> {
    const no = `${this.#prefix}${String(++this.#lastNo).padStart(8, '0')}`;
    const { appid, mchid } = this.#account;
    const received = receiver.wait(no);
    await this.#call('POST', '/v3/pay/transactions/jsapi', {
      appid,
      mchid,
      description: 'bench',
      out_trade_no: no,
      notify_url: `${receiver.url}/${no}`,
      amount: { total: 1 },
      payer: { openid: 'oBench' },
    });
    await this.#call('GET', `/v3/pay/transactions/out-trade-no/${no}?mchid=${mchid}`);
    await this.#call('POST', `/_sandbox/orders/${no}/pay`, {});
    await received;
  }

  close(): void {
    this.#agent.destroy();
  }

  #call(method: string, path: string, body?: object): Promise<void> {
    const text = body ? JSON.stringify(body) : '';
    const headers = {
      accept: 'application/json',
      'user-agent': 'bench',
      ...(body && { 'content-type': 'application/json' }),
      authorization: this.#authorize(method, path, text),
    };
    return new Promise((resolve, reject) => {
      const options = { port: this.#port, host: '127.0.0.1', method, path, headers, agent: this.#agent };
      request(options, (response) => {
        const fine = response.statusCode === 200;
        response
          .resume()
          .on('end', () => (fine ? resolve() : reject(new Error(`${path}: ${response.statusCode}`))));
      })
        .on('error', reject)
        .end(text);
    });
  }

  #authorize(method: string, path: string, body: string): string {
    const { mchid, serialNo } = this.#account;
    const timestamp = Math.floor(Date.now() / 1000);
    const nonce = `${this.#prefix}${this.#lastNo}${method}${Math.random().toString(36).slice(2)}`;
    const message = `${method}\n${path}\n${timestamp}\n${nonce}\n${body}\n`;
    const signature = sign('sha256', Buffer.from(message), this.#key).toString('base64');
    return `WECHATPAY2-SHA256-RSA2048 mchid="${mchid}",nonce_str="${nonce}",signature="${signature}",timestamp="${timestamp}",serial_no="${serialNo}"`;
  }
}
