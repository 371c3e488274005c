import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SandboxBus } from '../../bus.ts';
import { SandboxClock } from '../../clock.ts';
import { createSimulator, type SimulatorOptions } from '../index.ts';
import { watchLanguages } from './both-languages.ts';
import { type Answer, readAnswer, TestClient } from './client.ts';

/** A simulator in this process, with clients for its merchants and its control API. */
export async function startSandbox(
  options: Partial<SimulatorOptions> = {},
  realNow: () => number = Date.now,
) {
  const clock = new SandboxClock(realNow);
  const bus = new SandboxBus(() => clock.now());
  const unlike = watchLanguages(bus);
  const simulator = await createSimulator({ seed: 'tests', clock, bus, ...options });
  const { direct, partner, ecommerce } = simulator.credentials();
  const fetch = (request: Request) => simulator.fetch(request);
  let lastNo = 0;
  return {
    clock,
    bus,
    simulator,
    fetch,
    direct: new TestClient(direct, fetch),
    partner: new TestClient(partner, fetch),
    ecommerce: new TestClient(ecommerce, fetch),
    credentials: simulator.credentials(),
    async control(
      method: string,
      path: string,
      body?: unknown,
      headers?: Record<string, string>,
    ): Promise<Answer> {
      const init = {
        method,
        ...(headers && { headers }),
        ...(body !== undefined && { body: JSON.stringify(body) }),
      };
      return readAnswer(await fetch(new Request(`http://127.0.0.1:8700/_sandbox${path}`, init)));
    },
    /** A new out_trade_no. */
    no: () => `T${String(++lastNo).padStart(9, '0')}`,
    async lastExchange() {
      const answer = await this.control('GET', '/exchanges?limit=1');
      return answer.json.exchanges[0];
    },
    /** @throws when a refusal since the start was explained differently in English and Chinese */
    async close() {
      await simulator.close();
      clock.stop();
      if (unlike.length > 0) throw new Error(`Explained differently: ${unlike.join('; ')}`);
    },
  };
}

export type Sandbox = Awaited<ReturnType<typeof startSandbox>>;

/** The body of a direct order that is right in every field. */
export function directOrder(
  sandbox: Sandbox,
  changes: Record<string, unknown> = {},
): Record<string, unknown> {
  const { appid, mchid } = sandbox.direct.account;
  return {
    appid,
    mchid,
    description: '沙箱商品',
    out_trade_no: sandbox.no(),
    notify_url: 'http://127.0.0.1:9/notify',
    amount: { total: 100, currency: 'CNY' },
    payer: { openid: 'oPayer' },
    ...changes,
  };
}

export function partnerOrder(
  sandbox: Sandbox,
  changes: Record<string, unknown> = {},
): Record<string, unknown> {
  const { appid, mchid } = sandbox.partner.account;
  return {
    sp_appid: appid,
    sp_mchid: mchid,
    sub_mchid: sandbox.credentials.partner.subMerchants[0]!.subMchid,
    description: '沙箱商品',
    out_trade_no: sandbox.no(),
    notify_url: 'http://127.0.0.1:9/notify',
    amount: { total: 100, currency: 'CNY' },
    payer: { sp_openid: 'oPayer' },
    ...changes,
  };
}

export function combinedOrder(sandbox: Sandbox, changes: Record<string, unknown> = {}) {
  const { appid, mchid } = sandbox.ecommerce.account;
  return {
    combine_appid: appid,
    combine_mchid: mchid,
    combine_out_trade_no: sandbox.no(),
    notify_url: 'http://127.0.0.1:9/notify',
    combine_payer_info: { openid: 'oPayer' },
    sub_orders: sandbox.credentials.ecommerce.subMerchants.map(({ subMchid }, index) => ({
      mchid,
      sub_mchid: subMchid,
      attach: '店铺',
      description: '沙箱商品',
      out_trade_no: sandbox.no(),
      amount: { total_amount: 100 * (index + 1), currency: 'CNY' },
      settle_info: { profit_sharing: index === 1 },
    })),
    ...changes,
  };
}

export interface Callback {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A merchant's server that records callbacks and answers as asked. */
export async function startReceiver(
  answer: (callback: Callback, count: number) => number | undefined = () => 204,
) {
  const callbacks: Callback[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    const callback = { headers: request.headers, body };
    callbacks.push(callback);
    const status = answer(callback, callbacks.length);
    if (status === undefined) return; // Never answers.
    response
      .writeHead(status, status === 302 ? { location: '/elsewhere' } : {})
      .end(status === 500 ? '{"code":"FAIL"}' : '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/notify`,
    callbacks,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export type Receiver = Awaited<ReturnType<typeof startReceiver>>;
