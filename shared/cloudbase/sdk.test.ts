import http from 'node:http';
import https from 'node:https';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
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

describe('credentials', () => {
  const names = ['TENCENTCLOUD_SECRETID', 'TENCENTCLOUD_SECRETKEY', 'CLOUDBASE_APIKEY'] as const;
  let before: (string | undefined)[];
  beforeEach(() => {
    before = names.map((name) => process.env[name]);
    for (const name of names) delete process.env[name];
  });
  afterEach(() => {
    for (const [index, name] of names.entries()) {
      delete process.env[name];
      if (before[index] !== undefined) process.env[name] = before[index];
    }
  });

  it.each([
    ['none', []],
    ['an id without a key', names.slice(0, 1)],
    ['a key without an id', names.slice(1, 2)],
  ])('are missing when there is %s, and are looked for again', async (_, given) => {
    const sdk = sdkLoader();
    for (const name of given) process.env[name] = 'x';
    await expect(sdk()).rejects.toMatchObject({
      code: 'FAILED',
      message: expect.stringMatching(/No CloudBase credentials.*密钥/),
    });
    for (const name of names.slice(0, 2)) process.env[name] = 'x';
    await expect(sdk()).resolves.toBeDefined();
  });

  it('may be an API key alone', async () => {
    process.env.CLOUDBASE_APIKEY = 'x';
    await expect(sdkLoader()()).resolves.toBeDefined();
  });
});

it('lets no connection of the machine survive a freeze, and takes care of that once', async () => {
  const before = [http.globalAgent, https.globalAgent] as const;
  [http.globalAgent, https.globalAgent] = [new http.Agent(), new https.Agent()];
  const agents = [http.globalAgent, https.globalAgent] as object[];
  try {
    await sdkLoader()();
    const changed = agents.map((agent) => Reflect.get(agent, 'addRequest'));
    for (const agent of agents) expect(Object.hasOwn(agent, 'addRequest')).toBe(true);
    await sdkLoader()();
    expect(agents.map((agent) => Reflect.get(agent, 'addRequest'))).toEqual(changed);
  } finally {
    [http.globalAgent, https.globalAgent] = before;
  }
});
