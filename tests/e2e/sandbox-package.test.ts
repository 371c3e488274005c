import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { freePort } from '../../sandbox/free-port.ts';
import { TestClient } from '../../sandbox/wechatpay/testing/client.ts';

const root = join(import.meta.dirname, '../..');
let folder: string;
let installed: string;
let tarball: string;

interface Action {
  runs: { steps: [{ run: string }] };
}

beforeAll(() => {
  const printed = execFileSync('npm', ['run', '--silent', 'pack:sandbox'], { cwd: root, encoding: 'utf8' });
  tarball = printed.trimEnd().split('\n').at(-1)!;
  folder = mkdtempSync(join(tmpdir(), 'sandbox-package-'));
  writeFileSync(join(folder, 'package.json'), '{"private":true}');
  execFileSync('npm', ['install', '--offline', '--no-audit', '--no-fund', tarball], {
    cwd: folder,
    stdio: 'pipe',
  });
  installed = join(folder, 'node_modules/wechatpay-sandbox');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the package wechatpay-sandbox, installed in an empty folder', () => {
  test('brings no other package, and stays below 8 MB', () => {
    const packages = readdirSync(join(folder, 'node_modules')).filter((name) => !name.startsWith('.'));
    expect(packages).toEqual(['wechatpay-sandbox']);
    const files = readdirSync(installed, { recursive: true, withFileTypes: true }).filter((one) =>
      one.isFile(),
    );
    const bytes = files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
    expect(bytes).toBeLessThan(8 * 1024 * 1024);
  });

  test('has pages that lead only to what it contains', () => {
    const pages = readdirSync(installed, { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.md'),
    );
    expect(pages).toEqual(expect.arrayContaining(['README.zh-CN.md', 'SKILL.md', 'docs/scenarios.zh-CN.md']));
    const missing = pages.flatMap((page) => {
      const text = readFileSync(join(installed, page), 'utf8');
      const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)/g)].map((match) =>
        join(dirname(page), match[1]!),
      );
      const named = [...text.matchAll(/node_modules\/wechatpay-sandbox\/([\w./-]+)/g)].map(
        (match) => match[1]!,
      );
      return [...links, ...named].filter((file) => !existsSync(join(installed, file)));
    });
    expect(missing).toEqual([]);
  });

  test('contains nothing of the machine that made it', () => {
    const bundles = ['lib/index.js', 'lib/bin.js', 'lib/mcp.js', 'lib/pages/main.js'];
    const found = bundles.filter((file) => readFileSync(join(installed, file), 'utf8').includes(root));
    expect(found).toEqual([]);
  });

  test('runs as a program: API, control calls and inspector on one port, until its input closes', async () => {
    const bin = join(folder, 'node_modules/.bin/wechatpay-sandbox');
    const child = spawn(bin, ['--port', '0', '--json'], { cwd: folder, stdio: ['pipe', 'pipe', 'inherit'] });
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const { url, credentialsUrl } = JSON.parse(line.toString());
    expect(await (await fetch(url)).text()).toContain('data-standalone');
    expect((await fetch(`${url}/inspector/main.js`)).status).toBe(200);
    expect(await (await fetch(credentialsUrl)).json()).toHaveProperty('direct.mchid', '1900000001');
    child.stdin.end();
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  test('runs as the Containerfile starts it, whose control calls still need a loopback Host', async () => {
    const text = readFileSync(join(installed, 'Containerfile'), 'utf8');
    const copiedTo = /^COPY \. (\S+)$/m.exec(text)?.[1];
    const [command, program, ...args] = JSON.parse(/^ENTRYPOINT (.*)$/m.exec(text)![1]!) as string[];
    expect([command, program]).toEqual(['node', `${copiedTo}/bin/wechatpay-sandbox.js`]);
    const started = program!.replace(copiedTo!, installed);
    const child = spawn(process.execPath, [started, ...args, '--port', '0', '--json'], { cwd: folder });
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const { url } = JSON.parse(line.toString());
    expect((await fetch(`${url}/_sandbox/clock`)).status).toBe(200);
    const { port } = new URL(url);
    const asked = request({
      host: '127.0.0.1',
      port,
      path: '/_sandbox/clock',
      headers: { host: 'sandbox.example' },
    }).end();
    const [refused] = (await once(asked, 'response')) as [IncomingMessage];
    expect(refused.resume().statusCode).toBe(403);
    child.stdin.end();
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  test('serves a coding agent over MCP with each of its tools, and ends with it', async () => {
    const bin = join(folder, 'node_modules/.bin/wechatpay-sandbox');
    const transport = new StdioClientTransport({ command: bin, args: ['mcp'], cwd: folder });
    const client = new Client({ name: 'test', version: '1' });
    await client.connect(transport);
    const used = new Set<string>();
    const call = async (name: string, given: object = {}) => {
      used.add(name);
      const answer = await client.callTool({ name, arguments: { ...given } });
      const [{ text }] = answer.content as [{ text: string }];
      expect(answer.isError ?? false, text).toBe(false);
      return JSON.parse(text);
    };
    const { url } = await call('start_sandbox', { seed: 'agent' });
    expect(await (await fetch(url)).text()).toContain('data-standalone');
    const account = await call('get_credentials');
    expect(account).toMatchObject({ baseUrl: url, mchid: '1900000001' });
    const merchant = new TestClient(account, (given) => fetch(given), url);
    expect((await call('find_apis', { text: 'refund/domestic' })).total).toBeGreaterThan(0);

    await call('callback_settings', { hold: true });
    const order = { appid: account.appid, mchid: account.mchid, description: 'x', out_trade_no: 'AGENT1' };
    const rest = { notify_url: 'http://127.0.0.1:9/n', amount: { total: 9 }, payer: { openid: 'o' } };
    expect((await merchant.post('/v3/pay/transactions/jsapi', { ...order, ...rest })).status).toBe(200);
    expect((await call('pay_order', { outTradeNo: 'AGENT1' })).order.state).toBe('SUCCESS');
    expect((await call('get_order', { outTradeNo: 'AGENT1' })).order.totalFen).toBe(9);
    expect((await call('list_orders')).orders).toHaveLength(1);
    expect(await call('release_callbacks')).toEqual({ released: 1 });
    const [{ id }] = (await call('list_callbacks', { outTradeNo: 'AGENT1' })).notifications;
    expect((await call('replay_callback', { id, tamper: 'merchant' })).attempts).toHaveLength(1);
    const refund = {
      out_trade_no: 'AGENT1',
      out_refund_no: 'AGENT1R',
      amount: { refund: 9, total: 9, currency: 'CNY' },
    };
    expect((await merchant.post('/v3/refund/domestic/refunds', refund)).status).toBe(200);
    expect((await call('settle_refund', { outRefundNo: 'AGENT1R' })).refund.status).toBe('SUCCESS');

    const { exchanges } = await call('list_exchanges', { outTradeNo: 'AGENT1' });
    const explained = await call('explain_exchange', { id: exchanges[0].id });
    expect(explained.request.method).toBe('POST');
    const before = await call('get_clock');
    expect((await call('advance_clock', { by: '1h' })).nowMs - before.nowMs).toBeGreaterThanOrEqual(
      3_600_000,
    );
    expect(
      (await call('set_faults', { faults: [{ route: '*', kind: 'rate-limit', times: 1 }] })).faults,
    ).toHaveLength(1);
    expect((await call('control', { path: 'ledger' })).balanced).toBe(true);
    await call('reset_sandbox');
    const tested = await call('accept_backend', {
      place: 'echo no such backend; exit 1',
      waitSeconds: 0,
      only: ['order-begins-unpaid', 'callback-forged-body'],
    });
    expect(tested).toMatchObject({ passed: false, checks: [{ outcome: 'not-run' }, { outcome: 'broken' }] });
    await call('stop_sandbox');
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name).filter((name) => !used.has(name))).toEqual([]);

    const second = await call('start_sandbox');
    await client.close();
    await expect.poll(() => fetch(second.url).catch(() => 'ended')).toBe('ended');
  });

  test.each([
    ['import', 'use.mjs', "import { startSandbox } from 'wechatpay-sandbox';"],
    ['require, as jest does', 'use.cjs', "const { startSandbox } = require('wechatpay-sandbox');"],
  ])('is a library by %s, and lets the process end', (_name, file, load) => {
    const program = `${load}
      startSandbox({ seed: 'x' }).then(async (sandbox) => {
        console.log((await sandbox.orders.list()).length, (await fetch(sandbox.url)).status);
        await sandbox.close();
      });`;
    writeFileSync(join(folder, file), program);
    expect(execFileSync(process.execPath, [file], { cwd: folder, encoding: 'utf8' })).toBe('0 200\n');
  });

  test('is started in CI by the composite action, which leaves the variables of a merchant', async () => {
    const action = parse(readFileSync(join(root, 'sandbox/package/ci/action.yml'), 'utf8')) as Action;
    const [step] = action.runs.steps;
    const temp = mkdtempSync(join(tmpdir(), 'runner-'));
    const [environment, output] = ['env', 'output'].map((name) => join(temp, name)) as [string, string];
    const port = await freePort();
    const env = {
      ...process.env,
      RUNNER_TEMP: temp,
      GITHUB_ENV: environment,
      GITHUB_OUTPUT: output,
      SANDBOX_PACKAGE: tarball,
      SANDBOX_PORT: String(port),
      SANDBOX_SEED: 'ci',
      SANDBOX_KEYS: 'public-key',
    };
    // In a session of its own, so that its leftover processes can be ended too.
    const shell = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', step.run], {
      env,
      detached: true,
      stdio: 'ignore',
    });
    try {
      expect(await once(shell, 'exit')).toEqual([0, null]);
      expect(readFileSync(output, 'utf8')).toBe(`url=http://127.0.0.1:${port}\n`);
      const variables = Object.fromEntries(
        readFileSync(environment, 'utf8')
          .trimEnd()
          .split('\n')
          .map((line) => line.split(/=(.*)/s).slice(0, 2)),
      ) as Record<string, string>;
      const sample = join(root, 'sandbox/connect/samples/order.sh');
      const program = spawn('bash', [sample], { env: { ...process.env, ...variables } });
      const [printed] = (await once(program.stdout, 'data')) as [Buffer];
      program.kill();
      expect(printed.toString()).toMatch(/^order S\w+ wx\w+/);
    } finally {
      process.kill(-shell.pid!, 'SIGTERM');
      rmSync(temp, { recursive: true });
    }
  });

  test('has declarations that stand alone', () => {
    const program = `import { startSandbox, type Sandbox, type SandboxOrder } from 'wechatpay-sandbox';
      const sandbox: Sandbox = await startSandbox({ port: 0, seed: 'x', clock: '2026-01-01T00:00:00Z' });
      const order: SandboxOrder = await sandbox.orders.pay('NO');
      const total: number = order.totalFen;
      await sandbox.clock.advance('15s');
      // @ts-expect-error: there is no such result
      await sandbox.refunds.settle('NO', 'DONE');
      export { total };`;
    writeFileSync(join(folder, 'use.mts'), program);
    const flags = ['--noEmit', '--strict', '--target', 'es2022', '--module', 'nodenext', '--types', 'node'];
    const types = ['--typeRoots', join(root, 'node_modules/@types')];
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const run = () =>
      execFileSync(process.execPath, [tsc, ...flags, ...types, 'use.mts'], { cwd: folder, encoding: 'utf8' });
    expect(run()).toBe('');
  });
});
