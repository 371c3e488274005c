/** What the answers of both families have in common. */
import type { ReturnStatus, ShareStatus } from './family.ts';

interface WireReceiver {
  readonly account: string;
  readonly amount: number;
  readonly result?: string;
  readonly fail_reason?: string;
  readonly finish_time?: string;
}

export function shareStatus(
  state: string | undefined,
  orderId: string,
  receivers: readonly WireReceiver[] = [],
): ShareStatus {
  return {
    // A state that no page lists is queried again.
    state: state === 'FINISHED' ? 'FINISHED' : 'PROCESSING',
    orderId,
    receivers: receivers.map(({ account, amount, result, fail_reason, finish_time }) => ({
      account,
      amountFen: amount,
      result: result === 'SUCCESS' || result === 'CLOSED' ? result : 'PENDING',
      failReason: fail_reason ?? null,
      finishedAtMs: timeOf(finish_time),
    })),
  };
}

export function returnStatus(wire: {
  readonly amount: number;
  readonly result: string;
  readonly fail_reason?: string;
  readonly finish_time?: string;
}): ReturnStatus {
  const { result } = wire;
  return {
    amountFen: wire.amount,
    // The e-commerce page spells it FAIL.
    result: result === 'SUCCESS' ? 'SUCCESS' : result.startsWith('FAIL') ? 'FAILED' : 'PROCESSING',
    failReason: wire.fail_reason ?? null,
    finishedAtMs: timeOf(wire.finish_time),
  };
}

function timeOf(text: string | undefined): number | undefined {
  const ms = text ? Date.parse(text) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

/** Appears in the bills, and is shown to payer and receiver. */
export const descriptions = { free: '解冻剩余资金', returned: '退款回退分账' } as const;
