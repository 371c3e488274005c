/** The MCP server's tools with hostile arguments: refused, or answered by the one control call that the tool stands for. */
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createMcpServer } from '../../sandbox/mcp/server.ts';
import { directOrder, type Sandbox, startSandbox } from '../../sandbox/wechatpay/testing/sandbox.ts';
import { deepest, hostileValues, replacementsIn } from './hostile.ts';

const url = 'http://127.0.0.1:8700';
const outTradeNo = 'MCP20260102001';

/** A well-formed call of each tool, and the control calls that it may become. */
const calls: readonly (readonly [tool: string, given: Record<string, unknown>, becomes: RegExp])[] = [
  ['get_credentials', { account: 'direct' }, /^GET \/_sandbox\/credentials$/],
  ['find_apis', { text: 'refund' }, /^GET \/_sandbox$/],
  ['reset_sandbox', {}, /^POST \/_sandbox\/reset$/],
  ['control', { method: 'GET', path: 'orders', body: {} }, /^(GET|POST|PUT) \/_sandbox(\/(?!\.).*)?$/],
  ['list_exchanges', { limit: 5, outTradeNo, refusedOnly: false }, /^GET \/_sandbox\/exchanges$/],
  ['explain_exchange', { id: 1 }, /^GET \/_sandbox\/exchanges$/],
  ['list_orders', { limit: 5 }, /^GET \/_sandbox\/orders$/],
  ['get_order', { outTradeNo }, /^GET \/_sandbox\/orders\/[^/]+$/],
  [
    'pay_order',
    { outTradeNo, result: 'SUCCESS', openid: 'oPayer' },
    /^(POST \/_sandbox\/(orders\/[^/]+\/pay|clock)|GET \/_sandbox\/notifications\/[^/]+)$/,
  ],
  ['settle_refund', { outRefundNo: 'R1', result: 'SUCCESS' }, /^POST \/_sandbox\/refunds\/[^/]+\/settle$/],
  ['list_callbacks', { limit: 5, outTradeNo }, /^GET \/_sandbox\/notifications$/],
  [
    'replay_callback',
    { id: 'EV-1', tamper: 'signature', times: 1 },
    /^POST \/_sandbox\/notifications\/[^/]+\/replay$/,
  ],
  [
    'callback_settings',
    { hold: false, duplicates: 0, probe: false },
    /^POST \/_sandbox\/notifications\/settings$/,
  ],
  ['release_callbacks', { order: 'in-order' }, /^POST \/_sandbox\/notifications\/release$/],
  ['get_clock', {}, /^GET \/_sandbox\/clock$/],
  ['advance_clock', { by: '1s' }, /^POST \/_sandbox\/clock$/],
  ['set_faults', { faults: [{ route: 'x', kind: 'reset', times: 1 }] }, /^PUT \/_sandbox\/faults$/],
];
/** Start and end processes, or run commands that the caller gives: attacked without letting them. */
const notCalled = ['start_sandbox', 'stop_sandbox', 'accept_backend'];

const paths = [
  ...['.', '..', '../reset', '../../v3/certificates', '%2e%2e', '.%2E/reset', '%2e', 'x/../../reset'],
  ...['..\\reset', '.\t.', '.\n./reset', '/', '//evil.example/x', 'http://evil.example/x', '@evil.example'],
  ...['x?limit=1#', '__proto__', 'constructor', '\u0000', 'a\nb', '\u001b[2J', '\ud800', 'x'.repeat(5000)],
];
const values = hostileValues.filter(([name]) => ![deepest, '90 KB', '1,000 items'].includes(name));

let sandbox: Sandbox;
let client: Client;
let close: () => Promise<void>;
let asked: string[] = [];
const accept = vi.fn(async () => []);
const start = vi.fn(async () => Promise.reject(new Error('not here')));

