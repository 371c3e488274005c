import { isGatewayError } from '../core/errors.ts';
import type { HasTime } from '../core/ports.ts';
import { type ApplicationDocument, applicationsCollection, pollDelayMs } from './application.ts';
import { replace } from './apply-status.ts';
import { findDueApplications } from './due.ts';
import type { OnboardingPorts } from './ports.ts';
import { askWechatPay } from './refresh.ts';

export interface PollSummary {
  readonly polled: number;
  readonly changed: number;
  readonly failed: number;
}

/** Applications asked about in one run, of one account. */
const batch = 20;
const claimMs = 120_000;

/**
 * For the timer: asks WeChat Pay about every application of this account whose time has come. There is no callback
 * for applications, so this is how a seller comes to life when nobody is looking.
 * An application is claimed first, so two timers at once do not ask twice; one that fails waits longer each time.
 * @param hasTime asked before each; once it says no, the next run takes the rest.
 */
export async function pollApplications(ports: OnboardingPorts, hasTime: HasTime): Promise<PollSummary> {
  const due = await findDueApplications(ports, batch);
  const summary = { polled: 0, changed: 0, failed: 0 };
  for (const doc of due) {
    if (!hasTime()) break;
    const claimed = doc.kind === ports.gateway.kind ? await claim(ports, doc) : undefined;
    if (!claimed) continue;
    summary.polled += 1;
    try {
      const after = await askWechatPay(ports, claimed);
      if (after.state !== doc.state || after.stage !== doc.stage) summary.changed += 1;
    } catch (error) {
      summary.failed += 1;
      await backOff(ports, claimed, error);
    }
  }
  return summary;
}

async function claim(
  ports: OnboardingPorts,
  doc: ApplicationDocument,
): Promise<ApplicationDocument | undefined> {
  const nowMs = ports.clock.nowMs();
  if (doc.leaseUntilMs > nowMs) return undefined;
  const set = { nextPollAtMs: nowMs + claimMs, version: doc.version + 1 };
  const won = await ports.documents.update(
    applicationsCollection,
    doc._id,
    { version: doc.version, nextPollAtMs: doc.nextPollAtMs },
    set,
  );
  return won ? { ...doc, ...set } : undefined;
}

async function backOff(ports: OnboardingPorts, doc: ApplicationDocument, error: unknown): Promise<void> {
  const attempts = doc.attempts + 1;
  const delayMs = pollDelayMs(doc.stage, attempts) ?? claimMs;
  ports.log.warn('application_poll_failed', {
    applicationId: doc._id,
    code: isGatewayError(error) ? error.code : 'UNEXPECTED',
    attempts,
  });
  await replace(ports, doc, { attempts, nextPollAtMs: ports.clock.nowMs() + delayMs });
}
