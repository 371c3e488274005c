/** The days whose bills were compared, and what did not agree. */
import type { BillDayView, BillDifferenceView } from '../../contract/index.ts';
import type { Documents } from '../../core/ports.ts';
import {
  type BillDay,
  billDaysCollection,
  type DifferenceRecord,
  differencesCollection,
} from '../bills/records.ts';

const maxDays = 60;
const maxDifferences = 500;

/** The newest first. */
export async function billDays(documents: Documents): Promise<BillDayView[]> {
  const days = await documents.find<BillDay>(billDaysCollection, {
    where: {},
    orderBy: { field: 'date', direction: 'desc' },
    limit: maxDays,
  });
  return days.map(({ date, mchid, state, differences, failure, checkedAtMs }) => ({
    date,
    mchid,
    state,
    differences,
    ...(failure && { failure }),
    checkedAtMs,
  }));
}

export async function differencesOfDay(documents: Documents, date: string): Promise<BillDifferenceView[]> {
  const found = await documents.find<DifferenceRecord>(differencesCollection, {
    where: { date },
    limit: maxDifferences,
  });
  return found.map(viewDifference);
}

function viewDifference(difference: DifferenceRecord): BillDifferenceView {
  const { _id, mchid, kind, movement, reference, outTradeNo, billedFen, recordedFen } = difference;
  const { remedy, state } = difference;
  return {
    differenceId: _id,
    mchid,
    kind,
    state,
    reference,
    ...(movement !== null && { movement }),
    ...(outTradeNo !== null && { outTradeNo }),
    ...(billedFen !== null && { billedFen }),
    ...(recordedFen !== null && { recordedFen }),
    remedy,
  };
}
