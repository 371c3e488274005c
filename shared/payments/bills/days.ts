/**
 * The queue of days to compare. Yesterday's is put there at 10:05, any other one by {@link requestDay}; the timer works
 * on them until they are done.
 */
import type { Account, AccountKind } from '../../core/account.ts';
import type { Documents } from '../../core/ports.ts';
import { changeVersioned } from '../../core/versioned.ts';
import type { OrderPorts } from '../orders/ports.ts';
import { billableDate, dayMs } from './bill-date.ts';
import { type BillDay, type BillRecord, billDaysCollection, billsCollection } from './records.ts';

type DayPorts = Pick<OrderPorts, 'clock' | 'documents'>;

/** How many missed days are caught up on when the timer did not run. */
const maxMissedDays = 30;

/** Puts yesterday into the queue once its bill is ready, and the days since the last queued one. */
export async function queueYesterday(ports: DayPorts, account: Account): Promise<void> {
  const date = billableDate(ports.clock.nowMs());
  if (date === undefined || (await loadDay(ports.documents, date, account.mchid))) return;
  const [last] = await ports.documents.find<BillDay>(billDaysCollection, {
    where: { mchid: account.mchid, date: { lt: date } },
    orderBy: { field: 'date', direction: 'desc' },
    limit: 1,
  });
  const dates = [date];
  while (last && dates.length < maxMissedDays && dayBefore(dates[0]!) > last.date) {
    dates.unshift(dayBefore(dates[0]!));
  }
  for (const each of dates)
    await ports.documents.insertIfAbsent(billDaysCollection, newDay(ports, account, each));
}

/** Compares a day again, or for the first time, with the next run of the timer. @returns the day as it is now */
export async function requestDay(
  ports: DayPorts,
  account: Pick<Account, 'kind' | 'mchid'>,
  date: string,
): Promise<BillDay> {
  const fresh = newDay(ports, account, date);
  const known = await ports.documents.insertIfAbsent(billDaysCollection, fresh);
  if (!known) return fresh;
  const bills = await billsOf(ports.documents, known);
  for (const bill of bills) {
    await changeVersioned(ports.documents, billsCollection, bill, ({ state }) =>
      state === 'RUNNING' ? undefined : { state: 'WAITING' as const, progress: null },
    );
  }
  const { doc } = await changeVersioned(ports.documents, billDaysCollection, known, () => ({
    nextAtMs: ports.clock.nowMs(),
    attempts: 0,
  }));
  return doc;
}

export async function hasDueDays(
  { clock, documents }: DayPorts,
  kinds: readonly AccountKind[],
): Promise<boolean> {
  const { collection, where } = dayQueue(kinds);
  const due = { ...where, nextAtMs: { lte: clock.nowMs() } };
  return (await documents.find(collection, { where: due, limit: 1 })).length > 0;
}

export function dayQueue(kinds: readonly AccountKind[]) {
  return { collection: billDaysCollection, field: 'nextAtMs', where: { account: { in: kinds } } } as const;
}

function billsOf(documents: Documents, { date, mchid }: BillDay): Promise<BillRecord[]> {
  return documents.find<BillRecord>(billsCollection, { where: { date, mchid }, limit: 1000 });
}

function loadDay(documents: Documents, date: string, mchid: string): Promise<BillDay | undefined> {
  return documents.get<BillDay>(billDaysCollection, `${date}:${mchid}`);
}

export function newDay(
  { clock }: Pick<DayPorts, 'clock'>,
  { kind, mchid }: Pick<Account, 'kind' | 'mchid'>,
  date: string,
): BillDay {
  return {
    _id: `${date}:${mchid}`,
    version: 1,
    date,
    account: kind,
    mchid,
    state: 'WAITING',
    sums: null,
    flow: null,
    differences: 0,
    settled: 0,
    failure: null,
    checkedAtMs: 0,
    nextAtMs: clock.nowMs(),
    attempts: 0,
  };
}

function dayBefore(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) - dayMs).toISOString().slice(0, 10);
}
