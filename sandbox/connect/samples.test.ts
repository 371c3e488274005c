/** The programs that show how to connect, each run by its own language against the sandbox, over TCP. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SandboxBus } from '../bus.ts';
import { SandboxClock } from '../clock.ts';
import { freePort } from '../free-port.ts';
import { type RunningServer, serve } from '../server.ts';
import { createSimulator, type Simulator } from '../wechatpay/index.ts';
import { variablesOf } from './shell-setup.ts';

const folder = fileURLToPath(new URL('./samples/', import.meta.url));

/** Not every python3 in the path has the library; the system's own has it when it was installed by the package manager. */
const python =
  ['python3', '/usr/bin/python3'].find((path) => isInstalled([path, '-c', 'import cryptography'])) ??
  'python3';

/** Language → how its program is run, and what proves that the language is there. */
const languages: Record<string, { run: string[]; probe: string[] }> = {
  Node: { run: [process.execPath, 'order.mjs'], probe: [process.execPath, '--version'] },
  Python: { run: [python, 'order.py'], probe: [python, '-c', 'import cryptography'] },
  Go: { run: ['go', 'run', 'order.go'], probe: ['go', 'version'] },
  Java: { run: ['java', 'Order.java'], probe: ['java', '-version'] },
  PHP: {
    run: ['php', 'order.php'],
    probe: ['php', '-r', 'exit(extension_loaded("openssl") ? 0 : 1);'],
  },
};

function isInstalled([command = '', ...args]: readonly string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

let clock: SandboxClock;
let simulator: Simulator;
let server: RunningServer;
let work: string;

beforeAll(async () => {
  clock = new SandboxClock();
  simulator = await createSimulator({
    seed: 'samples',
    clock,
    bus: new SandboxBus(() => clock.now()),
    keyMode: 'public-key',
  });
  server = await serve((request) => simulator.fetch(request), { port: 0 });
  work = mkdtempSync(join(tmpdir(), 'samples-'));
});
afterAll(async () => {
  await server.close();
  await simulator.close();
  clock.stop();
  rmSync(work, { recursive: true });
});

function environment(port: number): Record<string, string> {
  const { direct } = simulator.credentials();
  const file = (name: string, text: string) => {
    writeFileSync(join(work, name), text);
    return join(work, name);
  };
  return {
    PATH: process.env.PATH ?? '',
    HOME: process.env.HOME ?? work,
    // Java reads its program and writes in the encoding of the locale.
    LC_ALL: 'C.UTF-8',
    PORT: String(port),
    ...variablesOf(direct, server.url),
    WECHATPAY_PRIVATE_KEY_FILE: file('private.pem', direct.privateKeyPem),
    WECHATPAY_PUBLIC_KEY_FILE: file('public.pem', direct.publicKeyPem),
  };
}

function start(command: readonly string[], port: number) {
  const [program = '', ...args] = command;
  const child: ChildProcess = spawn(program, args, { cwd: folder, env: environment(port) });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
    });
  }
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return {
    lines: () => output.split('\n').filter(Boolean),
    ended,
    kill: () => child.kill('SIGKILL'),
    async orderNo(): Promise<string> {
      const found = () => /^order (\S+) wx\S+$/m.exec(output)?.[1];
      await Promise.race([expect.poll(found, { timeout: 90_000 }).toBeDefined(), ended]);
      expect(output).toMatch(/^order (\S+) wx\S+$/m);
      return found()!;
    },
  };
}

async function payFor(outTradeNo: string): Promise<void> {
  const response = await fetch(`${server.url}/_sandbox/orders/${outTradeNo}/pay`, {
    method: 'POST',
    body: '{}',
  });
  expect(response.status).toBe(200);
}

/** Under CI a language that is missing fails; elsewhere its test is reported as not run. */
const testWith = (probe: readonly string[]) => test.runIf(isInstalled(probe) || Boolean(process.env.CI));
const timeout = 120_000;

describe.each(Object.entries(languages))('%s', (_, { run, probe }) => {
  testWith(probe)('takes a payment, and believes no callback that is not signed', { timeout }, async () => {
    const port = await freePort();
    const program = start(run, port);
    try {
      const outTradeNo = await program.orderNo();
      const forged = await fetch(`http://127.0.0.1:${port}/notify`, {
        method: 'POST',
        body: '{"resource":{}}',
      });
      expect(forged.status).toBe(401);
      await payFor(outTradeNo);
      expect(await program.ended, program.lines().join('\n')).toBe(0);
      expect(program.lines().slice(1)).toEqual([
        expect.stringMatching(/^refused a callback/),
        `callback ${outTradeNo} SUCCESS`,
        'query SUCCESS',
      ]);
    } finally {
      program.kill();
    }
  });
});

const tools = ['bash', '-c', 'curl -V && openssl version'];

describe.each([...Object.entries(languages), ['curl', { run: ['bash', 'order.sh'], probe: tools }] as const])(
  '%s',
  (_, { run, probe }) => {
    testWith(probe)(
      'names the variable that is missing, and the command that prints it',
      { timeout },
      async () => {
        const [program = '', ...args] = run;
        const { WECHATPAY_OPENID: _openid, ...rest } = environment(0);
        const { PATH = '', HOME = '', LC_ALL = '' } = rest;
        for (const [env, name] of [
          [{ PATH, HOME, LC_ALL }, 'WECHATPAY_BASE_URL'],
          [rest, 'WECHATPAY_OPENID'],
        ] as const) {
          const { status, stdout, stderr } = spawnSync(program, args, { cwd: folder, env, encoding: 'utf8' });
          const command = 'eval "$(npx wechatpay-sandbox env)"';
          // `go run` adds a line with the exit code of the program.
          const lines = stderr.split('\n').filter((line) => line !== '' && line !== 'exit status 1');
          expect([status, stdout, lines]).toEqual([
            1,
            '',
            [`${name} is not set; first run: ${command} · 未设置 ${name}，请先执行：${command}`],
          ]);
        }
      },
    );
  },
);

testWith(tools)('curl and openssl take a payment', { timeout }, async () => {
  const program = start(['bash', 'order.sh'], 0);
  try {
    await payFor(await program.orderNo());
    expect(await program.ended, program.lines().join('\n')).toBe(0);
    expect(program.lines().at(-1)).toBe('query SUCCESS');
  } finally {
    program.kill();
  }
});
