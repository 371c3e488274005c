import http from 'node:http';
import https from 'node:https';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type SdkOptions, sdkLoader } from './sdk.ts';
import { platformEnvironment, setEnvironment } from './testing/cloud.ts';

let restore: () => void;
beforeAll(() => {
  restore = setEnvironment(platformEnvironment('http://127.0.0.1:1'));
});
afterAll(() => restore());

it('waits five seconds for CloudBase, or as long as it is told', async () => {
  const configOf = async (options?: SdkOptions) => Reflect.get(await sdkLoader(options)(), 'config');
  expect(await configOf()).toMatchObject({ timeout: 5000, keepalive: false });
  expect(await configOf({ timeoutMs: 200 })).toMatchObject({ timeout: 200 });
});

it('is loaded once', async () => {
  const sdk = sdkLoader();
  expect(await sdk()).toBe(await sdk());
});

it('lets no connection of the machine survive a freeze, and takes care of that once', async () => {
  await sdkLoader()();
  const agents = [http.globalAgent, https.globalAgent] as object[];
  const before = agents.map((agent) => Reflect.get(agent, 'addRequest'));
  for (const agent of agents) expect(Object.hasOwn(agent, 'addRequest')).toBe(true);
  await sdkLoader()();
  expect(agents.map((agent) => Reflect.get(agent, 'addRequest'))).toEqual(before);
});
