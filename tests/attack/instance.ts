/**
 * Every function of cloudbaserc.json in this process: its own handler, with its own environment, over the real SDK, the
 * emulator and the simulator. No bundle is needed, so a call costs what its work costs.
 */
import { vi } from 'vitest';
import { instanceEnvironment } from '../../sandbox/cloudbase/host/environment.ts';
import { invocationContext } from '../../sandbox/cloudbase/host/identity.ts';
import type { InvocationIdentity } from '../../sandbox/cloudbase/index.ts';
import { type System, startSystem } from '../../sandbox/system/system.ts';
import { root } from '../house/source.ts';

type Main = (event: unknown, context?: unknown) => Promise<unknown>;

export interface Call {
  readonly answer: unknown;
  /** Lines that it logged. */
  readonly logs: readonly string[];
  /** Documents that it wrote, as `operation collection/id`. */
  readonly written: readonly string[];
}

export interface Attacked {
  readonly system: System;
  /** Calls a function as the platform would, with the event as it arrives from the wire. */
  call(name: string, event: unknown, identity: InvocationIdentity): Promise<Call>;
  close(): Promise<void>;
}

export async function startAttacked(): Promise<Attacked> {
  const system = await startSystem({ root, port: 0 });
  const ownEnv = process.env;
  // One line of a stack shows a leak as well as ten do, and thousands of them are made.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 1;
  const { lines, restore } = captureOutput();
  const written: string[] = [];
  system.bus.subscribe(({ type, data, invocationId }) => {
    // Where the bundles are built, the host's own timer runs each minute: those invocations have an id.
    if (type !== 'document' || invocationId !== undefined) return;
    const { op, collection, id } = data as { op: string; collection: string; id: unknown };
    written.push(`${op} ${collection}/${id}`);
  });
  const { appid } = system.simulator.credentials().direct;
  const instances = new Map<string, Promise<Instance>>();
  const instanceOf = (name: string) => {
    const known = instances.get(name) ?? startInstance(system, name);
    instances.set(name, known);
    return known;
  };
  const attacked: Attacked = {
    system,
    async call(name, event, identity) {
      const { main, env } = await instanceOf(name);
      const { envId } = system.emulator;
      const { context, ...invocation } = invocationContext({
        identity,
        requestId: 'attack',
        envId,
        appid,
        functionName: name,
        memorySizeMb: 256,
        timeoutMs: 20_000,
      });
      process.env = { ...env, ...invocation.env };
      lines.length = 0;
      written.length = 0;
      const answer = await main(event, context);
      return { answer, logs: [...lines], written: [...written] };
    },
    close: async () => {
      restore();
      Error.stackTraceLimit = stackTraceLimit;
      process.env = ownEnv;
      await system.close();
    },
  };
  return attacked;
}

interface Instance {
  readonly main: Main;
  readonly env: Record<string, string>;
}

/** An instance keeps its environment and clients in its modules: each function gets modules of its own. */
async function startInstance(system: System, name: string): Promise<Instance> {
  const platform = {
    envId: system.emulator.envId,
    functionName: name,
    memorySizeMb: 256,
    baseUrl: system.url,
  };
  const env = instanceEnvironment(platform, system.environmentOf(name));
  vi.resetModules();
  process.env = { ...env };
  const { main } = (await import(`../../functions/${name}/index.ts`)) as { main: Main };
  return { main, env };
}

/** The functions' log goes to stdout; nothing else in this process writes JSON there. */
function captureOutput(): { readonly lines: string[]; restore(): void } {
  const lines: string[] = [];
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    lines.push(String(chunk));
    return true;
  });
  return { lines, restore: () => spy.mockRestore() };
}
