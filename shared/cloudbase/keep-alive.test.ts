import { Agent, createServer, get, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { keepOnlyFreshConnections } from './keep-alive.ts';

let server: Server;
let connections = 0;
beforeEach(async () => {
  connections = 0;
  server = createServer((_, response) => response.end('ok'));
  server.on('connection', () => connections++);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

/** Resolves once the agent has taken the socket back, which is a moment after the answer's end. */
async function ask(agent: Agent): Promise<void> {
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve, reject) => {
    get({ host: '127.0.0.1', port, agent }, (response) => {
      response.resume().on('end', resolve);
    }).on('error', reject);
  });
  await expect.poll(() => Object.values(agent.freeSockets).flat().length).toBe(1);
}

it('reuses a connection within an invocation', async () => {
  let nowMs = 1_000_000;
  const agent = new Agent();
  keepOnlyFreshConnections(agent, () => nowMs);
  await ask(agent);
  await ask(agent);
  nowMs += 1500;
  await ask(agent);
  expect(connections).toBe(1);
  agent.destroy();
});

it.each([1501, 3_600_000, -1])('opens a new one when the clock moved by %d ms meanwhile', async (movedMs) => {
  let nowMs = 1_000_000;
  const agent = new Agent();
  keepOnlyFreshConnections(agent, () => nowMs);
  await ask(agent);
  nowMs += movedMs;
  await ask(agent);
  expect(connections).toBe(2);
  agent.destroy();
});
