/**
 * Peak memory of this process, MB. From /proc where there is one: `maxRSS` begins with what the parent process had, since
 * Linux counts the memory that a spawned process shares with it before it runs a program of its own.
 * @param read a file as text; an argument, so that the function also works as the text of a script
 */
export function peakMb(read: (path: string) => string): number {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(read('/proc/self/status'))?.[1]) / 1024;
  } catch {
    return process.resourceUsage().maxRSS / 1024;
  }
}
