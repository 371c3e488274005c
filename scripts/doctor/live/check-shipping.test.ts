import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunningServer, serve } from '../../../sandbox/server.ts';
import { type Sandbox, startSandbox } from '../../../sandbox/wechatpay/testing/sandbox.ts';
import { checkValues } from '../check-values.ts';
import { checkShipping } from './check-shipping.ts';

let sandbox: Sandbox;
let server: RunningServer;
beforeAll(async () => {
  sandbox = await startSandbox();
  server = await serve((request) => sandbox.fetch(request), { port: 0 });
});
afterAll(async () => {
  await server.close();
  await sandbox.close();
});

const check = async (changes: Record<string, string> = {}) => {
  const { appid, appSecret } = sandbox.credentials.direct;
  const values = {
    WECHATPAY_APPID: appid,
    WECHAT_API_ACCESS: 'token',
    WECHAT_APP_SECRET: appSecret,
    ...changes,
  };
  const findings = await checkShipping(values, server.url);
  expect(JSON.stringify(findings)).not.toContain(appSecret);
  return findings.map(({ id, level }) => `${level} ${id}`);
};

it('says whether the mini-program has the shipping service', async () => {
  expect(await check()).toEqual(['info shipping-managed']);
  await sandbox.control('POST', '/shipping', { managed: false });
  expect(await check()).toEqual(['warning shipping-not-managed']);
});

it('says that the AppSecret is wrong, and that nobody answers', async () => {
  expect(await check({ WECHAT_APP_SECRET: '0'.repeat(32) })).toEqual(['error shipping-refused']);
  await sandbox.control('PUT', '/faults', [{ route: '/cgi-bin/stable_token', kind: 'reset' }]);
  expect(await check()).toEqual(['warning shipping-no-answer']);
});

it('asks nothing where there is no access token', async () => {
  expect(await check({ WECHAT_API_ACCESS: '' })).toEqual([]);
  expect(await check({ WECHAT_API_ACCESS: 'cloud' })).toEqual([]);
});

it('misses the AppSecret on this machine', () => {
  const missing = checkValues({ WECHAT_API_ACCESS: 'token' }, ['direct']);
  expect(missing).toContainEqual(expect.objectContaining({ id: 'app-secret-missing' }));
});
