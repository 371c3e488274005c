import { type DuePorts, type DueQueue, findDue } from '../core/due.ts';
import { applicationsCollection } from './application.ts';

/** Applications whose poll is due. Loads none of the form schemas. */
export const pollQueue: DueQueue = { collection: applicationsCollection, field: 'nextPollAtMs', where: {} };

/** Whether `pollApplications` has something to do. */
export async function hasDueApplications(ports: Pick<DuePorts, 'documents' | 'clock'>): Promise<boolean> {
  return (await findDue(ports, pollQueue, 1)).length > 0;
}
