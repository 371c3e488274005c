import type { Environment } from '../cloudbase/config.ts';
import { createDocuments } from '../cloudbase/documents.ts';
import { createFunctionCaller } from '../cloudbase/function-caller.ts';
import { createLogger } from '../cloudbase/logger.ts';
import { type SdkLoader, sdkLoader } from '../cloudbase/sdk.ts';
import type { Clock, Documents, FunctionCaller, Log } from '../core/ports.ts';
import type { Transport } from '../wechatpay/http/client-types.ts';

/**
 * The dependencies that every function has. Everything is lazy: the SDK is loaded at the first document or call,
 * variables and keys are read by the part that needs them.
 */
export interface App {
  readonly env: Environment;
  readonly clock: Clock;
  readonly documents: Documents;
  /** Calls other functions, waiting at most that long for each. */
  functionsWithin(timeoutMs: number): FunctionCaller;
  readonly sdk: SdkLoader;
  /** How requests to WeChat Pay are sent; undefined: over HTTPS. */
  readonly transport?: Transport | undefined;
  readonly log: Log;
  /** The result of `build`, cached per app: keys are parsed and clients built at the first invocation only. */
  once<T>(build: (app: App) => T): T;
}

/** Ports that a test can replace. */
type AppParts = Partial<Omit<App, 'once' | 'env'>>;

/** @param env `process.env`, or a test's. */
export function createApp(env: Environment, parts: AppParts = {}): App {
  const sdk = parts.sdk ?? sdkLoader();
  const clock = parts.clock ?? { nowMs: () => Date.now() };
  const log = parts.log ?? createLogger({ nowMs: () => clock.nowMs(), secrets: secretsIn(env) });
  const built = new Map<unknown, unknown>();
  const app: App = {
    env,
    clock,
    sdk,
    transport: parts.transport,
    documents: parts.documents ?? createDocuments(sdk, log),
    functionsWithin: parts.functionsWithin ?? ((timeoutMs) => createFunctionCaller(sdk, timeoutMs)),
    log,
    once<T>(build: (app: App) => T): T {
      if (!built.has(build)) built.set(build, build(app));
      return built.get(build) as T;
    },
  };
  return app;
}

let ofProcess: App | undefined;

/** The app of this instance, over process.env. */
export function appOfProcess(): App {
  ofProcess ??= createApp(process.env);
  return ofProcess;
}

function secretsIn(env: Environment): string[] {
  return Object.entries(env).flatMap(([name, value]) =>
    value && /API_V3_KEY|PRIVATE_KEY|APP_SECRET/.test(name) ? [value] : [],
  );
}
