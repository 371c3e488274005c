/** Movements of a bill against our records, a hundred at a time, and our records against the bill. */
import type { Documents } from '../../core/ports.ts';
import { flowKinds, type MovementKind } from './flow-kinds.ts';
import type { KeySet } from './key-set.ts';
import type { BilledMovement } from './movement.ts';
import type { RecordedMovement, Scope } from './recorded.ts';
import type { Difference } from './records.ts';

export const keyOf = ({ kind, reference }: Pick<BilledMovement, 'kind' | 'reference'>) =>
  `${kind}:${reference}`;

/** A movement that differs from our record. `known` is what we have under its number. */
export interface Mismatch {
  readonly billed: BilledMovement;
  readonly known: RecordedMovement | undefined;
  readonly difference: Difference;
}

/** @param billed at most 100 of a kind @returns what differs, in the order of the bill */
export async function compareMovements(
  documents: Documents,
  billed: readonly BilledMovement[],
): Promise<Mismatch[]> {
  const wanted = new Map<MovementKind, Set<string>>();
  for (const { kind, reference } of billed) {
    const references = wanted.get(kind) ?? new Set();
    wanted.set(kind, references.add(reference));
  }
  const recorded = new Map<string, RecordedMovement>();
  const reads = [...wanted].map(async ([kind, references]) => {
    for (const each of await flowKinds[kind].recorded.byReference(documents, [...references])) {
      recorded.set(keyOf({ kind, reference: each.reference }), each);
    }
  });
  await Promise.all(reads);
  return billed.flatMap((each) => {
    const known = recorded.get(keyOf(each));
    const kind = differenceKind(each, known);
    if (!kind) return [];
    const difference: Difference = {
      kind,
      movement: each.kind,
      reference: each.reference,
      outTradeNo: each.outTradeNo ?? known?.outTradeNo ?? null,
      billedFen: each.amountFen,
      recordedFen: known?.amountFen ?? null,
    };
    return [{ billed: each, known, difference }];
  });
}

function differenceKind(
  billed: BilledMovement,
  known: RecordedMovement | undefined,
): 'NOT_RECORDED' | 'OTHER_AMOUNT' | 'OTHER_ORDER' | undefined {
  if (!known) return 'NOT_RECORDED';
  if (known.amountFen !== billed.amountFen) return 'OTHER_AMOUNT';
  // A fee belongs to its payment, whose ledger entry names the order.
  if (flowKinds[billed.kind].learned || billed.outTradeNo === undefined) return undefined;
  return billed.outTradeNo === known.outTradeNo ? undefined : 'OTHER_ORDER';
}

/** One page of our records of a kind that are missing from the bill. */
export async function findNotBilled(
  documents: Documents,
  scope: Scope,
  kind: MovementKind,
  after: string,
  billed: Pick<KeySet, 'has'>,
): Promise<{ readonly differences: Difference[]; readonly next: string | undefined }> {
  const page = await flowKinds[kind].recorded.ofDay(documents, scope, after);
  const differences = page.movements
    .filter(({ reference }) => !billed.has(keyOf({ kind, reference })))
    .map(({ reference, outTradeNo, amountFen }) => ({
      kind: 'NOT_BILLED' as const,
      movement: kind,
      reference,
      outTradeNo,
      billedFen: null,
      recordedFen: amountFen,
    }));
  return { differences, next: page.next };
}
