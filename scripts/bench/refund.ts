/** What a refund costs an operator's function, warm in CPU, against the same exchanges with node's built-ins. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { instanceEnvironment } from '../../sandbox/cloudbase/host/environment.ts';
import { invocationContext } from '../../sandbox/cloudbase/host/identity.ts';
import { operatorOpenid } from '../../sandbox/system/environment.ts';
import { users } from '../../sandbox/system/shop.ts';
import { startSystem } from '../../sandbox/system/system.ts';
import { DemoClient, requestToken, until } from '../demo/client.ts';
import { run, startFloorServer } from './create-order.ts';

export interface RefundFigures {
  /** ms of CPU of the function's process per warm call. */
  readonly cpuMs: number;
  /** The same of the floor, in the same process and run. */
  readonly floorMs: number;
  /** Requests per call, to the database and to WeChat Pay. */
  readonly exchanges: number;
}

const here = join(fileURLToPath(import.meta.url), '..');
const warmCalls = 40;
const callsPerRound = 15;

/** Each call gives a part of another order back: refunds of one order are a minute apart. */
export async function benchRefund(root: string, rounds: number): Promise<RefundFigures> {
  const system = await startSystem({ root, port: 0 });
  const floorServer = await startFloorServer();
  const functionName = 'refundOrder';
  const platform = { envId: system.emulator.envId, functionName, memorySizeMb: 256, baseUrl: system.url };
  const invocation = invocationContext({
    identity: { source: 'user', openid: operatorOpenid },
    requestId: 'bench',
    envId: system.emulator.envId,
    appid: system.simulator.credentials().direct.appid,
    functionName,
    memorySizeMb: 256,
    timeoutMs: 20_000,
  });
  const variables = system.environmentOf(functionName);
  const env = { ...instanceEnvironment(platform, variables), ...invocation.env };
  try {
    const orders = await paidOrders(new DemoClient(system.url), warmCalls + 1 + rounds * callsPerRound);
    const prepared = orders.map((outTradeNo) => ({
      openid: operatorOpenid,
      event: { action: 'refund', outTradeNo, requestToken: requestToken(), amountFen: 100 },
    }));
    const printed = await run([join(here, 'warm-client.cjs')], env, {
      folder: join(root, 'dist/functions', functionName),
      context: invocation.context,
      rounds,
      floorUrl: floorServer.url,
      prepared,
      warmCalls,
      callsPerRound,
    });
    const { exchanges, ...figures } = JSON.parse(printed.trim().split('\n').at(-1)!) as {
      cpuMs: number;
      floorMs: number;
      exchanges: unknown[];
    };
    return { ...figures, exchanges: exchanges.length };
  } finally {
    floorServer.close();
    await system.close();
  }
}

/** Delivered too, so that nothing but the refunds is left to do. */
async function paidOrders(client: DemoClient, count: number): Promise<string[]> {
  const payer = users[0]!.openid;
  const orders: string[] = [];
  for (let made = 0; made < count; made++) {
    const items = [{ productId: 'cup-celadon', quantity: 1 }];
    const { paymentNo } = await client.createOrder({ requestToken: requestToken(), items }, payer);
    await client.pay(paymentNo, payer);
    await until(`${paymentNo} to be paid`, async () => {
      const { state } = await client.orderState(paymentNo, payer);
      return state === 'SUCCESS' ? true : undefined;
    });
    orders.push(paymentNo);
  }
  return orders;
}
