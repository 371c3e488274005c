/** `npm start`: builds everything and runs the whole system on one port. Prints one URL. */
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, styleText } from 'node:util';
import { buildInspector } from '../sandbox/inspector/build.ts';
import { buildPhone } from '../sandbox/phone/build.ts';
import { staticPages } from '../sandbox/system/pages.ts';
import { startSystem } from '../sandbox/system/system.ts';
import { buildFunctions } from './build/functions.ts';

const root = join(fileURLToPath(import.meta.url), '../..');
const usage = `用法 · Usage: npm start -- [options]
  --port N              端口 · port, default 8420 (0: any free port)
  --provider KIND       服务商类型 · service provider: ecommerce (default) or partner
  --keys MODE           平台密钥 · platform keys: switching (default), certificate or public-key
  --seed TEXT           同样的种子，同样的密钥和号码 · the same seed gives the same keys and numbers
  --state FOLDER        状态和快照存在这里，重启后继续 · keeps everything, with the snapshots, across restarts
  --no-watch            不监视 miniprogram/ · do not rebuild the phone on save`;

interface Options {
  port: number;
  provider: 'ecommerce' | 'partner';
  keys: 'switching' | 'certificate' | 'public-key';
  seed: string | undefined;
  state: string | undefined;
  watch: boolean;
}

async function main(): Promise<void> {
  const options = readOptions();
  const startedAt = performance.now();
  console.error('构建云函数、小程序和页面 …  Building the functions, the mini-program and the page …');
  const inspector = join(root, 'dist/inspector');
  const phone = join(root, 'dist/phone');
  const [, , built] = await Promise.all([
    buildFunctions({ root }),
    buildInspector(inspector),
    buildPhone(phone, { watch: options.watch }),
  ]);
  for (const problem of built.problems) console.error(problem);
  const system = await startSystem({
    root,
    port: options.port,
    providerKind: options.provider,
    keyMode: options.keys,
    pages: staticPages({ '/inspector/': inspector, '/phone/': phone }),
    ...(options.seed !== undefined && { seed: options.seed }),
    ...(options.state !== undefined && { stateFolder: resolve(options.state) }),
  });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`\n  ${styleText(['bold', 'green'], system.url)}\n`);
  console.error(
    `  在浏览器里打开它，在手机里买点什么。Open it, and buy something on the phone. (${seconds} s)\n  Ctrl+C 停止 · to stop\n`,
  );
  const stop = async () => {
    built.stop();
    await system.close();
    process.exit(0);
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
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
  } else {
    console.error(error);
  }
  process.exit(1);
});
