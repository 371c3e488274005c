import type { ApplicationView } from '../contract/index.ts';
import { type ApplicationDocument, applicationsCollection, viewOf } from './application.ts';
import type { OnboardingPorts } from './ports.ts';
import { refresh } from './refresh.ts';
import { ownApplication } from './revise.ts';

/**
 * One of the caller's applications, or the newest twenty; WeChat Pay is queried where the stored state may be stale.
 * @throws CommerceError APPLICATION_NOT_FOUND
 */
export async function queryApplications(
  ports: OnboardingPorts,
  openid: string,
  applicationId?: string,
): Promise<ApplicationView[]> {
  if (applicationId !== undefined) {
    return [viewOf(await refresh(ports, await ownApplication(ports, openid, applicationId)))];
  }
  const mine = await ports.documents.find<ApplicationDocument>(applicationsCollection, {
    where: { openid },
    orderBy: { field: 'createdAtMs', direction: 'desc' },
    limit: 20,
  });
  const views: ApplicationView[] = [];
  // Only applications in progress change while the page is open; the timer polls the rest.
  for (const doc of mine) views.push(viewOf(doc.open ? await refresh(ports, doc) : doc));
  return views;
}
