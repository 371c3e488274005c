/** The sandbox as an MCP server: the control calls as tools of a coding agent. */
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { Session, type SessionParts } from './session.ts';
import type { Progress, Tool } from './tool.ts';
import { acceptanceTools } from './tools/acceptance.ts';
import { callbackTools } from './tools/callbacks.ts';
import { conditionTools } from './tools/conditions.ts';
import { exchangeTools } from './tools/exchanges.ts';
import { orderTools } from './tools/orders.ts';
import { sandboxTools } from './tools/sandbox.ts';

const tools: readonly Tool[] = [
  ...sandboxTools,
  ...exchangeTools,
  ...orderTools,
  ...callbackTools,
  ...conditionTools,
  ...acceptanceTools,
];

const instructions = `A sandbox of WeChat Pay API v3 (微信支付 APIv3) that signs, encrypts, retries callbacks and refuses like the real one.
Usual course: start_sandbox, get_credentials, configure the program under test with them and with the sandbox's URL, let it place an order, pay_order, and read list_exchanges: explain_exchange says why a request was refused. Then prove it with accept_backend. All merchants and keys are made up; never give it real ones.`;

/** @returns the server, not yet connected, and what stops the sandbox that it started. */
export function createMcpServer(parts: SessionParts): { server: McpServer; close(): Promise<void> } {
  const session = new Session(parts);
  const server = new McpServer(
    { name: 'wechatpay-sandbox', version: parts.version },
    { instructions, capabilities: { tools: {} } },
  );
  for (const tool of tools) register(server, session, tool);
  return {
    server,
    async close() {
      await server.close();
      await session.stop();
    },
  };
}

function register(server: McpServer, session: Session, tool: Tool): void {
  const { name, title, description, input, readOnly, runsCommands } = tool;
  const annotations = { readOnlyHint: readOnly, destructiveHint: runsCommands, openWorldHint: runsCommands };
  server.registerTool(
    name,
    { title, description, inputSchema: input, annotations },
    async (given: unknown, { _meta, sendNotification }) => {
      const progressToken = _meta?.progressToken;
      const report: Progress = (progress, message) => {
        if (progressToken === undefined) return;
        // A client that is gone does not stop the work.
        sendNotification({
          method: 'notifications/progress',
          params: { progressToken, progress, message },
        }).catch(() => {});
      };
      const answer = await tool.run(given, session, report);
      return { content: [{ type: 'text' as const, text: JSON.stringify(answer, undefined, 2) }] };
    },
  );
}
