/** The days whose bills were compared, and what did not agree. */
import type { BillDayView, BillDifferenceView, TextPair } from '../../contract/index.ts';
import type { Document, Documents } from '../../core/ports.ts';

const daysCollection = 'bill_days';
const differencesCollection = 'bill_differences';
const maxDays = 60;
const maxDifferences = 500;

interface StoredDay extends Document {
  readonly date: string;
  readonly mchid: string;
  readonly state: BillDayView['state'];
  readonly differences: number;
  readonly failure: { readonly code: string; readonly message: string } | null;
  readonly checkedAtMs: number;
}

interface StoredDifference extends Document {
  readonly mchid: string;
  readonly kind: string;
  readonly movement: string | null;
  readonly reference: string;
  readonly outTradeNo: string | null;
  readonly billedFen: number | null;
  readonly recordedFen: number | null;
  readonly remedy: string | TextPair;
  readonly state?: BillDifferenceView['state'];
}

/** The newest first. */
export async function billDays(documents: Documents): Promise<BillDayView[]> {
  const days = await documents.find<StoredDay>(daysCollection, {
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
  const found = await documents.find<StoredDifference>(differencesCollection, {
    where: { date },
    limit: maxDifferences,
  });
  return found.map(viewDifference);
}

function viewDifference(difference: StoredDifference): BillDifferenceView {
  const { _id, mchid, kind, movement, reference, outTradeNo, billedFen, recordedFen } = difference;
  const { remedy, state = 'OPEN' } = difference;
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
    remedy: typeof remedy === 'string' ? { zh: remedy, en: remedy } : remedy,
  };
}
