import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { processState } from '../testing/process-state.ts';

let folder: string;
let hostProcess: ChildProcess;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reaper-'));
});
afterEach(() => {
  hostProcess.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

/** A separate process that hosts a function and calls it twice; resolves with the instance's pid. */
async function startHost(): Promise<number> {
  const cloud = fileURLToPath(new URL('../testing/cloud.ts', import.meta.url));
  const file = join(folder, 'host.mts');
  writeFileSync(
    file,
    `import { startTestCloud } from ${JSON.stringify(cloud)};
     const cloud = await startTestCloud({ f: { code: 'exports.main = () => process.pid;' } });
     await cloud.call('f');
     console.log((await cloud.call('f')).result);
     setInterval(() => {}, 1000);`,
  );
  hostProcess = spawn(process.execPath, ['--import', 'tsx', file], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [output] = (await once(hostProcess.stdout!, 'data')) as [Buffer];
  return Number(output.toString());
}

describe.runIf(process.platform !== 'win32')('instances', () => {
  it.each(['SIGKILL', 'SIGTERM'] as const)(
    'end with their host, frozen or not, when it gets %s',
    async (signal) => {
      const pid = await startHost();
      await expect.poll(() => processState(pid)).toMatch(/^T/);
      hostProcess.kill(signal);
      await expect.poll(() => processState(pid)).toBe('');
    },
  );
});
