/** `npm start`: builds everything and runs the whole system on one port. Prints one URL. */
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, styleText } from 'node:util';
import type { Rebuild } from '../sandbox/bus.ts';
import { buildInspector } from '../sandbox/inspector/build.ts';
import { SandboxProblem } from '../sandbox/package/problem.ts';
import { buildPhone } from '../sandbox/phone/build.ts';
import { staticPages } from '../sandbox/system/pages.ts';
import { startSystem } from '../sandbox/system/system.ts';
import { type BuiltFunction, buildFunctions } from './build/functions.ts';
import { watchFunctions } from './build/watch.ts';

const root = join(fileURLToPath(import.meta.url), '../..');
const usage = `用法 · Usage: npm start -- [options]
  --port N              端口 · port, default 8420 (0: any free port)
  --provider KIND       服务商类型 · service provider: ecommerce (default) or partner
  --keys MODE           平台密钥 · platform keys: switching (default), certificate or public-key
  --seed TEXT           同样的种子，同样的密钥和号码 · the same seed gives the same keys and numbers
  --state FOLDER        状态和快照存在这里，重启后继续 · keeps everything, with the snapshots, across restarts
  --no-watch            保存后不重新构建 · do not rebuild functions and mini-program on save
  --inspect NAME,…      云函数等待调试器连接，从 9229 端口起 · functions wait for a debugger, on ports from 9229 on`;

/** Node's own default. */
const firstInspectPort = 9229;

interface Options {
  port: number;
  provider: 'ecommerce' | 'partner';
  keys: 'switching' | 'certificate' | 'public-key';
  seed: string | undefined;
  state: string | undefined;
  watch: boolean;
  inspect: readonly string[];
}

async function main(): Promise<void> {
  const options = readOptions();
  const startedAt = performance.now();
  console.error('构建云函数、小程序和页面 …  Building the functions, the mini-program and the page …');
  const inspector = join(root, 'dist/inspector');
  const phone = join(root, 'dist/phone');
  const inspectPorts = new Map(options.inspect.map((name, index) => [name, firstInspectPort + index]));
  let report = (_rebuild: Rebuild) => {};
  const [functions, , built] = await Promise.all([
    buildFunctions({
      root,
      ...(options.inspect.length > 0 && { forDevelopment: { debugged: options.inspect } }),
    }),
    buildInspector(inspector),
    buildPhone(phone, {
      watch: options.watch,
      onRebuild: (outcome) => report({ part: 'miniprogram', rebuilt: [], ...outcome }),
    }),
  ]);
  for (const problem of built.problems) console.error(problem);
  requireKnown(options.inspect, functions);
  const system = await startSystem({
    root,
    port: options.port,
    providerKind: options.provider,
    keyMode: options.keys,
    inspectPorts,
    pages: staticPages({ '/inspector/': inspector, '/phone/': phone }),
    ...(options.seed !== undefined && { seed: options.seed }),
    ...(options.state !== undefined && { stateFolder: resolve(options.state) }),
  });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`\n  ${styleText(['bold', 'green'], system.url)}\n`);
  for (const [name, port] of inspectPorts) {
    console.error(
      `  ${name}：首次调用前等待调试器 · waits for a debugger before its first call: 127.0.0.1:${port}`,
    );
  }
  console.error(
    `  请在浏览器中打开，并在页面上的手机里下单购买。Open it in a browser and buy something on the phone. (${seconds} s)\n  Ctrl+C 停止 · to stop\n`,
  );
  report = (rebuild) => {
    printRebuild(rebuild);
    system.bus.publish('build', rebuild);
  };
  const stopWatching = options.watch
    ? await watchFunctions({ root }, options.inspect, (rebuild) => report({ part: 'functions', ...rebuild }))
    : async () => {};
  const stop = async () => {
    await Promise.all([stopWatching(), built.stop()]);
    await system.close();
    process.exit(0);
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

function printRebuild({ part, rebuilt, problems, tookMs }: Rebuild): void {
  const time = new Date().toLocaleTimeString('sv');
  for (const problem of problems) console.error(`${styleText('red', `${time} ✗`)} ${problem}`);
  if (problems.length > 0) {
    console.error('  继续运行之前的构建 · the previous build keeps running');
    return;
  }
  const what = part === 'miniprogram' ? 'miniprogram' : rebuilt.join(', ') || 'functions';
  console.error(`${styleText('green', `${time} ✓`)} ${what} (${Math.round(tookMs)} ms)`);
}

function requireKnown(names: readonly string[], functions: readonly BuiltFunction[]): void {
  const known = functions.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  console.error(`--inspect ${unknown}: 没有这个云函数 · there is no such function. ${known.join(', ')}`);
  process.exit(2);
}

function readOptions(): Options {
  try {
    const { values } = parseArgs({
      options: {
        port: { type: 'string', default: '8420' },
        provider: { type: 'string', default: 'ecommerce' },
        keys: { type: 'string', default: 'switching' },
        seed: { type: 'string' },
        state: { type: 'string' },
        'no-watch': { type: 'boolean', default: false },
        inspect: { type: 'string', default: '' },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) {
      console.log(usage);
      process.exit(0);
    }
    const port = Number(values.port);
    if (!Number.isInteger(port) || port < 0 || port > 65535)
      throw new Error(`--port ${values.port}: 0–65535`);
    return {
      port,
      provider: oneOf('--provider', values.provider, ['ecommerce', 'partner'] as const),
      keys: oneOf('--keys', values.keys, ['switching', 'certificate', 'public-key'] as const),
      seed: values.seed,
      state: values.state,
      watch: !values['no-watch'],
      inspect: values.inspect.split(',').filter(Boolean),
    };
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    process.exit(2);
  }
}

function oneOf<T extends string>(name: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((candidate) => candidate === value);
  if (!found) throw new Error(`${name} ${value}: ${allowed.join(' | ')}`);
  return found;
}

main().catch((error: NodeJS.ErrnoException) => {
  if (error.code === 'EADDRINUSE') {
    console.error(`端口已被占用 · The port is in use. Try: npm start -- --port 0`);
  } else if (error instanceof SandboxProblem) {
    console.error(error.message);
  } else {
    console.error(error);
  }
  process.exit(1);
});
