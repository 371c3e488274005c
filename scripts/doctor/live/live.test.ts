import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type RunningServer, serve } from '../../../sandbox/server.ts';
import { type Sandbox, startSandbox } from '../../../sandbox/wechatpay/testing/sandbox.ts';
import { keyOf, newMerchant, pemOf } from '../../env/testing/merchant-files.ts';
import { type DoctorStage, newDoctorStage, type Settings } from '../testing/stage.ts';

const der = (pem: string) => pem.replace(/-----[^-]+-----|\s/g, '');
const stranger = newMerchant('1900000099');

let stage: DoctorStage;
beforeAll(() => {
  stage = newDoctorStage();
});
afterAll(() => stage.shop.remove());

/** A sandbox over HTTP, and the settings of its first direct merchant. */
async function serveSandbox(keyMode: 'public-key' | 'certificate' | 'switching') {
  const sandbox = await startSandbox({ keyMode });
  const server = await serve((request) => sandbox.fetch(request), { port: 0 });
  const { direct, ecommerce } = sandbox.credentials;
  const accountOf = (prefix: string, account: typeof direct): Settings => ({
    [`${prefix}_MCHID`]: account.mchid,
    [`${prefix}_SERIAL_NO`]: account.serialNo,
    [`${prefix}_PRIVATE_KEY`]: der(account.privateKeyPem),
    [`${prefix}_API_V3_KEY`]: account.apiV3Key,
    ...(keyMode !== 'certificate' && {
      [`${prefix}_PUBLIC_KEY_ID`]: account.publicKeyId,
      [`${prefix}_PUBLIC_KEY`]: der(account.publicKeyPem),
    }),
  });
  const shop: Settings = {
    TCB_ENV_ID: 'shop-1a2b3c',
    WECHATPAY_APPID: direct.appid,
    WECHATPAY_API_BASES: server.url,
    WECHATPAY_NOTIFY_URL: 'http://127.0.0.1:9/pay-notify',
    FULFILMENT_FUNCTION: 'fulfilOrder',
  };
  return {
    sandbox,
    server,
    right: { ...shop, ...accountOf('WECHATPAY_DIRECT', direct) },
    both: {
      ...shop,
      ...accountOf('WECHATPAY_DIRECT', direct),
      ...accountOf('WECHATPAY_PROVIDER', ecommerce),
      WECHATPAY_PROVIDER_KIND: 'ecommerce',
    },
  };
}

let running: { sandbox: Sandbox; server: RunningServer; right: Settings; both: Settings };
const start = (keyMode: Parameters<typeof serveSandbox>[0]) => {
  beforeAll(async () => {
    running = await serveSandbox(keyMode);
  });
  afterAll(async () => {
    await running.server.close();
    await running.sandbox.close();
  });
};

async function examine(settings: Settings, ...args: string[]) {
  stage.write(settings);
  const { code, report, text } = await stage.examine({ args: ['--live', ...args], atMs: Date.now() });
  const live = report.findings.filter(({ id }) => /^(live|callback)-/.test(id));
  return { code, text, live, errors: report.findings.filter(({ level }) => level === 'error') };
}

/** Ids and variables of all errors. */
const errorsOf = async (change: Settings, ...args: string[]) => {
  const { code, errors } = await examine({ ...running.right, ...change }, ...args);
  expect(code).toBe(errors.length > 0 ? 1 : 0);
  return errors.map(({ id, variable }) => [id, variable]);
};

describe('with the public key', () => {
  start('public-key');

  it('proves the keys of both accounts', async () => {
    const { code, live, text } = await examine(running.both);
    expect(code, text).toBe(0);
    expect(live.map(({ id, variable }) => [id, variable])).toEqual([
      ['live-keys-proven', 'WECHATPAY_DIRECT_PRIVATE_KEY'],
      ['live-api-v3-key-unproven', 'WECHATPAY_DIRECT_API_V3_KEY'],
      ['live-keys-proven', 'WECHATPAY_PROVIDER_PRIVATE_KEY'],
      ['live-api-v3-key-unproven', 'WECHATPAY_PROVIDER_API_V3_KEY'],
      ['live-appid-not-asked', 'WECHATPAY_APPID'],
    ]);
  });

  it('tells a wrong private key', async () => {
    expect(await errorsOf({ WECHATPAY_DIRECT_PRIVATE_KEY: stranger.keyDer })).toEqual([
      ['live-private-key-wrong', 'WECHATPAY_DIRECT_PRIVATE_KEY'],
    ]);
  });

  it('tells a wrong serial number', async () => {
    expect(await errorsOf({ WECHATPAY_DIRECT_SERIAL_NO: stranger.serialNo })).toEqual([
      ['live-serial-wrong', 'WECHATPAY_DIRECT_SERIAL_NO'],
    ]);
  });

  it('tells a wrong merchant number', async () => {
    expect(await errorsOf({ WECHATPAY_DIRECT_MCHID: stranger.mchid })).toEqual([
      ['live-mchid-wrong', 'WECHATPAY_DIRECT_MCHID'],
    ]);
  });

  it('tells an appid that is not bound', async () => {
    expect(await errorsOf({ WECHATPAY_APPID: 'wxffffffffffffffff' })).toEqual([
      ['live-appid-not-bound', 'WECHATPAY_APPID'],
    ]);
  });

  it('tells a wrong public key', async () => {
    expect(await errorsOf({ WECHATPAY_DIRECT_PUBLIC_KEY: stranger.publicKeyDer })).toEqual([
      ['live-public-key-wrong', 'WECHATPAY_DIRECT_PUBLIC_KEY'],
    ]);
  });

  it('tells a wrong public key id', async () => {
    expect(await errorsOf({ WECHATPAY_DIRECT_PUBLIC_KEY_ID: 'PUB_KEY_ID_0119000000999' })).toEqual([
      ['live-public-key-id-wrong', 'WECHATPAY_DIRECT_PUBLIC_KEY_ID'],
    ]);
  });

  it('tells that a public key is needed where there are no certificates', async () => {
    expect(
      await errorsOf({ WECHATPAY_DIRECT_PUBLIC_KEY_ID: undefined, WECHATPAY_DIRECT_PUBLIC_KEY: undefined }),
    ).toEqual([['live-public-key-needed', 'WECHATPAY_DIRECT_PUBLIC_KEY_ID']]);
  });

  it('tells an unreachable address from another server', async () => {
    const elsewhere = await listen((_, response) => response.end('<title>A router</title>'));
    expect(await errorsOf({}, '--api-base', elsewhere.url)).toEqual([['live-not-wechatpay', undefined]]);
    await elsewhere.close();
    expect(await errorsOf({}, '--api-base', elsewhere.url)).toEqual([['live-unreachable', undefined]]);
  });

  it('makes no calls while there are errors on this machine', async () => {
    const { live, errors } = await examine({ ...running.right, WECHATPAY_APPID: 'wx0' });
    expect(live.map(({ id }) => id)).toEqual(['live-skipped']);
    expect(errors.map(({ id }) => id)).toEqual(['variable-invalid']);
  });
});

