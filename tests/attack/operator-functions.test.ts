/**
 * What operators do is refused to everybody else: each request of each of their functions, from a buyer, a seller, a
 * stranger, and callers whom the platform does not name. The operator's pages call no other function.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InvocationIdentity } from '../../sandbox/cloudbase/index.ts';
import { root } from '../house/source.ts';
import { type Attacked, startAttacked } from './instance.ts';
import { targets } from './requests.ts';

const buyer = 'oSandboxUser0000000000000001';
const seller = 'oSandboxUser0000000000000002';
const operator = 'oSandboxUser0000000000000003';
const sellerId = '1900000777';

const outside = (variables: Record<string, string>): InvocationIdentity => ({
  source: 'server',
  platform: { context: 'both', variables },
});

const callers: readonly (readonly [who: string, caller: InvocationIdentity])[] = [
  ['a buyer', { source: 'user', openid: buyer }],
  ['a seller', { source: 'user', openid: seller }],
  ['a stranger', { source: 'user', openid: 'oStranger0000000000000000000' }],
  [
    'the operator of another mini-program',
    outside({ WX_OPENID: operator, WX_APPID: 'wx0000000000000000', TCB_SOURCE: 'wx_client' }),
  ],
  ['a web user', outside({ TCB_UUID: operator, TCB_SOURCE: 'web_client' })],
  ['nobody', { source: 'server', platform: { context: 'none' } }],
];

/** An openid of another mini-program proves nothing here; as a rule it comes of a wrong appid in the configuration. */
const refusals = /^(NO_IDENTITY|SOURCE_NOT_ALLOWED|NOT_ALLOWED|CONFIG_INVALID)$/;

/** Anybody may ask whether they are an operator; and sellers have their own money in the same function as the shop's. */
const forOperators = (name: string, request: unknown) => {
  const { action, sellerId: whose } = Object(request);
  if (name === 'manageShop') return action !== 'access';
  return name !== 'sellerFunds' || (action !== 'sellers' && whose === undefined);
};
const requestsOf = (name: string) => {
  const { requests } = targets[name]!;
  const own =
    name === 'sellerFunds' ? requests.map((each) => ({ ...Object(each), sellerId: undefined })) : requests;
  return own
    .map((each) => JSON.parse(JSON.stringify(each)) as unknown)
    .filter((each) => forOperators(name, each));
};
const functions = Object.keys(targets).filter((name) => targets[name]!.serves[0] === 'operator');

let attacked: Attacked;
let orders: readonly unknown[];
beforeAll(async () => {
  attacked = await startAttacked();
  const { database } = attacked.system.emulator;
  const items = [{ productId: 'sticker', quantity: 1 }];
  const placed = await attacked.call(
    'createOrder',
    { requestToken: 't'.repeat(24), items },
    { source: 'user', openid: buyer },
  );
  expect(placed.answer).toMatchObject({ ok: true });
  database.put('sellers', {
    ...{ _id: sellerId, name: '某店', ownerOpenid: seller, account: 'ecommerce', subMchid: sellerId },
    ...{
      state: 'ACTIVE',
      profitSharing: true,
      applicationId: 'a',
      version: 1,
      createdAtMs: 0,
      updatedAtMs: 0,
    },
  });
  orders = database.list('orders', { limit: 10 }).documents;
});
afterAll(() => attacked?.close());

describe.each(functions)('%s', (name) => {
  it.each(callers)('is refused to %s, whatever is asked of it', async (_who, caller) => {
    const requests = requestsOf(name);
    expect(requests.length).toBeGreaterThan(3);
    for (const request of requests) {
      const { answer, written, logs } = await attacked.call(name, request, caller);
      const { ok, data, error } = Object(answer);
      expect([request, ok, data, error?.code]).toEqual([
        request,
        false,
        undefined,
        expect.stringMatching(refusals),
      ]);
      expect(written).toEqual([]);
      expect(JSON.stringify(answer) + logs.join('')).not.toMatch(/某店|oSandboxUser|1900000777|node_modules/);
    }
    expect(attacked.system.emulator.database.list('orders', { limit: 10 }).documents).toEqual(orders);
  });
});

it('the pages of operators call functions for operators only, and the public list of goods', () => {
  const folder = join(root, 'miniprogram/pages/operator');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  const texts = files.map((file) => readFileSync(join(folder, file), 'utf8'));
  // In services/api.ts a function is called by its own name.
  const called = new Set(
    texts.flatMap((text) => [...text.matchAll(/\bapi\.(\w+)\(/g)].map(([, name]) => name!)),
  );
  expect([...called].filter((name) => !functions.includes(name))).toEqual(['listProducts']);
  expect(called.size).toBeGreaterThan(4);
  expect(texts.filter((text) => text.includes('callFunction'))).toEqual([]);
});
