import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../../..');

test('npm run sandbox prints its address, serves API and inspector, and ends well on SIGTERM', async () => {
  // A process group of its own, so that npm and its children end together.
  const child = spawn('npm', ['run', '--silent', 'sandbox', '--', '--port', '0', '--seed', 'cli'], {
    cwd: root,
    detached: true,
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    output.stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output.stderr += chunk;
  });
  await expect.poll(() => output.stdout).toMatch(/^wechatpay sandbox: http:\/\/127\.0\.0\.1:\d+\n$/);
  const base = output.stdout.trim().slice('wechatpay sandbox: '.length);
  await expect.poll(() => output.stderr).toContain(`${base}/_sandbox/credentials`);
  const page = await (await fetch(`${base}/`)).text();
  expect(page).toContain('data-standalone');
  expect((await fetch(`${base}/v3/certificates`)).status).toBe(401);
  process.kill(-child.pid!, 'SIGTERM');
  await once(child, 'exit');
});
