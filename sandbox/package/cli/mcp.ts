import { accept } from '../../accept/run.ts';
import type { StartedSandbox, StartOptions } from '../../mcp/session.ts';
import { serveSandbox } from '../serve.ts';
import type { Command, CommandContext } from './command.ts';
import { descriptionOf, writeCa } from './description.ts';
import { readFlags, readSandboxUrl, urlFlags } from './flags.ts';

const usage = `
  --url URL   use a sandbox that runs already, instead of one that start_sandbox starts   使用已在运行的沙箱

An MCP server on standard input and output, for coding agents. In their configuration:
供编程助手使用的 MCP 服务（标准输入输出）。配置：

  {"mcpServers": {"wechatpay-sandbox": {"command": "npx", "args": ["wechatpay-sandbox", "mcp"]}}}
`;

/** The control calls as tools of a coding agent. */
export const mcp: Command = {
  name: 'mcp',
  summary: { en: 'serve coding agents over MCP (stdio)', zh: '作为 MCP 服务供编程助手使用' },
  usage,
  async run(args, context) {
    const { values } = readFlags(args, urlFlags, `${context.program} mcp`);
    const { serveMcp } = await import('../../mcp/serve.ts');
    const { version } = context;
    const url = readSandboxUrl(values);
    await serveMcp(
      { version, url, accept, start: (options) => startFor(options, context) },
      context.interrupted(),
    );
    return 0;
  },
};

async function startFor(options: StartOptions, context: CommandContext): Promise<StartedSandbox> {
  const { port, proxy, seed, keys } = options;
  const sandbox = await serveSandbox({
    port,
    seed,
    keyMode: keys,
    proxyPort: proxy ? 0 : undefined,
    pages: context.pages,
  });
  const ca = writeCa(sandbox);
  return {
    url: sandbox.url,
    description: descriptionOf(sandbox, ca.file, context.version),
    async close() {
      await sandbox.close();
      ca.remove();
    },
  };
}
