/**
 * Reuses connections only while they are sure to be alive. An instance is frozen after it answers, and a socket kept
 * across a freeze may be dead: a write on it fails without anyone knowing whether it arrived. Within an invocation,
 * though, a new connection for each request costs more than everything else about it.
 */
import type { Agent } from 'node:http';
import type { Socket } from 'node:net';

/** Below the shortest keep-alive time of common servers (5 s), above the pauses within an invocation. */
const maxIdleMs = 1500;

/** Members of Node's agent that its types leave out. */
interface AgentInside {
  keepAlive: boolean;
  freeSockets: Record<string, Socket[] | undefined>;
  keepSocketAlive(socket: Socket): boolean;
  addRequest(...args: unknown[]): void;
}

const changed = new WeakSet<Agent>();

/** Makes this agent reuse connections, but none that was idle for longer than 1.5 s on the wall clock; once is enough. */
export function keepOnlyFreshConnections(agent: Agent, nowMs: () => number): void {
  if (changed.has(agent)) return;
  changed.add(agent);
  const inside = agent as unknown as AgentInside;
  const idleSinceMs = new WeakMap<Socket, number>();
  const keepSocketAlive = inside.keepSocketAlive.bind(agent);
  const addRequest = inside.addRequest.bind(agent);
  inside.keepAlive = true;
  inside.keepSocketAlive = (socket) => {
    idleSinceMs.set(socket, nowMs());
    return keepSocketAlive(socket);
  };
  inside.addRequest = (...args) => {
    for (const socket of Object.values(inside.freeSockets).flatMap((sockets) => sockets ?? [])) {
      const idleMs = nowMs() - (idleSinceMs.get(socket) ?? 0);
      if (idleMs > maxIdleMs || idleMs < 0) socket.destroy();
    }
    addRequest(...args);
  };
}
