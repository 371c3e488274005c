/**
 * What the steps of one order cost in calls of functions, database requests and requests to WeChat Pay, counted with the
 * deployed bundles and the real SDKs. The figures are in docs/guides/scale.md.
 */
import type { System } from '../../sandbox/system/system.ts';
import { DemoClient, requestToken, until } from '../demo/client.ts';
import { startIndexedSystem } from './indexed-system.ts';
import { countRequests } from './request-counts.ts';
import { median } from './statistics.ts';

export interface StepCost {
  readonly step: string;
  readonly functionCalls: number;
  readonly databaseRequests: number;
  readonly wechatPayRequests: number;
}

const minuteMs = 60_000;
/** The timer may come between: the middle one of so many is that of the step alone. */
const rounds = 5;
/** Orders that one run of the timer checks; what a run costs without any is taken off. */
const due = 20;

export async function benchOrderCost(root: string): Promise<StepCost[]> {
  const system = await startIndexedSystem(root);
  try {
    const count = new Costs(system);
    const client = new DemoClient(system.url);
    // The first calls load the certificates and the rules of the shop.
    await buy(client, count, 'oWarm');
    count.steps.length = 0;
    for (let round = 0; round < rounds; round++) await buy(client, count, `oBuyer${round}`);
    const steps = middle(count.steps);
    return [...steps, ...(await checks(system, client, count))];
  } finally {
    await system.close();
  }
}

/** Counts between two moments at which no function runs. */
class Costs {
  readonly steps: StepCost[] = [];
  readonly #system: System;

  constructor(system: System) {
    this.#system = system;
  }

  async of<T>(step: string, act: () => Promise<T>): Promise<T> {
    const { host } = this.#system;
    await host.idle();
    const callsBefore = this.#calls();
    const counted = countRequests(this.#system);
    const result = await act();
    await host.idle();
    const { database, wechatPay } = counted();
    const databaseRequests = Object.values(database).reduce((sum, each) => sum + each, 0);
    const functionCalls = this.#calls() - callsBefore;
    this.steps.push({ step, functionCalls, databaseRequests, wechatPayRequests: wechatPay });
    return result;
  }

  #calls(): number {
    const counts = this.#system.host.functions().flatMap(({ instances }) => instances);
    return counts.reduce((sum, { invocations }) => sum + invocations, 0);
  }
}

async function buy(client: DemoClient, count: Costs, openid: string): Promise<void> {
  const { paymentNo } = await count.of('createOrder', () => place(client, openid));
  await count.of('the callback', async () => {
    await client.pay(paymentNo, openid);
    await until('the callback', async () => (await client.notifications(paymentNo))[0]?.attempts[0]);
  });
  const [notification] = await client.notifications(paymentNo);
  await count.of('a repeated callback', () =>
    client.post(`/_sandbox/notifications/${notification?.id}/replay`, { times: 1 }),
  );
  await count.of('the payer looks, which delivers', () => client.orderState(paymentNo, openid));
  await count.of('the payer looks again', () => client.orderState(paymentNo, openid));
}

function place(client: DemoClient, openid: string) {
  const items = [{ productId: 'sticker', quantity: 1 }];
  return client.createOrder({ requestToken: requestToken(), items }, openid);
}

/** Checks by the timer, of orders that were not paid and of those whose callback was lost: of one order. */
async function checks(system: System, client: DemoClient, count: Costs): Promise<StepCost[]> {
  await client.post('/_sandbox/notifications/settings', { hold: true });
  const costs: StepCost[] = [];
  for (const pays of [false, true]) {
    await count.of('the timer, with nothing due', () => minute(system, client));
    for (let at = 0; at < due; at++) {
      const openid = `oDue${Number(pays)}${at}`;
      const { paymentNo } = await place(client, openid);
      if (pays) await client.pay(paymentNo, openid);
    }
    await count.of('the timer', () => minute(system, client));
    const [idle, busy] = count.steps.slice(-2) as [StepCost, StepCost];
    if (pays) costs.push(idle);
    costs.push({
      step: pays ? 'a check that finds the payment and delivers' : 'a check of an unpaid order',
      functionCalls: (busy.functionCalls - idle.functionCalls) / due,
      databaseRequests: (busy.databaseRequests - idle.databaseRequests) / due,
      wechatPayRequests: (busy.wechatPayRequests - idle.wechatPayRequests) / due,
    });
  }
  return costs;
}

async function minute(system: System, client: DemoClient): Promise<void> {
  await client.post('/_sandbox/clock', { advanceMs: minuteMs + 1_000 });
  await system.host.idle();
}

function middle(all: readonly StepCost[]): StepCost[] {
  return [...new Set(all.map(({ step }) => step))].map((step) => {
    const own = all.filter((each) => each.step === step);
    const of = (field: Exclude<keyof StepCost, 'step'>) => median(own.map((each) => each[field]));
    return {
      step,
      functionCalls: of('functionCalls'),
      databaseRequests: of('databaseRequests'),
      wechatPayRequests: of('wechatPayRequests'),
    };
  });
}
