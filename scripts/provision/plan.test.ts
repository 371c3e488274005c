import { describe, expect, it } from 'vitest';
import { collections } from '../cloud/blueprint.ts';
import type { DeployedFunction } from '../cloud/functions.ts';
import { linesOf } from './describe.ts';
import { type CloudState, planProvision, type Wanted } from './plan.ts';

const timer = { name: 'everyMinute', cron: '0 */1 * * * * *' };
const wanted: Wanted = {
  accounts: ['direct', 'ecommerce'],
  notifyBasePath: '/pay-notify',
  notifyUrl: 'https://pay.example.com/pay-notify',
  functions: ['payNotify', 'reconcile', 'createOrder'],
  timers: [{ functionName: 'reconcile', timer }],
};
const deployed = (name: string, timers = [timer]): DeployedFunction => ({
  name,
  status: 'Active',
  statusReason: '',
  runtime: 'Nodejs20.19',
  handler: 'index.main',
  timeoutSeconds: 10,
  memoryMb: 256,
  variables: {},
  timers,
  modifiedAt: '',
});
const route = (path: string) => ({ path, functionName: 'payNotify', needsLogin: false });
const ready: CloudState = {
  collections: new Map(
    collections.map(({ name, indexes }) => [
      name,
      { name, acl: 'ADMINONLY', indexes: [['_id'], ...indexes] },
    ]),
  ),
  storageAcl: 'PRIVATE',
  functionRule: {
    '*': { invoke: 'auth != null' },
    payNotify: { invoke: false },
    reconcile: { invoke: false },
  },
  routes: ['/pay-notify', '/pay-notify/direct', '/pay-notify/ecommerce'].map(route),
  domains: [{ name: 'pay.example.com', isDefault: false }],
  deployed: new Map(['payNotify', 'reconcile'].map((name) => [name, deployed(name)])),
  hasProducts: true,
};
const plan = (state: Partial<CloudState> = {}, more: Partial<Wanted> = {}) =>
  planProvision({ ...wanted, ...more }, { ...ready, ...state });
const kinds = (state: Partial<CloudState>) => plan(state).changes.map(({ kind }) => kind);
const findings = (state: Partial<CloudState>, more: Partial<Wanted> = {}) =>
  plan(state, more).findings.map(({ id, level }) => `${level} ${id}`);

describe('provision', () => {
  it('has nothing to do in an environment that is ready', () => {
    expect(plan()).toEqual({ changes: [], findings: [] });
  });

  it('creates a missing collection with its permission and indexes, and shows them as one line', () => {
    const without = new Map(ready.collections);
    without.delete('sellers');
    const { changes } = plan({ collections: without });
    expect(changes).toEqual([
      { kind: 'collection', collection: 'sellers' },
      { kind: 'acl', collection: 'sellers', from: undefined },
      { kind: 'index', collection: 'sellers', fields: ['ownerOpenid'] },
    ]);
    expect(linesOf(changes)).toMatchObject([{ mark: '+' }]);
  });

  it('compares indexes by their fields, whatever they are called, and rebuilds none', () => {
    const orders = { name: 'orders', acl: 'PRIVATE', indexes: [['listKey', 'openid'], ['paymentNo']] };
    const { changes } = plan({ collections: new Map(ready.collections).set('orders', orders) });
    const fields = changes.flatMap((change) => (change.kind === 'index' ? [change.fields.join(' ')] : []));
    expect(fields).toContain('openid listKey');
    expect(fields).not.toContain('paymentNo');
    expect(changes[0]).toEqual({ kind: 'acl', collection: 'orders', from: 'PRIVATE' });
  });

  it('closes internal functions and keeps the rules of others', () => {
    const functionRule = { '*': { invoke: true }, ownFunction: { invoke: 'auth != null' } };
    expect(plan({ functionRule }).changes).toEqual([
      {
        kind: 'function-rule',
        closed: ['payNotify', 'reconcile'],
        rule: { ...functionRule, payNotify: { invoke: false }, reconcile: { invoke: false } },
      },
    ]);
  });

  it('creates each missing path, timer, storage rule and the first product', () => {
    expect(kinds({ routes: [route('/pay-notify')] })).toEqual(['route', 'route']);
    expect(
      kinds({
        deployed: new Map([
          ['payNotify', deployed('payNotify')],
          ['reconcile', deployed('reconcile', [])],
        ]),
      }),
    ).toEqual(['timer']);
    expect(kinds({ storageAcl: 'READONLY' })).toEqual(['storage']);
    expect(kinds({ hasProducts: false })).toEqual(['product']);
  });

  it('leaves paths and timers to the first deployment', () => {
    const before = { deployed: new Map(), routes: [] };
    expect(kinds(before)).toEqual([]);
    expect(findings(before)).toEqual(['info not-deployed']);
  });

  it('takes the address of the callbacks from the domain, once, and never overwrites one', () => {
    const { changes } = planProvision({ ...wanted, notifyUrl: undefined }, ready);
    expect(changes).toEqual([{ kind: 'notify-url', url: 'https://pay.example.com/pay-notify' }]);
    expect(plan({}, { notifyUrl: 'https://gateway.example.com/pay-notify' }).changes).toEqual([]);
  });

  it.each<[string, Partial<CloudState>, Partial<Wanted>]>([
    ['error no-http-domain', { domains: [] }, {}],
    ['warning default-domain', { domains: [{ name: 'pay.example.com', isDefault: true }] }, {}],
    ['warning foreign-domain', {}, { notifyUrl: 'https://gateway.example.com/pay-notify' }],
    ['error other-path', {}, { notifyUrl: 'https://pay.example.com/notify' }],
    [
      'error path-taken',
      { routes: [...ready.routes.slice(1), { ...route('/pay-notify'), functionName: 'other' }] },
      {},
    ],
    [
      'error path-needs-login',
      { routes: [...ready.routes.slice(1), { ...route('/pay-notify'), needsLogin: true }] },
      {},
    ],
  ])('reports %s with a way to fix it', (expected, state, more) => {
    expect(findings(state, more)).toEqual([expected]);
    expect(plan(state, more).findings[0]?.fix.zh).not.toBe('');
  });
});
