/**
 * What one warm call passes through: the files of shared/ in which it runs any function, over the real SDK and the real
 * HTTP client. docs/architecture.md draws it.
 */
import type { Profiler } from 'node:inspector';
import { Session } from 'node:inspector/promises';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { instanceEnvironment } from '../../sandbox/cloudbase/host/environment.ts';
import { invocationContext } from '../../sandbox/cloudbase/host/identity.ts';
import { type System, startSystem } from '../../sandbox/system/system.ts';
import type { CreateOrderAnswer, Result } from '../../shared/contract/index.ts';
import { encryptResource, rsaPair, signatureHeaders } from '../../shared/wechatpay/testing/material.ts';
import { root } from '../house/source.ts';

const openid = 'oSandboxUser0000000000000001';
const wechatpay = rsaPair('platform');
const publicKeyId = 'PUB_KEY_ID_0119000000012026';
let system: System;
let createOrder: (event: unknown, context?: unknown) => Promise<unknown>;
let payNotify: typeof createOrder;
let context: unknown;

beforeAll(async () => {
  system = await startSystem({ root, port: 0 });
  const { envId } = system.emulator;
  const platform = { envId, functionName: 'createOrder', memorySizeMb: 256, baseUrl: system.url };
  const invocation = invocationContext({
    identity: { source: 'user', openid },
    requestId: 'road',
    envId,
    appid: system.simulator.credentials().direct.appid,
    functionName: 'createOrder',
    memorySizeMb: 256,
    timeoutMs: 20_000,
  });
  Object.assign(
    process.env,
    instanceEnvironment(platform, system.environmentOf('createOrder')),
    invocation.env,
  );
  context = invocation.context;
  ({ main: createOrder } = await import('../../functions/createOrder/index.ts'));
  ({ main: payNotify } = await import('../../functions/payNotify/index.ts'));
});
afterAll(() => system.close());

async function order(token: string): Promise<CreateOrderAnswer> {
  const event = { requestToken: token.padEnd(16, '0'), items: [{ productId: 'sticker', quantity: 1 }] };
  const result = (await createOrder(event, context)) as Result<CreateOrderAnswer>;
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.data;
}

async function callBack({ paymentNo, orders }: CreateOrderAnswer): Promise<unknown> {
  const { appid, mchid, apiV3Key } = system.simulator.credentials().direct;
  const resource = {
    appid,
    mchid,
    out_trade_no: paymentNo,
    transaction_id: `42${paymentNo.slice(0, 26)}`,
    trade_type: 'JSAPI',
    trade_state: 'SUCCESS',
    trade_state_desc: '支付成功',
    success_time: '2026-01-02T11:04:05+08:00',
    payer: { openid },
    amount: { total: orders[0]!.amountFen, payer_total: orders[0]!.amountFen, currency: 'CNY' },
  };
  const body = JSON.stringify({
    id: paymentNo,
    create_time: '2026-01-02T11:04:05+08:00',
    event_type: 'TRANSACTION.SUCCESS',
    resource_type: 'encrypt-resource',
    summary: '支付成功',
    resource: encryptResource(JSON.stringify(resource), apiV3Key),
  });
  const headers = signatureHeaders(body, {
    privatePem: wechatpay.privatePem,
    serial: publicKeyId,
    nowMs: Date.now(),
  });
  return payNotify({ httpMethod: 'POST', path: '/direct', headers, body }, {});
}

/** The files in which `call` runs a function. */
async function filesEnteredBy(call: () => Promise<unknown>): Promise<string[]> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  await session.post('Profiler.takePreciseCoverage');
  await call();
  const { result } = await session.post('Profiler.takePreciseCoverage');
  session.disconnect();
  // Functions without a name are the test runner's export accessors, including those of constants.
  const ran = ({ functionName, ranges }: Profiler.FunctionCoverage) =>
    functionName !== '' && ranges[0]!.count > 0;
  const entered = result.filter(({ functions }) => functions.some(ran));
  return entered
    .map(({ url }) => relative(root, url.startsWith('file:') ? fileURLToPath(url) : url))
    .filter((file) => file.startsWith('shared/') && !file.includes('/testing/'))
    .sort();
}

/** CloudBase and WeChat Pay behind small interfaces: what a reader knows once, for every function. */
const isAdapter = (file: string) => /^shared\/(cloudbase|wechatpay)\//.test(file);
const ownOf = (files: readonly string[]) => files.filter((file) => !isAdapter(file));

it('is for a createOrder at most 22 files, and 22 of the two adapters', async () => {
  await order('first');
  const files = await filesEnteredBy(() => order('second'));
  expect(files).toContain('shared/payments/orders/prepay.ts');
  expect(ownOf(files).length, ownOf(files).join('\n')).toBeLessThanOrEqual(22);
  expect(files.filter(isAdapter).length, files.join('\n')).toBeLessThanOrEqual(22);
});

it('is for a callback at most 14 files, and 15 of the two adapters', async () => {
  const [first, second] = [await order('third'), await order('fourth')];
  process.env.WECHATPAY_DIRECT_PUBLIC_KEY = wechatpay.publicPem;
  process.env.WECHATPAY_DIRECT_PUBLIC_KEY_ID = publicKeyId;
  await callBack(first);
  const files = await filesEnteredBy(async () =>
    expect(await callBack(second)).toMatchObject({ statusCode: 204 }),
  );
  expect(files).toContain('shared/payments/ledger/ledger.ts');
  expect(ownOf(files).length, ownOf(files).join('\n')).toBeLessThanOrEqual(14);
  expect(files.filter(isAdapter).length, files.join('\n')).toBeLessThanOrEqual(15);
});
