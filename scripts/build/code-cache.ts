/** Writes V8's compiled code beside each script, in child processes, since it has to run the scripts once. */
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

const warmer = fileURLToPath(new URL('./warm.mjs', import.meta.url));

/**
 * What to say when the code caches of this Node will not be used in the cloud: the loader takes a cache only on the very
 * version of Node, platform and architecture that made it. Undefined when they may be.
 * @param runtime of cloudbaserc.json, e.g. `Nodejs20.19`
 */
export function codeCacheNote(
  runtime: string,
  { version, platform, arch }: Pick<NodeJS.Process, 'version' | 'platform' | 'arch'> = process,
): string | undefined {
  const wanted = runtime.replace(/^Nodejs/, '');
  if (version.startsWith(`v${wanted}.`) && platform === 'linux' && arch === 'x64') return undefined;
  const how = `npx -y -p node@${wanted} node scripts/launch.mjs build`;
  return [
    `代码缓存由 Node ${version} (${platform} ${arch}) 生成，云端 ${runtime} 不会使用，冷启动约慢三分之一。可在 Linux x64 上执行：${how}`,
    `The code cache is of Node ${version} (${platform} ${arch}); ${runtime} in the cloud will not use it, and starts about a third slower. On Linux x64: ${how}`,
  ].join('\n');
}

/** `x.js` → `x.cache`. @throws when a script cannot even be loaded, with what it printed. */
export async function writeCodeCaches(scripts: readonly string[]): Promise<void> {
  const workers = Math.min(availableParallelism(), 4, scripts.length);
  const shares = Array.from({ length: workers }, (_, worker) =>
    scripts.filter((_, index) => index % workers === worker),
  );
  await Promise.all(shares.map(warm));
}

async function warm(scripts: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [warmer, ...scripts], {
    stdio: ['ignore', 'ignore', 'pipe'],
    // A function that reads its configuration while loading must fail here as it would without configuration.
    env: {
      PATH: process.env.PATH,
      TENCENTCLOUD_RUNENV: 'SCF',
      TCB_ENV: 'build',
      SCF_NAMESPACE: 'build',
      TENCENTCLOUD_REGION: 'local',
      TENCENTCLOUD_SECRETID: 'none',
      TENCENTCLOUD_SECRETKEY: 'none',
    },
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    said += chunk;
  });
  const status = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  if (status !== 0) throw new Error(`A built function cannot be loaded:\n${said.slice(0, 4000)}`);
}
