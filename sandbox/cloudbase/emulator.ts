import type { CloudEmulator, CloudEmulatorOptions } from './types.ts';

/** Starts an emulator with an empty database, or with what the state file holds. */
export function createCloudEmulator(options: CloudEmulatorOptions): CloudEmulator {
  throw new Error(`The emulator of ${options.envId ?? 'sandbox'} is not built yet.`);
}
