/** Calls another function of this environment, server to server: docs.cloudbase.net/api-reference/server/node-sdk/functions */
import type { FunctionCaller } from '../core/ports.ts';
import { CloudError } from './cloud-error.ts';
import { attempt } from './retry.ts';
import type { SdkLoader } from './sdk.ts';

const functionName = /^[A-Za-z][A-Za-z0-9_-]{0,59}$/;

/**
 * A call throws CloudError `NOT_FOUND` when no function has that name, `UNAVAILABLE` when it is unknown whether it ran,
 * `FAILED` when it threw.
 * @param timeoutMs how long to wait for the other function. Default 10 000.
 */
export function createFunctionCaller(sdk: SdkLoader, timeoutMs = 10_000): FunctionCaller {
  return {
    async call(name, data) {
      if (!functionName.test(name)) throw new CloudError('INVALID', 'The name of a function is malformed.');
      const app = await sdk();
      const answer: unknown = await attempt(`call function ${name}`, 'write', () =>
        app.callFunction({ name, data }, { timeout: timeoutMs }),
      );
      return typeof answer === 'object' && answer !== null && 'result' in answer ? answer.result : undefined;
    },
  };
}
