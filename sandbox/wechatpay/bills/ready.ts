import { beginOfDay } from '../state/time.ts';

/** Bills are generated from 9:00 on the next day and available from 10:00: doc/v3/partner/4012760535. */
export function readyAtMs(day: string): number {
  return beginOfDay(day)! + 34 * 3_600_000;
}

/** The file of failed withdrawals is ready from 9:00: doc/v3/partner/4012720060. */
export function withdrawalsReadyAtMs(day: string): number {
  return beginOfDay(day)! + 33 * 3_600_000;
}
