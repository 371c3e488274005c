/** Calls of the control API, with its refusals as errors. */
import { inBoth } from '../text.ts';
import { ControlError } from './control-error.ts';
import type { ControlCall } from './control-types.ts';

/**
 * @param send answers requests: the simulator in this process, or `fetch`
 * @param base where its control API is, without trailing slash; paths are relative to `/_sandbox/` there, and `` is the list of calls
 */
export function controlClient(
  send: (request: Request) => Promise<Response>,
  base = 'http://127.0.0.1',
): ControlCall {
  return async <T>(method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown): Promise<T> => {
    refuseDots(path);
    const response = await send(
      new Request(`${base}/_sandbox${path === '' ? '' : '/'}${path}`, {
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

/** An id of dots would make it another call, or one that is not of the control API. @throws ControlError */
function refuseDots(path: string): void {
  const [route = ''] = path.replace(/[\t\r\n]/g, '').split(/[?#]/);
  const dots = route.split(/[/\\]/).find((step) => /^(\.|%2e){1,2}$/i.test(step));
  if (dots === undefined) return;
  const message = inBoth(
    `"${dots}" is no part of the path of a control call, and no id.`,
    `"${dots}" 不能出现在控制接口的路径中，也不是编号。`,
  );
  throw new ControlError(400, 'WRONG_PATH', message);
}
