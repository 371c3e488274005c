/**
 * Runs the real `tcb fn deploy`. What it prints and its exit code prove nothing (it ends with 0 when the API refused), so
 * they are only passed on; what is deployed is read back from the cloud afterwards.
 */
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { type Credentials, loginFileIn } from '../cloud/credentials.ts';
import { tcbScript } from '../cloud/tcb-cli.ts';
import type { FunctionPlan } from './plan.ts';

export interface TcbOptions {
  readonly envId: string;
  readonly credentials: Credentials;
  readonly shell: Readonly<Record<string, string | undefined>>;
  readonly onLine: (line: string) => void;
}

/** The CLI waits up to 5 minutes for a function to become active. */
const timeoutMs = 12 * 60_000;
/** Files whose name starts with a dot, in the folder and below it: `.*` alone holds for the folder only. */
const ignore = ['.*', '**/.*'];

/** Deploys the functions at once, with what the plans say. @returns the exit code */
export async function deployWithTcb(
  plans: readonly FunctionPlan[],
  options: TcbOptions,
): Promise<number | null> {
  const folder = mkdtempSync(join(tmpdir(), 'deploy-'));
  try {
    const values = stage(folder, options.envId, plans);
    return await run(folder, values, options);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * A project of its own, so that no other file of variables is read, with exactly the files whose fingerprint was taken. The
 * values go through the environment and are not written to the disk. An empty variable is left out.
 */
function stage(folder: string, envId: string, plans: readonly FunctionPlan[]): Record<string, string> {
  const values: Record<string, string> = {};
  const functions = plans.map(({ wanted, variables }, index) => {
    cpSync(wanted.folder, join(folder, 'functions', wanted.name), {
      recursive: true,
      filter: (source) => !basename(source).startsWith('.'),
    });
    const templates = Object.entries(variables).map(([name, value]) => {
      values[`DEPLOY_${index}_${name}`] = value;
      return [name, `{{env.DEPLOY_${index}_${name}}}`];
    });
    return {
      name: wanted.name,
      runtime: wanted.runtime,
      handler: wanted.handler,
      timeout: wanted.timeoutSeconds,
      memorySize: wanted.memoryMb,
      installDependency: false,
      ignore,
      envVariables: Object.fromEntries(templates),
      triggers: wanted.timers.map(({ name, cron }) => ({ name, type: 'timer', config: cron })),
      ...(wanted.paths[0] && { path: wanted.paths[0] }),
    };
  });
  writeFileSync(
    join(folder, 'cloudbaserc.json'),
    JSON.stringify({ envId, functionRoot: 'functions', functions }),
  );
  return values;
}

function run(folder: string, values: Record<string, string>, options: TcbOptions): Promise<number | null> {
  const child = spawn(process.execPath, [tcbScript, 'fn', 'deploy', '--all', '--force'], {
    cwd: folder,
    // Without a terminal and with stdin closed, a prompt ends the command instead of waiting forever.
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...options.shell, ...homeFor(folder, options), ...values },
    timeout: timeoutMs,
  });
  for (const stream of [child.stdout, child.stderr]) {
    let rest = '';
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line.trim() !== '') options.onLine(line.trimEnd());
    });
  }
  return new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
}

/**
 * A login of `tcb` is used as it is. Credentials from variables get their own home folder, where an old login cannot
 * take precedence.
 */
function homeFor(folder: string, { credentials }: TcbOptions): Record<string, string> {
  if (credentials.source === 'login') return {};
  const home = join(folder, 'home');
  const { secretId, secretKey, token } = credentials;
  const file = loginFileIn(home);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, JSON.stringify({ credential: { secretId, secretKey, ...(token && { token }) } }), {
    mode: 0o600,
  });
  return { HOME: home, USERPROFILE: home, XDG_CONFIG_HOME: join(home, '.config') };
}
