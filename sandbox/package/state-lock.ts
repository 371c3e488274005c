/** Keeps a state file to one sandbox of this machine. */
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { constants, copyFileSync, linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { SandboxProblem } from './problem.ts';

/** In `FILE.lock`. */
interface Holder {
  readonly pid: number;
  /** When the process started, as its system says it; empty where it does not. Tells it from a later one of the same number. */
  readonly startedAt: string;
}

/**
 * Two sandboxes that write one file would lose each other's orders. A process that was killed leaves its lock behind, and
 * the next one takes it over. Processes of another machine, or of another container, are not seen.
 * @returns what gives it back
 * @throws SandboxProblem while another sandbox has it, in another process or in this one
 */
export function lockState(stateFile: string): () => void {
  const lock = `${stateFile}.lock`;
  const own: Holder = { pid: process.pid, startedAt: startOf(process.pid) };
  const text = JSON.stringify({ ...own, id: randomUUID() });
  // Written whole and then linked: nobody reads half of it.
  const beside = `${lock}.${randomUUID()}`;
  writeFileSync(beside, text, { mode: 0o600 });
  try {
    while (!linked(beside, lock)) {
      const found = contentOf(lock);
      if (found === undefined) continue;
      const holder = holderOf(found);
      if (holder && isRunning(holder)) throw inUse(stateFile, holder.pid);
      takeAway(lock, found);
    }
  } finally {
    rmSync(beside, { force: true });
  }
  return () => {
    if (contentOf(lock) === text) rmSync(lock, { force: true });
  };
}

/** @returns false when there is one already */
function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
  }
  // A file system without links.
  try {
    copyFileSync(from, to, constants.COPYFILE_EXCL);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Removes the lock of a process that has ended; one that somebody else took meanwhile is put back. */
function takeAway(lock: string, stale: string): void {
  const aside = `${lock}.${randomUUID()}`;
  try {
    renameSync(lock, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if (contentOf(aside) !== stale) linked(aside, lock);
  rmSync(aside, { force: true });
}

function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Undefined for a text that no sandbox has written. */
function holderOf(text: string): Holder | undefined {
  try {
    const { pid, startedAt } = JSON.parse(text) as Holder;
    return Number.isInteger(pid) && typeof startedAt === 'string' ? { pid, startedAt } : undefined;
  } catch {
    return undefined;
  }
}

function isRunning({ pid, startedAt }: Holder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs, as another user.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return startOf(pid) === startedAt;
}

/** From /proc on Linux (field 22, ticks since the machine started), from `ps` elsewhere; Windows has neither. */
function startOf(pid: number): string {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
    // A process that has ended and was not collected is no holder.
    return fields[0] === 'Z' ? 'ended' : fields[19]!;
  } catch {
    return process.platform === 'linux' || process.platform === 'win32' ? '' : startByPs(pid);
  }
}

function startByPs(pid: number): string {
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    return '';
  }
}

function inUse(stateFile: string, pid: number): SandboxProblem {
  return new SandboxProblem(
    `The state file ${stateFile} is in use by another sandbox on this machine (process ${pid}): end that one, or give another file.`,
    `状态文件 ${stateFile} 正被本机的另一个沙箱使用（进程 ${pid}）：请先结束它，或换一个文件。`,
  );
}
