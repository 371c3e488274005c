import { type ChildProcess, spawn } from 'node:child_process';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePort } from '../free-port.ts';
import { startTestCloud, type TestCloud } from './testing/cloud.ts';

let cloud: TestCloud;
let port: number;
let attached: ChildProcess | undefined;

beforeAll(async () => {
  port = await freePort();
  cloud = await startTestCloud(
    { stepped: { code: 'exports.main = async ({ n }) => {\n  debugger;\n  return n + 1;\n};', timeout: 1 } },
    { inspectPorts: new Map([['stepped', port]]), maxInstances: 3 },
  );
});
afterAll(async () => {
  attached?.kill('SIGKILL');
  await cloud.close();
});

/** Attaches Node's debugger; resolves with its output once that contains `text`. */
async function debuggerSaying(text: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['inspect', `127.0.0.1:${port}`], { stdio: 'pipe' });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    said += chunk;
  });
  await expect.poll(() => said).toContain(text);
  return child;
}

it('waits for a debugger before its first call, stops at breakpoints, and has no time limit', async () => {
  const call = cloud.call('stepped', { n: 1 });
  await expect
    .poll(() =>
      fetch(`http://127.0.0.1:${port}/json/list`).then(
        ({ status }) => status,
        () => undefined,
      ),
    )
    .toBe(200);
  attached = await debuggerSaying('> 2   debugger;');
  // Longer than the function's time limit of one second.
  await new Promise((resolve) => setTimeout(resolve, 1_300));
  attached.stdin?.write('cont\n');
  const { result, error, instanceId } = await call;
  expect({ result, error }).toEqual({ result: 2, error: undefined });

  const next = cloud.call('stepped', { n: 2 });
  const again = setInterval(() => attached?.stdin?.write('cont\n'), 100);
  expect(await next.finally(() => clearInterval(again))).toMatchObject({ result: 3, instanceId });
});
