/**
 * What was transferred on a day, in one document, so that two operators at once cannot exceed the limits: each transfer
 * is first counted there by compare-and-set. The limits are the shop's own, in addition to those of the merchant
 * platform.
 */
import type { Policy } from '../../core/policy.ts';
import { changeVersioned, type Versioned } from '../../core/versioned.ts';
import type { TransferPorts } from './ports.ts';
import type { TransferRecord } from './records.ts';

const collection = 'transfer_days';

interface CountedTransfer {
  readonly outBillNo: string;
  readonly openid: string;
  readonly amountFen: number;
}

/** `_id` is the day in Beijing, as yyyy-mm-dd. */
interface TransferDay extends Versioned {
  readonly transfers: readonly CountedTransfer[];
}

export type LimitRefusal = 'DAILY_LIMIT' | 'PERSON_LIMIT' | 'TOO_MANY';

const beijingOffsetMs = 8 * 3600_000;

export function dayOf(atMs: number): string {
  return new Date(atMs + beijingOffsetMs).toISOString().slice(0, 10);
}

/** Counts a transfer, once. @returns why it exceeds a limit, or undefined when it was counted */
export async function countTransfer(
  { documents, policy }: Pick<TransferPorts, 'documents' | 'policy'>,
  { _id: outBillNo, openid, amountFen, day }: TransferRecord,
): Promise<LimitRefusal | undefined> {
  const empty: TransferDay = { _id: day, version: 1, transfers: [] };
  const known = (await documents.insertIfAbsent(collection, empty)) ?? empty;
  let refusal: LimitRefusal | undefined;
  await changeVersioned(documents, collection, known, ({ transfers }) => {
    refusal = undefined;
    if (transfers.some((each) => each.outBillNo === outBillNo)) return undefined;
    refusal = refusalOf(policy, transfers, { openid, amountFen });
    return refusal ? undefined : { transfers: [...transfers, { outBillNo, openid, amountFen }] };
  });
  return refusal;
}

function refusalOf(
  policy: Policy,
  transfers: readonly CountedTransfer[],
  { openid, amountFen }: Pick<CountedTransfer, 'openid' | 'amountFen'>,
): LimitRefusal | undefined {
  const sum = (counted: readonly CountedTransfer[]) =>
    counted.reduce((fen, each) => fen + each.amountFen, amountFen);
  if (transfers.length >= policy.maxTransfersPerDay) return 'TOO_MANY';
  if (sum(transfers) > policy.transferDailyFen) return 'DAILY_LIMIT';
  const ofPerson = transfers.filter((each) => each.openid === openid);
  return sum(ofPerson) > policy.transferDailyPersonFen ? 'PERSON_LIMIT' : undefined;
}

/** Uncounts what was not transferred in the end. */
export async function uncountTransfer(
  { documents }: Pick<TransferPorts, 'documents'>,
  { _id: outBillNo, day }: TransferRecord,
): Promise<void> {
  const known = await documents.get<TransferDay>(collection, day);
  if (!known) return;
  await changeVersioned(documents, collection, known, ({ transfers }) => {
    const rest = transfers.filter((each) => each.outBillNo !== outBillNo);
    return rest.length === transfers.length ? undefined : { transfers: rest };
  });
}