beforeAll(async () => {
  sandbox = await startSandbox({ transportTime: 'virtual', keyMode: 'public-key' });
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (given, init) => {
    const request = new Request(given as string, init);
    const { origin, pathname } = new URL(request.url);
    asked.push(`${origin === url ? '' : `${origin} `}${request.method} ${pathname}`);
    return sandbox.fetch(request);
  });
  const server = createMcpServer({ version: '1', url, accept, start });
  client = new Client({ name: 'attacker', version: '1' });
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  await Promise.all([server.server.connect(ours), client.connect(theirs)]);
  close = server.close;
});
afterAll(async () => {
  await close?.();
  vi.restoreAllMocks();
  await sandbox?.close();
});

async function call(name: string, given: unknown): Promise<{ text: string; failed: boolean }> {
  asked = [];
  try {
    const answer = await client.callTool({ name, arguments: given as Record<string, unknown> });
    const [content] = answer.content as [{ text: string }];
    return { text: content.text, failed: answer.isError === true };
  } catch (error) {
    return { text: String(error), failed: true };
  }
}

/** What is wrong with an answer, whatever was asked. */
function problemsOf(
  what: string,
  { text, failed }: Awaited<ReturnType<typeof call>>,
  becomes: RegExp,
): string[] {
  const secrets = Object.values(sandbox.credentials).flatMap((one) =>
    typeof one === 'object' && one !== null && 'apiV3Key' in one ? [String(one.apiV3Key)] : [],
  );
  return [
    ...asked.filter((each) => !becomes.test(each)).map((each) => `${what} became ${each}`),
    ...(/node_modules|\.ts:\d|\bat \w+ \(/.test(text) ? [`${what} says where the code is: ${text}`] : []),
    ...(failed && secrets.some((each) => text.includes(each)) ? [`${what} gives a key away`] : []),
    ...(failed && text.length > 8_000 ? [`${what} answers ${text.length} characters`] : []),
  ];
}

describe('a tool of the MCP server', () => {
  it('is attacked, each of them', async () => {
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name).sort()).toEqual(
      [...calls.map(([name]) => name), ...notCalled].sort(),
    );
  });

  it.each(calls)(
    '%s becomes its own control call, whatever path stands in an argument',
    async (name, given, becomes) => {
      expect(problemsOf(name, await call(name, given), becomes)).toEqual([]);
      const problems: string[] = [];
      for (const [field, value] of Object.entries(given)) {
        if (typeof value !== 'string') continue;
        for (const path of paths) {
          const answer = await call(name, { ...given, [field]: path });
          problems.push(
            ...problemsOf(`${name} ${field} ${JSON.stringify(path).slice(0, 80)}`, answer, becomes),
          );
        }
      }
      expect(problems).toEqual([]);
    },
  );

  it.each(calls)('%s refuses values of another type, or answers them', async (name, given, becomes) => {
    const problems: string[] = [];
    for (const [, value] of values)
      for (const { event } of replacementsIn(given, value)) {
        const answer = await call(name, event);
        problems.push(...problemsOf(`${name} ${JSON.stringify(event)?.slice(0, 120)}`, answer, becomes));
      }
    expect(problems).toEqual([]);
  });

  it('runs no command and starts nothing for arguments that are not as declared', async () => {
    const commands = { place: 'x', paid: 'x', effects: 'x', refund: 'x' };
    for (const [, value] of values) {
      if (typeof value === 'string' || value === undefined) continue;
      for (const field of Object.keys(commands))
        expect(await call('accept_backend', { ...commands, [field]: value })).toMatchObject({ failed: true });
      expect(await call('start_sandbox', { port: value === 0 ? -1 : value })).toMatchObject({ failed: true });
    }
    for (const notifyUrl of ['file:///etc/passwd\u0000', 'not a url', '']) {
      expect(await call('accept_backend', { notifyUrl })).toMatchObject({ failed: true });
    }
    expect(accept).not.toHaveBeenCalled();
    expect(start).not.toHaveBeenCalled();
  });

  it('leaves a sandbox that still takes orders', async () => {
    expect(Object(Object.prototype).polluted).toBeUndefined();
    expect(await call('reset_sandbox', {})).toMatchObject({ failed: false });
    expect((await sandbox.direct.post('/v3/pay/transactions/jsapi', directOrder(sandbox))).status).toBe(200);
  });
});
