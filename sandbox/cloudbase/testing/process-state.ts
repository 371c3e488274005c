import { execFileSync } from 'node:child_process';

/** As `ps` has it, e.g. `T` for stopped. '' when there is no such process; an unreaped zombie counts as dead too. */
export function processState(pid: number): string {
  try {
    return execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' })
      .trim()
      .replace(/^Z.*/, '');
  } catch {
    return '';
  }
}