describe.each(['certificate', 'switching'] as const)('with %s keys', (keyMode) => {
  start(keyMode);

  it('proves the API v3 key by the platform certificates', async () => {
    const { code, live, text } = await examine(running.right);
    expect(code, text).toBe(0);
    expect(live.map(({ id }) => id)).toEqual(['live-keys-proven', 'live-api-v3-key-proven']);
  });

  it('tells a wrong API v3 key', async () => {
    expect(await errorsOf({ WECHATPAY_DIRECT_API_V3_KEY: stranger.apiV3Key })).toEqual([
      ['live-api-v3-key-wrong', 'WECHATPAY_DIRECT_API_V3_KEY'],
    ]);
  });

  it('tells a wrong private key, serial number and merchant number', async () => {
    const ids = [];
    for (const change of [
      { WECHATPAY_DIRECT_PRIVATE_KEY: der(pemOf(keyOf('stranger'))) },
      { WECHATPAY_DIRECT_SERIAL_NO: stranger.serialNo },
      { WECHATPAY_DIRECT_MCHID: stranger.mchid },
    ]) {
      ids.push(...(await errorsOf(change)));
    }
    expect(ids.map(([id]) => id)).toEqual([
      'live-private-key-wrong',
      'live-serial-wrong',
      'live-mchid-wrong',
    ]);
  });
});

describe('the callback', () => {
  start('public-key');
  const servers: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.close();
  });
  const answering = async (status: number, body: string, headers: Record<string, string> = {}) => {
    const server = await listen((_, response) => {
      response.writeHead(status, headers);
      response.end(body);
    });
    servers.push(server);
    return { WECHATPAY_NOTIFY_URL: `${server.url}/pay-notify` };
  };

  it('is asked for when payNotify itself answers', async () => {
    const asked: string[] = [];
    const server = await listen((request, response) => {
      asked.push(`${request.url} ${request.headers['wechatpay-serial'] ? 'signed' : 'unsigned'}`);
      response.writeHead(401, { 'content-type': 'application/json' });
      response.end('{"code":"FAIL","message":"not verified"}');
    });
    servers.push(server);
    const { code, live, text } = await examine(
      { ...running.right, WECHATPAY_NOTIFY_URL: `${server.url}/pay-notify` },
      '--callback',
    );
    expect(code, text).toBe(0);
    expect(live.map(({ id }) => id)).toEqual([
      'callback-reachable',
      'live-keys-proven',
      'live-api-v3-key-unproven',
      'callback-requested',
    ]);
    await expect.poll(() => asked).toEqual(['/pay-notify/direct unsigned', '/pay-notify/direct signed']);
  });

  it.each<[string, number, string, Record<string, string>, string]>([
    ['another site', 200, '<html><title>Welcome</title></html>', {}, 'callback-elsewhere'],
    ['a gateway', 404, '{"code":"INVALID_PATH","message":"Invalid path"}', {}, 'callback-elsewhere'],
    ['a login', 401, '{"code":"MISSING_CREDENTIALS"}', {}, 'callback-elsewhere'],
    ['a redirect', 302, '', { location: 'https://www.shop.cn/' }, 'callback-redirects'],
    [
      'payNotify without this account',
      404,
      '{"code":"FAIL","message":"no such account"}',
      {},
      'callback-account-unknown',
    ],
    [
      'payNotify set up wrongly',
      500,
      '{"code":"FAIL","message":"internal error"}',
      {},
      'callback-account-unknown',
    ],
  ])('reaches %s', async (_, status, body, headers, id) => {
    expect(await errorsOf(await answering(status, body, headers), '--callback')).toEqual([
      [id, 'WECHATPAY_NOTIFY_URL'],
    ]);
  });

  it('has no address yet', async () => {
    expect(await errorsOf({ WECHATPAY_NOTIFY_URL: undefined }, '--callback')).toEqual([
      ['callback-no-address', 'WECHATPAY_NOTIFY_URL'],
    ]);
  });

  it('reaches no server', async () => {
    expect(await errorsOf({ WECHATPAY_NOTIFY_URL: 'http://127.0.0.1:9/pay-notify' }, '--callback')).toEqual([
      ['callback-unreachable', 'WECHATPAY_NOTIFY_URL'],
    ]);
  });
});

async function listen(answer: Parameters<typeof createServer>[1]) {
  const server: Server = createServer(answer as never);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
