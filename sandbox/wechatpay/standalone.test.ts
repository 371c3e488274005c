import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { get as httpsGet } from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { TestClient } from './testing/client.ts';

const root = join(import.meta.dirname, '../..');
let folder: string;
const running: ChildProcess[] = [];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sandbox-cli-'));
});
afterEach(async () => {
  for (const child of running.splice(0)) await stop(child);
});
afterAll(() => rmSync(folder, { recursive: true }));

function start(command: string, args: string[]) {
  // A group of its own, so that npm and what it starts end together.
  const child = spawn(command, args, { cwd: root, detached: true });
  running.push(child);
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    output.stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output.stderr += chunk;
  });
  return { child, output };
}

async function stop(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    process.kill(-child.pid!, 'SIGTERM');
    await once(child, 'exit');
  }
  return child.exitCode;
}

const script = (...args: string[]) =>
  start(process.execPath, ['--import', 'tsx', 'scripts/sandbox.ts', ...args]);
const line = /^wechatpay sandbox: (http:\/\/127\.0\.0\.1:\d+)\n$/m;

async function ready(output: { stdout: string; stderr: string }): Promise<string> {
  await expect.poll(() => output.stdout, { timeout: 25_000 }).toMatch(line);
  return line.exec(output.stdout)![1]!;
}

async function placeOrder(base: string): Promise<{ status: number; no: string }> {
  const { direct } = (await (await fetch(`${base}/_sandbox/credentials`)).json()) as {
    direct: TestClient['account'];
  };
  const client = new TestClient(direct, (request) => fetch(request), base);
  const no = 'STANDALONE1';
  const answer = await client.post('/v3/pay/transactions/jsapi', {
    appid: direct.appid,
    mchid: direct.mchid,
    description: 'x',
    out_trade_no: no,
    notify_url: 'http://127.0.0.1:9/notify',
    amount: { total: 1 },
    payer: { openid: 'o' },
  });
  return { status: answer.status, no };
}

describe('npm run sandbox', () => {
  test('prints its address and serves an order over the network', async () => {
    const { output } = start('npm', ['run', '--silent', 'sandbox', '--', '--port', '0', '--seed', 'cli']);
    const base = await ready(output);
    expect(output.stdout).toBe(`wechatpay sandbox: ${base}\n`);
    expect((await placeOrder(base)).status).toBe(200);
  }, 60_000);
});

describe('the script', () => {
  test('keeps its state across a restart, and ends well on SIGTERM', async () => {
    const state = join(folder, 'state.json');
    const first = script('--port', '0', '--state', state);
    const { no } = await placeOrder(await ready(first.output));
    expect(await stop(first.child)).toBe(0);
    const second = script('--port', '0', '--state', state);
    const base = await ready(second.output);
    const order = await fetch(`${base}/_sandbox/orders/${no}`);
    expect(order.status).toBe(200);
  }, 60_000);

  test('serves https in the name of api.mch.weixin.qq.com, by a CA that it names', async () => {
    const { output } = script('--port', '0', '--tls-port', '0', '--seed', 'cli');
    const base = await ready(output);
    const [, port, caFile] = /https on 127\.0\.0\.1:(\d+) .*: (\S+)/.exec(output.stderr)!;
    const ca = readFileSync(caFile!, 'utf8');
    expect(await (await fetch(`${base}/_sandbox/ca.pem`)).text()).toBe(ca);
    const options = {
      host: '127.0.0.1',
      port,
      path: '/v3/certificates',
      servername: 'api.mch.weixin.qq.com',
      ca,
    };
    const status = await new Promise((resolve, reject) => {
      httpsGet(options, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).on('error', reject);
    });
    expect(status).toBe(400);
    rmSync(join(caFile!, '..'), { recursive: true });
  }, 60_000);

  test.each<[string, string[], RegExp]>([
    ['an unknown flag', ['--prot', '1'], /Unknown option '--prot'/],
    ['a config that does not exist', ['--config', '/nonexistent.json'], /nonexistent\.json/],
  ])(
    'says what is wrong with %s',
    async (_name, args, message) => {
      const { child, output } = script(...args);
      await once(child, 'exit');
      expect([child.exitCode, output.stdout]).toEqual([2, '']);
      expect(output.stderr).toMatch(message);
    },
    60_000,
  );

  test('says when the port is taken, and what to do', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const { child, output } = script('--port', String(port), '--seed', 'cli');
    await once(child, 'exit');
    expect(output.stderr).toContain(`Port ${port} is in use: give another with --port`);
    expect(child.exitCode).toBe(2);
    other.close();
  }, 60_000);

  test('explains itself', async () => {
    const { child, output } = script('--help');
    await once(child, 'exit');
    expect(child.exitCode).toBe(0);
    for (const flag of ['--port', '--tls-port', '--seed', '--state', '--config', '--keys']) {
      expect(output.stdout).toContain(flag);
    }
  }, 60_000);
});
