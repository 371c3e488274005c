/** `npm run sandbox`: the WeChat Pay simulator alone, for programs in any language. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { SandboxBus } from '../sandbox/bus.ts';
import { SandboxClock } from '../sandbox/clock.ts';
import { type RunningServer, serve } from '../sandbox/server.ts';
import { createSimulator, type KeyMode, type Simulator } from '../sandbox/wechatpay/index.ts';

const help = `WeChat Pay v3 sandbox · 微信支付 APIv3 沙箱

  npm run sandbox -- [options]

  --port N        listen on 127.0.0.1:N; 0 = any free port (default 8700)   监听端口，0 为任意空闲端口
  --tls-port N    also answer https for api.mch.weixin.qq.com               同时提供 https
  --seed TEXT     the same merchants, keys and numbers each time            固定种子，结果可复现
  --state FILE    keep everything across restarts                           状态文件，重启后继续
  --config FILE   your own merchants, see docs/fidelity.md                  自带商户
  --keys MODE     certificate, public-key or switching (default switching)  平台密钥模式
  --help          this text

GET /_sandbox/credentials tells merchant numbers and keys; GET /_sandbox lists all calls.
`;

const modes: readonly KeyMode[] = ['certificate', 'public-key', 'switching'];

interface Flags {
  readonly port: number;
  readonly tlsPort: number | undefined;
  readonly seed: string | undefined;
  readonly state: string | undefined;
  readonly config: string | undefined;
  readonly keys: KeyMode;
}

function readFlags(args: string[]): Flags | 'help' {
  const { values } = parseArgs({
    args,
    options: {
      port: { type: 'string', default: '8700' },
      'tls-port': { type: 'string' },
      seed: { type: 'string' },
      state: { type: 'string' },
      config: { type: 'string' },
      keys: { type: 'string', default: 'switching' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return 'help';
  const keys = modes.find((mode) => mode === values.keys);
  if (!keys) throw new Error(`--keys must be one of ${modes.join(', ')}, not "${values.keys}".`);
  const tlsPort = values['tls-port'];
  return {
    port: readPort('--port', values.port),
    tlsPort: tlsPort === undefined ? undefined : readPort('--tls-port', tlsPort),
    seed: values.seed,
    state: values.state,
    config: values.config,
    keys,
  };
}

function readPort(flag: string, text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new Error(`${flag} must be a number from 0 to 65535, not "${text}".`);
}

async function listen(simulator: Simulator, flag: string, port: number, tls?: { key: string; cert: string }) {
  try {
    return await serve((request) => simulator.fetch(request), { port, ...(tls && { tls }) });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') {
      throw new Error(
        `Port ${port} is in use: give another with ${flag}, or ${flag} 0 for any free one. 端口已被占用。`,
      );
    }
    if (code === 'EACCES') throw new Error(`Port ${port} may not be used by this user. 没有权限使用该端口。`);
    throw new Error(`Cannot listen on port ${port}: ${message}`);
  }
}

async function listenTls(simulator: Simulator, port: number): Promise<RunningServer> {
  const { key, cert, ca } = await simulator.createTls();
  const server = await listen(simulator, '--tls-port', port, { key, cert });
  const file = join(mkdtempSync(join(tmpdir(), 'wechatpay-sandbox-')), 'ca.pem');
  writeFileSync(file, `${ca}\n`);
  process.stderr.write(
    `https on 127.0.0.1:${server.port} for api.mch.weixin.qq.com; trust this CA in the program under test only: ${file}\n`,
  );
  return server;
}

async function main(): Promise<void> {
  const flags = readFlags(process.argv.slice(2));
  if (flags === 'help') {
    process.stdout.write(help);
    return;
  }
  const clock = new SandboxClock();
  const simulator = await createSimulator({
    clock,
    bus: new SandboxBus(() => clock.now()),
    keyMode: flags.keys,
    ...(flags.seed !== undefined && { seed: flags.seed }),
    ...(flags.state !== undefined && { stateFile: flags.state }),
    ...(flags.config !== undefined && { configFile: flags.config }),
  });
  const servers = [await listen(simulator, '--port', flags.port)];
  if (flags.tlsPort !== undefined) servers.push(await listenTls(simulator, flags.tlsPort));
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    await Promise.all(servers.map((server) => server.close()));
    await simulator.close();
    clock.stop();
    process.exit(0);
  };
  process.on('SIGINT', () => void stop());
  process.on('SIGTERM', () => void stop());
  process.stdout.write(`wechatpay sandbox: ${servers[0]!.url}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(2);
});
