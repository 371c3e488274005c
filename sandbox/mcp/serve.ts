/** The MCP server over standard input and output; a bundle of its own, which only the command `mcp` loads. */
import { once } from 'node:events';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { createMcpServer } from './server.ts';
import type { SessionParts } from './session.ts';

/** Resolves when the client has closed standard input, or `interrupted` resolves; the sandbox has then ended. */
export async function serveMcp(parts: SessionParts, interrupted: Promise<void>): Promise<void> {
  const { server, close } = createMcpServer(parts);
  const ended = Promise.race([once(process.stdin, 'end'), once(process.stdin, 'close'), interrupted]);
  await server.connect(new StdioServerTransport());
  await ended;
  await close();
}
