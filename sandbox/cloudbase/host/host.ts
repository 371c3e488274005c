import type { FunctionHost, FunctionHostOptions } from '../types.ts';

/** Hosts the bundles of `distFolder`; instances start with the first invocation. */
export function createFunctionHost(options: FunctionHostOptions): FunctionHost {
  throw new Error(`The host of ${options.distFolder} is not built yet.`);
}
