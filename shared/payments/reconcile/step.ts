/** What the timer's run and the provider's part of it share. */
import type { AccountKind } from '../../core/account.ts';
import type { HasTime, Log } from '../../core/ports.ts';
import { hasDueDays, queueYesterday } from '../bills/days.ts';
import type { OrderPorts } from '../orders/ports.ts';

/** A part of a run that fails is logged; the others still run. */
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

/** The bill comparison is loaded only when a day is due. @returns the days that were worked on */
export async function reconcileBills(
  ports: OrderPorts,
  kinds: readonly AccountKind[],
  runMs: number,
): Promise<unknown> {
  for (const kind of kinds) {
    const account = ports.accounts.find(kind);
    if (account) await queueYesterday(ports, account);
  }
  if (!(await hasDueDays(ports, kinds))) return [];
  const { workOnDueDays } = await import('../bills/reconcile-day.ts');
  const days = await workOnDueDays(ports, kinds, timeFor(runMs));
  return days.map(({ date, state, differences }) => ({ date, state, differences }));
}
