/** What cloudbaserc.json says about each function, with the platform's defaults filled in. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { CloudbaseRc } from '../types.ts';

const defaultTimeoutSeconds = 3;
const defaultMemoryMb = 256;

export interface Deployment {
  name: string;
  folder: string;
  timeoutMs: number;
  memorySizeMb: number;
  handler: string;
  /** HTTP access path without a trailing slash; '' is the root. */
  path: string | undefined;
  timers: { name: string; cron: string }[];
  /** Whether its bundle is there; a function that is not deployed cannot be found. */
  deployed: () => boolean;
  /** Changes when the bundle is deployed anew; a new deployment gets new instances. */
  version: () => string;
}

/** @throws RangeError for a timeout outside of 1 to 900 seconds. */
export function readDeployments(config: CloudbaseRc, distFolder: string): Map<string, Deployment> {
  const deployments = new Map<string, Deployment>();
  for (const own of config.functions) {
    const entry = { ...config.functionDefaultConfig, ...own };
    const timeoutSeconds = entry.timeout ?? defaultTimeoutSeconds;
    if (!(timeoutSeconds >= 1 && timeoutSeconds <= 900)) {
      throw new RangeError(`Function ${own.name}: timeout ${timeoutSeconds} is outside of 1 to 900 seconds.`);
    }
    const folder = join(distFolder, own.name);
    const handler = entry.handler ?? 'index.main';
    deployments.set(own.name, {
      name: own.name,
      folder,
      timeoutMs: timeoutSeconds * 1000,
      memorySizeMb: entry.memorySize ?? defaultMemoryMb,
      handler,
      path: typeof entry.path === 'string' ? entry.path.replace(/\/+$/, '') : undefined,
      timers: (entry.triggers ?? [])
        .filter((trigger) => trigger.type === 'timer')
        .map((trigger) => ({ name: trigger.name, cron: trigger.config })),
      deployed: () => existsSync(join(folder, `${handler.slice(0, handler.lastIndexOf('.'))}.js`)),
      version: () => newestChange(folder),
    });
  }
  return deployments;
}

/** The deployment whose HTTP access path is the longest that this path lies at or below. */
export function deploymentAtPath(deployments: Iterable<Deployment>, path: string): Deployment | undefined {
  return [...deployments]
    .filter((each) => each.path !== undefined && (path === each.path || path.startsWith(`${each.path}/`)))
    .sort((a, b) => (b.path?.length ?? 0) - (a.path?.length ?? 0))[0];
}

function newestChange(folder: string): string {
  const times = readdirSync(folder).map((name) => statSync(join(folder, name)).mtimeMs);
  return String(Math.max(0, ...times));
}
