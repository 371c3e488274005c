/**
 * A frozen process cannot notice that its host is gone, and would stay forever. So a small shell, in a session of its
 * own, holds the list of instances and one end of a pipe: when the pipe closes, however the host ended, it kills what
 * is still on the list. Where processes are not frozen, they leave by themselves.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';

const script = `
trap '' INT TERM HUP
pids=' '
while read -r what pid; do
  case "$what" in
    add) pids="$pids$pid " ;;
    drop) case "$pids" in *" $pid "*) pids="\${pids%% $pid *} \${pids#* $pid }" ;; esac ;;
  esac
done
[ "$pids" = ' ' ] || kill -9 $pids 2>/dev/null`;

let reaper: ChildProcess | undefined;

export function watchProcess(pid: number | undefined): void {
  if (process.platform !== 'win32' && pid !== undefined) tell(`add ${pid}`);
}

export function forgetProcess(pid: number | undefined): void {
  if (reaper && pid !== undefined) tell(`drop ${pid}`);
}

function tell(line: string): void {
  reaper ??= start();
  reaper.stdin?.write(`${line}\n`);
}

function start(): ChildProcess {
  const child = spawn('/bin/sh', ['-c', script], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  child.on('error', () => undefined);
  child.stdin?.on('error', () => undefined);
  child.unref();
  (child.stdin as Socket | null)?.unref();
  return child;
}
