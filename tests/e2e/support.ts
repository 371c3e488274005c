/** One running system for a test file: the deployed bundles behind real HTTP. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { System, SystemOptions } from '../../sandbox/system/system.ts';
import { DemoClient, requestToken, until } from '../../scripts/demo/client.ts';
import type { CreateOrderAnswer } from '../../shared/contract/index.ts';
import { startWatchedSystem } from '../watched-system.ts';

export const root = join(fileURLToPath(import.meta.url), '../../..');

export const payer = 'oSandboxUser0000000000000001';
export const stranger = 'oSandboxUser0000000000000002';

/** On a busy machine the first callback may time out; the next one follows 15 seconds later. */
const patienceMs = 40_000;

export interface Running {
  system: System;
  client: DemoClient;
}

export async function run(
  options: Partial<SystemOptions> = {},
  watched: Parameters<typeof startWatchedSystem>[1] = {},
): Promise<Running> {
  const system = await startWatchedSystem({ root, port: 0, ...options }, watched);
  return { system, client: new DemoClient(system.url) };
}

let payers = 0;

/** A payer who has no unpaid orders yet. */
export function newPayer(): string {
  return `oNewPayer${String(++payers).padStart(19, '0')}`;
}

export function order(client: DemoClient, productId = 'sticker', openid = payer): Promise<CreateOrderAnswer> {
  return client.createOrder({ requestToken: requestToken(), items: [{ productId, quantity: 1 }] }, openid);
}

/** Waits for this state of the order document; calls no function, so only callbacks can have changed it. */
export function recorded(
  client: DemoClient,
  outTradeNo: string,
  state: string,
): Promise<Record<string, unknown>> {
  const read = async () => {
    const document = await orderDocument(client, outTradeNo);
    return document?.state === state ? document : undefined;
  };
  return until(`${outTradeNo} to be recorded as ${state}`, read, patienceMs);
}

export async function orderDocument(
  client: DemoClient,
  outTradeNo: string,
): Promise<Record<string, unknown> | undefined> {
  const orders = await client.documents<Record<string, unknown>>('orders');
  return orders.find((document) => document._id === outTradeNo);
}

export async function deliveries(client: DemoClient, outTradeNo: string): Promise<unknown[]> {
  const documents = await client.documents<Record<string, unknown>>('deliveries');
  return documents.filter((document) => document._id === outTradeNo || document.outTradeNo === outTradeNo);
}
