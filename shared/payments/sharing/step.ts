import { familyOf } from './families.ts';
import type { SharingPorts } from './ports.ts';
import { changeSharing, hasEnded, isPendingFee, type SharingChanges, type SharingRecord } from './records.ts';

/** The result of one step. */
export interface Step {
  readonly sharing: SharingRecord;
  /** Nothing more to do now. */
  readonly waits: boolean;
}

/** Until when the money is frozen; WeChat Pay then unfreezes the rest. */
export function frozenUntilMs({ account, paidAtMs }: SharingRecord): number {
  return paidAtMs + familyOf(account).frozenForMs;
}

/** From when a person is warned that the freeze is about to end. */
export function warnAtMs({ policy }: Pick<SharingPorts, 'policy'>, sharing: SharingRecord): number {
  return frozenUntilMs(sharing) - policy.sharingWarningMs;
}

/** Those whose turn was cut short by this one may still go on. */
export function endOfTurn({ othersUntilMs = null }: SharingRecord): SharingChanges {
  return { heldUntilMs: othersUntilMs };
}

/** A step that leaves something to do at once. */
export async function goOn(
  ports: SharingPorts,
  known: SharingRecord,
  change: (sharing: SharingRecord) => SharingChanges | undefined,
): Promise<Step> {
  const { doc } = await changeSharing(ports.documents, known, change);
  return { sharing: doc, waits: false };
}

/**
 * Schedules an order's sharing for its next step. Requests made meanwhile are not delayed, and the next step is never
 * later than the warning or the end of the freeze.
 */
export async function rest(
  ports: SharingPorts,
  known: SharingRecord,
  change: (sharing: SharingRecord) => SharingChanges & { readonly nextAtMs: number | null },
): Promise<Step> {
  const nowMs = ports.clock.nowMs();
  const { doc } = await changeSharing(ports.documents, known, (current) => {
    if (current.requests.some((each) => !hasEnded(each))) return { nextAtMs: nowMs, ...endOfTurn(current) };
    const set = change(current);
    const nextAtMs = earliest(turnsOf(ports, { ...current, ...set }, nowMs));
    return { ...set, nextAtMs, ...endOfTurn(current) };
  });
  return { sharing: doc, waits: true };
}

function turnsOf(ports: SharingPorts, sharing: SharingRecord, nowMs: number): (number | null)[] {
  const { state, nextAtMs, returns } = sharing;
  const returnsMs = returns
    .filter((each) => each.state === 'RESERVED' || each.state === 'PROCESSING')
    .map(({ notBeforeMs }) => notBeforeMs);
  const { subsidy } = sharing;
  if (subsidy?.state === 'RESERVED') returnsMs.push(subsidy.notBeforeMs);
  for (const each of subsidy?.returns ?? []) if (each.state === 'RESERVED') returnsMs.push(each.notBeforeMs);
  const { afterSales } = sharing;
  if (afterSales && isPendingFee(afterSales)) returnsMs.push(afterSales.notBeforeMs);
  if (state === 'FREED') return returnsMs;
  const deadlines = [warnAtMs(ports, sharing), frozenUntilMs(sharing)].filter((atMs) => atMs > nowMs);
  return [nextAtMs, ...returnsMs, deadlines[0] ?? null];
}

function earliest(turnsMs: readonly (number | null)[]): number | null {
  const known = turnsMs.filter((atMs) => atMs !== null);
  return known.length === 0 ? null : Math.min(...known);
}
