/**
 * Loads @cloudbase/node-sdk. That costs more than 100 ms of a cold start, so it is loaded on first use.
 */
import type { CloudBase } from '@cloudbase/node-sdk';
import { CloudError } from './cloud-error.ts';
import { keepOnlyFreshConnections } from './keep-alive.ts';

/** Loads and initialises the SDK at the first call, and returns the same instance after that. @throws CloudError */
export type SdkLoader = () => Promise<CloudBase>;

export interface SdkOptions {
  /** Per request to CloudBase. Default 5000: WeChat Pay waits 5 s for the answer to a callback. */
  timeoutMs?: number;
}

/** For the environment that the function runs in; credentials come from the platform with each request. */
export function sdkLoader(options: SdkOptions = {}): SdkLoader {
  let loading: Promise<CloudBase> | undefined;
  return async () => {
    loading ??= load(options.timeoutMs ?? 5000);
    try {
      return await loading;
    } catch (error) {
      // The next invocation of this instance tries again.
      loading = undefined;
      throw error;
    }
  };
}

async function load(timeoutMs: number): Promise<CloudBase> {
  const { default: tcb } = await import('@cloudbase/node-sdk');
  const { TENCENTCLOUD_SECRETID: id, TENCENTCLOUD_SECRETKEY: key, CLOUDBASE_APIKEY: apiKey } = process.env;
  if (!apiKey && !(id && key)) {
    // Without credentials the SDK ends the process by an unhandled rejection at the first request.
    throw new CloudError(
      'FAILED',
      'No CloudBase credentials in the environment: this only works inside a cloud function. 环境中没有云开发密钥，只能在云函数内运行。',
    );
  }
  await useFreshConnections();
  return tcb.init({ env: tcb.SYMBOL_CURRENT_ENV, timeout: timeoutMs, keepalive: false });
}

/** In a cloud function the SDK hands its requests to Node's global agents, which keep connections since Node 19. */
async function useFreshConnections(): Promise<void> {
  const [{ default: http }, { default: https }] = await Promise.all([
    import('node:http'),
    import('node:https'),
  ]);
  for (const agent of [http.globalAgent, https.globalAgent]) keepOnlyFreshConnections(agent, Date.now);
}
