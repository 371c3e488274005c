/**
 * The door to @cloudbase/node-sdk. Loading it costs more than 100 ms of a cold start, so it is loaded when something
 * is asked of it, not before.
 */
import type { CloudBase } from '@cloudbase/node-sdk';

/** Loads and initialises the SDK at the first call, and gives the same one after that. */
export type SdkLoader = () => Promise<CloudBase>;

export interface SdkOptions {
  /** Per request to CloudBase. Default 5000: WeChat Pay waits 5 s for the answer to a callback. */
  timeoutMs?: number;
}

/** For the environment that the function runs in; credentials come from the platform with each request. */
export function sdkLoader(options: SdkOptions = {}): SdkLoader {
  let loading: Promise<CloudBase> | undefined;
  return () => {
    loading ??= load(options.timeoutMs ?? 5000);
    return loading;
  };
}

async function load(timeoutMs: number): Promise<CloudBase> {
  const { default: tcb } = await import('@cloudbase/node-sdk');
  // No keep-alive: an instance is frozen after its answer, and a socket that was kept may be dead after the thaw.
  return tcb.init({ env: tcb.SYMBOL_CURRENT_ENV, timeout: timeoutMs, keepalive: false });
}
