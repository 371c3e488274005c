/**
 * Which invocation of a cloud function something is part of. An instance names its invocation in a header of each
 * request it sends (see cloudbase/host/bootstrap.cjs); whatever the sandbox does to answer that request belongs to it,
 * and every event published meanwhile carries its id.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

/** Not part of any protocol: removed before the request is looked at. */
const invocationHeader = 'x-sandbox-invocation';
const scope = new AsyncLocalStorage<string | undefined>();

/** Id of the invocation that what runs now is part of. */
export function currentInvocation(): string | undefined {
  return scope.getStore();
}

/** A handler whose work is attributed to the invocation that its request names. */
export function attributed(
  handle: (request: Request) => Promise<Response>,
): (request: Request) => Promise<Response> {
  return (request) => {
    const id = request.headers.get(invocationHeader) ?? undefined;
    if (id !== undefined) request.headers.delete(invocationHeader);
    return scope.run(id, () => handle(request));
  };
}

/** For work that a request only starts, such as timers and deliveries: it belongs to no invocation. */
export function outsideInvocation<T>(run: () => T): T {
  return scope.run(undefined, run);
}
