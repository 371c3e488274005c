import type { Clock, Documents } from '../core/ports.ts';
import { type ApplicationDocument, applicationsCollection } from './application.ts';

/** Applications whose poll is due, the longest waiting first. Loads none of the form schemas. */
export function findDueApplications(
  { documents, clock }: { readonly documents: Documents; readonly clock: Clock },
  limit: number,
): Promise<ApplicationDocument[]> {
  return documents.find<ApplicationDocument>(applicationsCollection, {
    where: { nextPollAtMs: { lte: clock.nowMs() } },
    orderBy: { field: 'nextPollAtMs', direction: 'asc' },
    limit,
  });
}

/** Whether `pollApplications` has something to do. */
export async function hasDueApplications(ports: {
  readonly documents: Documents;
  readonly clock: Clock;
}): Promise<boolean> {
  return (await findDueApplications(ports, 1)).length > 0;
}
