import { beginOfDay } from '../state/time.ts';

/** Bills are made from 9:00 of the next day on, and there from 10:00 on: doc/v3/partner/4012760535. */
export function readyAtMs(day: string): number {
  return beginOfDay(day)! + 34 * 3_600_000;
}
