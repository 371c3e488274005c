import * as z from 'zod';
import { inBoth } from '../../text.ts';
import { tool } from '../tool.ts';

const accounts = ['direct', 'partner', 'ecommerce'] as const;
const keyModes = ['certificate', 'public-key', 'switching'] as const;

interface Listing {
  readonly apis: readonly { name: string; method: string; path: string; fidelity: string }[];
  readonly control: readonly string[];
}

/** What this tool reaches; snapshots and the reset of a whole system are elsewhere. */
const isBelowSandbox = (call: string) => call.includes(' /_sandbox');

const nothingToStop = inBoth('start_sandbox had started none.', '没有由 start_sandbox 启动的沙箱。');

function leftRunning(url: string): string {
  return inBoth(
    `The sandbox at ${url} was not started by this server: it goes on running, and the tools use it. Stop it where it was started.`,
    `${url} 的沙箱不是由本服务启动的，仍在运行，各工具使用它。请在启动它的地方停止。`,
  );
}

export const sandboxTools = [
  tool('start_sandbox', {
    title: 'Start a sandbox',
    description:
      'Starts a WeChat Pay v3 sandbox on 127.0.0.1 and returns its URL. Point the program under test at that URL in place of https://api.mch.weixin.qq.com; for an SDK whose host is fixed, ask for the proxy and set HTTPS_PROXY and the CA file. Ends a sandbox that this session started before. The inspector for people is at the URL itself.',
    input: z.object({
      port: z.int().min(0).max(65_535).default(0).describe('0 = any free port'),
      proxy: z.boolean().default(false).describe('also an HTTP CONNECT proxy for SDKs with a fixed host'),
      seed: z.string().min(1).optional().describe('the same seed gives the same merchants, keys and numbers'),
      keys: z.enum(keyModes).optional().describe('which platform keys there are; default switching'),
    }),
    run: (options, session) => session.start(options),
  }),
  tool('stop_sandbox', {
    title: 'Stop the sandbox',
    description:
      'Stops the sandbox that start_sandbox started, and says so. One that ran before this server, which was started with --url, is left running.',
    input: z.object({}),
    run: async (_, session) => {
      const stopped = await session.stop();
      const { url } = session.parts;
      if (url !== undefined) return { stopped, stillRunning: url, message: leftRunning(url) };
      return stopped ? { stopped } : { stopped, message: nothingToStop };
    },
  }),
  tool('get_credentials', {
    title: 'Get credentials',
    description:
      'Merchant number, appid, API certificate and private key, APIv3 key and the platform public key of a made-up merchant: direct (直连商户), partner (普通服务商) or ecommerce (电商收付通).',
    input: z.object({ account: z.enum(accounts).default('direct') }),
    readOnly: true,
    run: async ({ account }, session) => {
      const all = await session.call<Record<string, object>>('GET', 'credentials');
      return { baseUrl: session.url, account, ...all[account] };
    },
  }),
  tool('find_apis', {
    title: 'Find APIs',
    description:
      'The documented APIs of WeChat Pay v3 that the sandbox answers, by words of their name or path, with their fidelity: behaviour (simulated with its rules and consequences) or shape (request checked, example returned).',
    input: z.object({ text: z.string().min(1).describe('e.g. "refund", "profitsharing", "退款"') }),
    readOnly: true,
    run: async ({ text }, session) => {
      const { apis } = await session.call<Listing>('GET', '');
      const words = text.toLowerCase().split(/\s+/);
      const found = apis.filter((api) => {
        const searched = `${api.name} ${api.method} ${api.path}`.toLowerCase();
        return words.every((word) => searched.includes(word));
      });
      return { total: found.length, apis: found.slice(0, 50) };
    },
  }),
  tool('reset_sandbox', {
    title: 'Reset the sandbox',
    description: 'Forgets all orders, callbacks and faults, and returns the clock to the present. Keys stay.',
    input: z.object({}),
    run: (_, session) => session.call('POST', 'reset', {}),
  }),
  tool('control', {
    title: 'Any other control call',
    description:
      'Any control call by its path below /_sandbox/, for what has no tool of its own: balances, reviews of applications, transfers, withdrawals, complaints, shipping, keys. Without a path, the list of all of them. A refusal says which field is wrong and shows a body that works.',
    input: z.object({
      method: z.enum(['GET', 'POST', 'PUT']).default('GET'),
      path: z.string().regex(/^[^/]/).optional().describe('e.g. "merchants/1900000001/balance"'),
      body: z.unknown().optional().describe('e.g. {"addFen": 10000}'),
    }),
    run: async ({ method, path, body }, session) =>
      path === undefined
        ? { control: (await session.call<Listing>('GET', '')).control.filter(isBelowSandbox) }
        : session.call(method, path, method === 'GET' ? undefined : (body ?? {})),
  }),
];
