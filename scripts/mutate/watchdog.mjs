// A thread beside the worker: a mutant that is in a loop without an end leaves the worker no time to notice it.
import { readFileSync } from 'node:fs';
import { isMainThread, Worker } from 'node:worker_threads';
import { WorkFolder } from './work-folder.mjs';

const busyMs = 120_000;
const mostIdleSeconds = 60;

/**
 * Ends the process, and counts the mutant as noticed, when it was busy for two minutes with one mutant, or slept for one because a
 * test waits for what never comes. Ends it too when the process that started it is gone: it would go on into the folder of the next run.
 */
export function watch() {
  new Worker(new URL(import.meta.url)).unref();
}

if (!isMainThread) {
  const work = new WorkFolder(process.env.MUTATE_WORK);
  let began = { at: 0, cpu: process.cpuUsage() };
  let idleSeconds = 0;
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
    const at = work.lastProgress();
    idleSeconds = at === began.at && isAsleep() ? idleSeconds + 1 : 0;
    if (at !== began.at) began = { at, cpu: process.cpuUsage() };
    const { user, system } = process.cpuUsage(began.cpu);
    if ((user + system) / 1000 > busyMs || idleSeconds > mostIdleSeconds) giveUp(work);
  }, 1000);
}

/** Whether the main thread waits, and not for a processor. Known on Linux only. */
function isAsleep() {
  if (process.platform !== 'linux') return false;
  return readFileSync('/proc/self/stat', 'utf8').split(') ').at(-1).startsWith('S');
}

function giveUp(work) {
  const { id, test } = work.entries('progress').at(-1);
  if (id !== undefined) work.append('results', { id, status: 'timeout', by: 'the time limit' });
  if (test !== undefined) work.append('coverage', { file: test, tests: [], whole: {}, importMs: 0 });
  process.kill(process.pid, 'SIGKILL');
}
