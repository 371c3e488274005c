/** What the timer's run and the provider's part of it share. */
import type { Account } from '../../core/account.ts';
import type { Clock, Documents, HasTime, Log } from '../../core/ports.ts';
import { billableDate } from '../bills/bill-date.ts';

/** A part of a run that fails is logged; the others have their turn. */
export async function step<T>(
  { log }: { readonly log: Log },
  name: string,
  run: () => Promise<T>,
): Promise<T | 'failed'> {
  try {
    return await run();
  } catch (error) {
    log.error('reconcile.step_failed', { step: name, error });
    return 'failed';
  }
}

export function timeFor(budgetMs: number): HasTime {
  const startedAtMs = performance.now();
  return () => performance.now() - startedAtMs < budgetMs;
}

interface BillPorts {
  readonly clock: Clock;
  readonly documents: Documents;
  readonly log: Log;
}

/** Yesterday's bill; the module is loaded in the hour of the bills only. */
export async function reconcileBills(ports: BillPorts, account: () => Account | undefined): Promise<unknown> {
  if (billableDate(ports.clock.nowMs()) === undefined) return false;
  const found = account();
  if (!found) return false;
  const { reconcileYesterday } = await import('../bills/reconcile-day.ts');
  return (await reconcileYesterday(ports, found)) ?? false;
}
