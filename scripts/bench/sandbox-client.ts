/** What places, pays and receives orders in the benchmarks of the simulator. */
import { createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AccountCredentials } from '../../sandbox/wechatpay/index.ts';

export interface Receiver {
  readonly url: string;
  /** Resolves when the callback for this path has come. */
  wait(no: string): Promise<void>;
  close(): Promise<void>;
}

export async function startReceiver(): Promise<Receiver> {
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

export class BenchClient {
  readonly #port: number;
  readonly #account: AccountCredentials;
  readonly #key: KeyObject;
  readonly #agent: Agent;
  #lastNo = 0;

  readonly #prefix: string;

  constructor(port: number, account: AccountCredentials, prefix: string, atOnce: number) {
    this.#agent = new Agent({ keepAlive: true, maxSockets: atOnce });
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

  /** Queries the first order again. */
  async query(): Promise<void> {
    const no = `${this.#prefix}${String(1).padStart(8, '0')}`;
    await this.#call('GET', `/v3/pay/transactions/out-trade-no/${no}?mchid=${this.#account.mchid}`);
  }

  control(method: string, path: string, body: object): Promise<void> {
    return this.#call(method, path, body);
  }

  close(): void {
    this.#agent.destroy();
  }

  /** Sends it again when a kept connection was closed in the moment in which it was used: no answer is lost by that. */
  async #call(method: string, path: string, body?: object): Promise<void> {
    while ((await this.#send(method, path, body)) === 'closed');
  }

  #send(method: string, path: string, body?: object): Promise<'answered' | 'closed'> {
    const text = body ? JSON.stringify(body) : '';
    const headers = {
      accept: 'application/json',
      'user-agent': 'bench',
      ...(body && { 'content-type': 'application/json' }),
      authorization: this.#authorize(method, path, text),
    };
    return new Promise((resolve, reject) => {
      const options = { port: this.#port, host: '127.0.0.1', method, path, headers, agent: this.#agent };
      const sent = request(options, (response) => {
        const fine = response.statusCode === 200;
        response
          .resume()
          .on('end', () =>
            fine ? resolve('answered') : reject(new Error(`${path}: ${response.statusCode}`)),
          );
      });
      // The agent does not mark a connection as used before when it passes it to a request that waits for one.
      const again = (error: NodeJS.ErrnoException) =>
        sent.reusedSocket || (method === 'GET' && error.code === 'ECONNRESET');
      sent.on('error', (error) => (again(error) ? resolve('closed') : reject(error)));
      sent.end(text);
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
