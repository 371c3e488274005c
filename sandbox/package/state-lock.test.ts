import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startSandbox } from './index.ts';
import { lockState } from './state-lock.ts';

let folder: string;
let state: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'state-lock-'));
  state = join(folder, 'state.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

const refusal = /in use by another sandbox on this machine \(process \d+\).*正被本机的另一个沙箱使用/;

test('a second sandbox of this process is refused until the first is closed', async () => {
  const first = await startSandbox({ seed: 'lock', state });
  await expect(startSandbox({ seed: 'lock', state })).rejects.toThrow(refusal);
  await first.close();
  const second = await startSandbox({ seed: 'lock', state });
  await second.close();
  expect(readdirSync(folder).filter((name) => name.includes('.lock'))).toEqual([]);
});

test('a start that fails gives the file back', async () => {
  const port = 0;
  const other = await startSandbox({ seed: 'lock', port });
  const taken = Number(new URL(other.url).port);
  await expect(startSandbox({ seed: 'lock', state, port: taken })).rejects.toThrow(/is in use: give another/);
  expect(existsSync(`${state}.lock`)).toBe(false);
  await other.close();
});

test('a lock that cannot be written is a problem that names the file', async () => {
  mkdirSync(`${state}.lock`);
  await expect(startSandbox({ seed: 'lock', state })).rejects.toMatchObject({
    name: 'SandboxProblem',
    message: expect.stringMatching(/state\.json cannot be written: EISDIR.*无法写入/),
  });
  expect(readdirSync(folder)).toEqual(['state.json.lock']);
});

test('another process is refused; once it is killed, its lock is taken over', async () => {
  const script = `import { lockState } from ${JSON.stringify(join(import.meta.dirname, 'state-lock.ts'))};
    lockState(${JSON.stringify(state)}); console.log('locked'); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  await once(child.stdout, 'data');
  expect(() => lockState(state)).toThrow(refusal);
  expect(() => lockState(state)).toThrow(`process ${child.pid}`);
  child.kill('SIGKILL');
  await ended;
  expect(existsSync(`${state}.lock`)).toBe(true);
  const release = lockState(state);
  expect(JSON.parse(readFileSync(`${state}.lock`, 'utf8')).pid).toBe(process.pid);
  release();
  expect(readdirSync(folder)).toEqual([]);
});

test.each([
  ['an earlier process of the same number', () => JSON.stringify({ pid: process.pid, startedAt: '1' })],
  ['nobody that can be read', () => '{"pid":'],
])('a lock of %s is taken over', (_name, text) => {
  writeFileSync(`${state}.lock`, text());
  const release = lockState(state);
  expect(() => lockState(state)).toThrow(refusal);
  release();
  expect(readdirSync(folder)).toEqual([]);
});

test('a lock that somebody else has taken meanwhile is not given back', () => {
  const release = lockState(state);
  writeFileSync(`${state}.lock`, JSON.stringify({ pid: 1, startedAt: 'other' }));
  release();
  expect(existsSync(`${state}.lock`)).toBe(true);
});
