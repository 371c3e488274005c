import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accept } from '../accept/run.ts';
import { startBackend } from '../accept/testing/sample-backend.ts';
import { serveSandbox } from '../package/serve.ts';
import { type Account, placeOrderAt, TestClient } from '../wechatpay/testing/client.ts';
import { createMcpServer } from './server.ts';
import type { SessionParts } from './session.ts';

async function connected(url?: string) {
  const parts: SessionParts = {
    version: '1.2.3',
    url,
    accept,
    async start({ port, seed, keys }) {
      const { close, ...sandbox } = await serveSandbox({ port, seed, keyMode: keys });
      return { url: sandbox.url, description: { url: sandbox.url }, close };
    },
  };
  const { server, close } = createMcpServer(parts);
  const client = new Client({ name: 'test', version: '1' });
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  await Promise.all([server.connect(ours), client.connect(theirs)]);
  const call = async (name: string, given: object = {}) => {
    const answer = await client.callTool({ name, arguments: { ...given } });
    const [content] = answer.content as [{ text: string }];
    return { text: content.text, failed: answer.isError === true };
  };
  return {
    client,
    call,
    // biome-ignore lint/suspicious/noExplicitAny: tests look into JSON of many shapes.
    json: async (name: string, given: object = {}): Promise<any> => {
      const { text, failed } = await call(name, given);
      expect(failed, text).toBe(false);
      return JSON.parse(text);
    },
    close,
  };
}

let session: Awaited<ReturnType<typeof connected>>;
let url: string;
let direct: Account;
beforeAll(async () => {
  session = await connected();
  ({ url } = await session.json('start_sandbox', { seed: 'mcp', keys: 'certificate' }));
  direct = await session.json('get_credentials', { account: 'direct' });
});
afterAll(() => session.close());

const place = (no: string, notifyUrl = 'http://127.0.0.1:9/notify') =>
  placeOrderAt(url, direct, no, notifyUrl);

