/** The CloudBase side of the sandbox: the emulator that the real SDKs talk to, and the host that runs deployed bundles. */
export { createCloudEmulator } from './emulator.ts';
export { createFunctionHost } from './host/host.ts';
export type * from './types.ts';
