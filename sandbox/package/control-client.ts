/** Calls of the control API without a network in between, with its refusals as errors. */
import type { Simulator } from '../wechatpay/index.ts';
import { ControlError } from './control-error.ts';
import type { ControlCall } from './control-types.ts';

/** @param simulator its control API is below `/_sandbox`; paths are relative to it. */
export function controlClient(simulator: Simulator): ControlCall {
  return async <T>(method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown): Promise<T> => {
    const response = await simulator.fetch(
      new Request(`http://127.0.0.1/_sandbox/${path}`, {
        method,
        headers: { host: '127.0.0.1', 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    );
    const answer = (await response.json()) as { error?: string; message?: string };
    if (response.ok) return answer as T;
    throw new ControlError(response.status, answer.error ?? 'UNKNOWN', answer.message ?? '');
  };
}
