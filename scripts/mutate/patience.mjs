const idleMs = 8000;
const busyMs = 30_000;

/**
 * On a busy machine the clock says nothing about a test. So `patientMs`, the time limit of each test and hook, becomes a limit of
 * what the process did meanwhile: it waited for 8 s with nothing to do, or was busy for 30 s.
 */
export function countWhatWasDone(patientMs) {
  const symbol = Object.getOwnPropertySymbols(globalThis).find(
    ({ description }) => description === 'vitest:SAFE_TIMERS',
  );
  const timers = globalThis[symbol];
  const { setTimeout, setInterval, clearInterval } = timers;
  timers.setTimeout = (call, ms, ...rest) => {
    if (ms !== patientMs) return setTimeout(call, ms, ...rest);
    const before = { utilization: performance.eventLoopUtilization(), cpu: process.cpuUsage() };
    const timer = setInterval(() => {
      const { user, system } = process.cpuUsage(before.cpu);
      const { idle } = performance.eventLoopUtilization(before.utilization);
      if (idle < idleMs && (user + system) / 1000 < busyMs) return;
      clearInterval(timer);
      call();
    }, 250);
    return timer;
  };
}