describe('the MCP server', () => {
  test('says what each tool does, takes, and changes', async () => {
    const { tools } = await session.client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'start_sandbox',
        'get_credentials',
        'list_exchanges',
        'explain_exchange',
        'pay_order',
        'list_callbacks',
        'replay_callback',
        'advance_clock',
        'set_faults',
        'accept_backend',
      ]),
    );
    expect(tools.filter(({ description }) => (description ?? '').length < 20)).toEqual([]);
    const runsCommands = tools.filter(({ annotations }) => annotations?.destructiveHint === true);
    expect(runsCommands.map(({ name }) => name)).toEqual(['accept_backend']);
    expect(tools.find(({ name }) => name === 'pay_order')?.inputSchema).toMatchObject({
      type: 'object',
      required: expect.arrayContaining(['outTradeNo']),
    });
  });

  test('pays an order and returns the first attempt to deliver its callback', async () => {
    expect((await place('MCPORDER1')).status).toBe(200);
    const { order, callback } = await session.json('pay_order', { outTradeNo: 'MCPORDER1' });
    expect(order.state).toBe('SUCCESS');
    expect(callback).toMatchObject({ eventType: 'TRANSACTION.SUCCESS', outTradeNo: 'MCPORDER1' });
    expect(callback.attempts).toHaveLength(1);
    const { nowMs: before } = await session.json('get_clock');
    const { nowMs: after } = await session.json('advance_clock', { by: '15s' });
    expect(after - before).toBeGreaterThanOrEqual(15_000);
    const { notifications } = await session.json('list_callbacks', { outTradeNo: 'MCPORDER1' });
    expect(notifications[0].attempts).toHaveLength(2);
    const { attempts } = await session.json('replay_callback', { id: callback.id, tamper: 'signature' });
    expect(attempts).toHaveLength(1);
  });

  test('lists requests, and explains one that was refused', async () => {
    const client = new TestClient({ ...direct, serialNo: 'F'.repeat(40) }, (request) => fetch(request), url);
    expect((await client.get('/v3/certificates')).status).toBe(401);
    const { exchanges } = await session.json('list_exchanges', { refusedOnly: true, limit: 1 });
    expect(exchanges).toMatchObject([{ request: 'GET /v3/certificates', status: 401, verdict: 'refused' }]);
    const exchange = await session.json('explain_exchange', { id: exchanges[0].id });
    expect(exchange.request.headers.authorization).toContain('F'.repeat(40));
    expect(exchange.explanation).toContain(`that of ${direct.mchid} is ${direct.serialNo}`);
    expect(exchange.explanationZh).toContain(`${direct.mchid} 的是 ${direct.serialNo}`);
    expect(exchanges[0].explanationZh).toBe(exchange.explanationZh);
  });

  test('injects faults, and takes them back', async () => {
    const fault = { route: 'JSAPI下单', kind: 'system-error', times: 1 };
    await session.json('set_faults', { faults: [fault] });
    expect([(await place('MCPORDER2')).status, (await place('MCPORDER2')).status]).toEqual([500, 200]);
    expect(await session.json('set_faults', { faults: [] })).toEqual({ faults: [] });
  });

  test('finds APIs by words, and makes any other control call', async () => {
    const { apis } = await session.json('find_apis', { text: 'post refund/domestic' });
    expect(apis).toContainEqual(
      expect.objectContaining({ path: '/v3/refund/domestic/refunds', fidelity: 'behaviour' }),
    );
    const { control } = await session.json('control');
    expect(control).toContain('POST /_sandbox/merchants/{mchid}/balance');
    const path = `merchants/${direct.mchid}/balance`;
    const before = await session.json('control', { path });
    const after = await session.json('control', { method: 'POST', path, body: { addFen: 100 } });
    expect(after.availableFen - before.availableFen).toBe(100);
  });

  test.each([
    ['a field that is no duration', 'advance_clock', { by: 'soon' }, "such as '15s'"],
    ['an order that is paid already', 'pay_order', { outTradeNo: 'MCPORDER1' }, 'already paid. 该订单已支付'],
    ['an acceptance of nothing', 'accept_backend', {}, 'or "notifyUrl"'],
    ['an order that does not exist', 'pay_order', { outTradeNo: 'NOWHERE' }, 'There is no order NOWHERE'],
    ['a value that is not offered', 'set_faults', { faults: [{ route: '*', kind: 'flood' }] }, 'kind'],
    ['an exchange that does not exist', 'explain_exchange', { id: 999_999 }, 'list_exchanges'],
    [
      'a refused control call',
      'control',
      { method: 'POST', path: 'merchants/1900000001/balance', body: { addFen: -1 } },
      'This works: {"addFen":10000}',
    ],
  ])('tells the model how to go on after %s', async (_name, tool, given, message) => {
    const { text, failed } = await session.call(tool, given);
    expect([failed, text]).toEqual([true, expect.stringContaining(message)]);
    // A value of the wrong type is refused by the protocol's library, in English.
    expect(text).toMatch(/[一-龥]|^MCP error -32602: Input validation error/);
  });

  test('tests a backend by the commands that it is given, and reports how far it is', async () => {
    const backend = await startBackend(url, direct as Parameters<typeof startBackend>[1]);
    const progress: (string | undefined)[] = [];
    const answer = await session.client.callTool(
      {
        name: 'accept_backend',
        arguments: { ...backend.commands, only: ['callback-forged-signature', 'callback-pays'] },
      },
      undefined,
      { onprogress: ({ message }) => progress.push(message) },
    );
    await backend.close();
    const [content] = answer.content as [{ text: string }];
    expect(JSON.parse(content.text)).toMatchObject({
      passed: true,
      checks: [{ outcome: 'held' }, { outcome: 'held' }],
    });
    expect(progress).toEqual(['callback-forged-signature: held', 'callback-pays: held']);
  });
});

describe('a session', () => {
  test('without a sandbox asks for one, and uses one that runs already', async () => {
    const empty = await connected();
    expect(await empty.call('list_orders')).toMatchObject({
      failed: true,
      text: expect.stringContaining('start_sandbox'),
    });
    await empty.close();
    const attached = await connected(url);
    expect((await attached.json('get_credentials')).serialNo).toBe(direct.serialNo);
    await attached.close();
    expect((await fetch(`${url}/_sandbox/clock`)).status).toBe(200);
  });

  test('says that it leaves a sandbox running which it did not start', async () => {
    const attached = await connected(url);
    expect(await attached.json('stop_sandbox')).toEqual({
      stopped: false,
      stillRunning: url,
      message: expect.stringMatching(/goes on running.*仍在运行/),
    });
    expect((await fetch(`${url}/_sandbox/clock`)).status).toBe(200);
    await attached.json('start_sandbox', { seed: 'mcp' });
    expect(await attached.json('stop_sandbox')).toMatchObject({ stopped: true, stillRunning: url });
    expect((await attached.json('get_credentials')).baseUrl).toBe(url);
    await attached.close();
  });

  test('stops what it started', async () => {
    const own = await connected();
    const started = await own.json('start_sandbox', { seed: 'mcp' });
    expect(await own.json('stop_sandbox')).toEqual({ stopped: true });
    expect(await own.json('stop_sandbox')).toEqual({
      stopped: false,
      message: expect.stringMatching(/had started none.*没有由 start_sandbox 启动/),
    });
    await expect(fetch(`${started.url}/_sandbox/clock`)).rejects.toMatchObject({
      cause: { code: expect.stringMatching(/ECONNREFUSED|UND_ERR_SOCKET/) },
    });
    await own.close();
  });
});
