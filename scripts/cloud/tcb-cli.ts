/** Where the command line tool of CloudBase is, and what it does by itself with a login. */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);

/** The script to run with Node; the same on every system. */
export const tcbScript = join(dirname(require.resolve('@cloudbase/cli/package.json')), 'bin', 'tcb');

const timeoutMs = 60_000;

/**
 * A web login gives credentials for two hours, which `tcb` renews whenever it asks for something. So it is made to ask for
 * the list of environments; whether that renewed them is seen by reading the login again.
 */
export function renewLogin(shell: Readonly<Record<string, string | undefined>>): void {
  spawnSync(process.execPath, [tcbScript, 'env', 'list'], {
    // Not in the project: a file of variables that it cannot read would stop it.
    cwd: tmpdir(),
    env: { ...shell },
    stdio: 'ignore',
    timeout: timeoutMs,
  });
}
