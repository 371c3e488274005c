/** Steps that several checks begin with. */
import type { Stage, Verdict } from './types.ts';

const pollMs = 250;

/** Polls until it is true; false after `waitMs`. */
export async function until(isTrue: () => Promise<boolean>, waitMs: number): Promise<boolean> {
  const endMs = performance.now() + waitMs;
  while (!(await isTrue())) {
    if (performance.now() > endMs) return false;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  return true;
}

export interface PaidOrder {
  readonly outTradeNo: string;
  readonly callbackId: string;
  /** Whether the backend placed it, and so knows it. */
  readonly isKnown: boolean;
}

/**
 * An order that was paid, while its callback is held and queries fail: the backend can know about the payment only
 * from what the check delivers.
 */
export async function aheadOfQueries(
  { sandbox, backend, ownOrders }: Stage,
  run: (order: PaidOrder) => Promise<Verdict>,
): Promise<Verdict> {
  const isKnown = backend.gives('place') || ownOrders === undefined;
  const outTradeNo = isKnown ? await backend.place() : await ownOrders.place();
  await sandbox.hold();
  try {
    await sandbox.faults(
      { route: 'GET /v3/pay/*', kind: 'system-error' },
      { route: 'GET /v3/combine-transactions/*', kind: 'system-error' },
    );
    await sandbox.pay(outTradeNo);
    const { id } = await sandbox.paymentCallback(outTradeNo);
    return await run({ outTradeNo, callbackId: id, isKnown });
  } finally {
    await sandbox.faults();
    await sandbox.release();
  }
}
