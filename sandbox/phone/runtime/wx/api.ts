/** WeChat's calling convention: callbacks, or a Promise when none is given. */
import { reportCall } from './traffic.ts';

export interface Callbacks<T> {
  success?(result: T & { errMsg: string }): void;
  fail?(error: Failure): void;
  complete?(result: unknown): void;
}

export interface Failure {
  errMsg: string;
  errCode?: number;
}

/** What an implementation throws to fail: `detail` follows `name:fail `. */
export class WxError extends Error {
  readonly errCode: number | undefined;
  constructor(detail: string, errCode?: number) {
    super(detail);
    this.errCode = errCode;
  }
}

// biome-ignore lint/suspicious/noConfusingVoidType: a function that returns nothing is one of the two kinds
type Answer = object | void;

/** Wraps `run`: its answer gets `errMsg: "name:ok"`, its error becomes `name:fail …`. */
export function api<O extends object, T extends Answer>(name: string, run: (options: O) => T | Promise<T>) {
  return (options: O & Callbacks<T extends object ? T : object> = {} as O): Promise<unknown> | undefined => {
    const reportEnd = reportCall(name, options);
    const outcome = (async () => run(options))().then(
      (result) => ({ ok: true as const, value: { errMsg: `${name}:ok`, ...(result ?? {}) } }),
      (error: unknown) => ({ ok: false as const, value: failureOf(name, error) }),
    );
    void outcome.then(({ ok, value }) => reportEnd(value, !ok));
    if (options.success || options.fail || options.complete) {
      void outcome.then(({ ok, value }) => {
        if (ok) options.success?.(value as never);
        else options.fail?.(value as Failure);
        options.complete?.(value);
      });
      return undefined;
    }
    return outcome.then(({ ok, value }) => (ok ? value : Promise.reject(value)));
  };
}

function failureOf(name: string, error: unknown): Failure {
  const detail = error instanceof Error ? error.message : String(error);
  const errCode = error instanceof WxError ? error.errCode : undefined;
  const errMsg = detail === 'cancel' ? `${name}:fail cancel` : `${name}:fail ${detail}`;
  return errCode === undefined ? { errMsg } : { errCode, errMsg };
}
