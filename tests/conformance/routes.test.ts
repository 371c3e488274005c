/** The table of routes against the simulator, which implements the same pages independently. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/wechatpay/testing/sandbox.ts';
import { coreRoutes } from '../../shared/wechatpay/routes/generated/core-routes.ts';
import { moreRoutes } from '../../shared/wechatpay/routes/generated/more-routes.ts';
import { providerOf } from './provider.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ transportTime: 'virtual' });
});
afterAll(() => sandbox.close());

describe('the routes of the client', () => {
  it('have every API that has a behaviour in the simulator, under the same path', async () => {
    const { json } = await sandbox.control('GET', '');
    const all = json.apis as { method: string; path: string; fidelity: string }[];
    // The schemas of the others come from the same data as the table of routes, so checking them would prove nothing.
    const apis = all.filter(({ fidelity }) => fidelity === 'behaviour');
    expect(apis.length).toBeGreaterThan(40);
    const routes = apis.map(({ method, path }) => `${method} ${path}`);
    const known = { ...coreRoutes, ...moreRoutes };
    expect(routes.filter((route) => !Object.hasOwn(known, route))).toEqual([]);
  });

  it('encrypt for the platform and decrypt for the merchant: the echo comes back in clear', async () => {
    const { client } = providerOf(sandbox, 'partner');
    const secret = randomBytes(12).toString('hex');
    const echo = { echo_message: 'hello', encrypted_echo_message: secret };
    expect(await client.request('POST /v3/security/echo', echo)).toMatchObject(echo);
  });

  it('find the bank of a card whose number travels encrypted in the query', async () => {
    const { client } = providerOf(sandbox, 'partner');
    const route = 'GET /v3/capital/capitallhh/banks/search-banks-by-bank-account';
    const { data } = await client.request(route, { account_number: '6222020000000000009' });
    expect(data?.map(({ account_bank }) => account_bank)).toEqual(['工商银行']);
  });
});
