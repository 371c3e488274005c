import { workThroughDue } from '../core/due.ts';
import type { HasTime } from '../core/ports.ts';
import { WechatpayError } from '../wechatpay/errors.ts';
import { type ApplicationDocument, applicationsCollection, isOfAccount, pollDelayMs } from './application.ts';
import { replace } from './apply-status.ts';
import { pollQueue } from './due.ts';
import type { OnboardingPorts } from './ports.ts';
import { askWechatPay } from './refresh.ts';

export interface PollSummary {
  readonly polled: number;
  readonly changed: number;
  readonly failed: number;
}

/** Asked about at the same time. */
const concurrency = 5;
const claimMs = 120_000;
/** Until an application that fails for a reason of our own, or belongs to another account, is looked at again. */
const setAsideMs = 3_600_000;

/**
 * For the timer: asks WeChat Pay about every application of this account whose time has come. There is no callback for
 * applications, so polling is what activates a seller while nobody has the page open.
 * An application is claimed first, so two timers at once do not ask twice; one that fails waits longer each time.
 * @param hasTime asked before each; once it says no, the next run takes the rest.
 */
export async function pollApplications(ports: OnboardingPorts, hasTime: HasTime): Promise<PollSummary> {
  const summary = { polled: 0, changed: 0, failed: 0 };
  const run = { concurrency, hasTime, retryMs: setAsideMs };
  await workThroughDue<ApplicationDocument>(ports, pollQueue, run, async (doc) => {
    if (!isOfAccount(doc, ports.account)) return setAside(ports, doc);
    const claimed = await claim(ports, doc);
    if (!claimed) return;
    summary.polled += 1;
    try {
      const after = await askWechatPay(ports, claimed);
      if (after.state !== doc.state || after.stage !== doc.stage) summary.changed += 1;
    } catch (error) {
      summary.failed += 1;
      await backOff(ports, claimed, error);
    }
  });
  return summary;
}

/** Under another account WeChat Pay knows no such application: it is not asked, and keeps nobody waiting. */
async function setAside(ports: OnboardingPorts, doc: ApplicationDocument): Promise<void> {
  const { kind, client } = ports.account;
  ports.log.error('application_of_another_account', {
    _id: doc._id,
    kind: doc.kind,
    configured: { kind, mchid: client.account.mchid },
  });
  await replace(ports, doc, { nextPollAtMs: ports.clock.nowMs() + setAsideMs });
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
  ports.log[error instanceof WechatpayError ? 'warn' : 'error']('application_poll_failed', {
    _id: doc._id,
    ...(error instanceof WechatpayError ? { code: error.code } : { error }),
    attempts,
  });
  await replace(ports, doc, { attempts, nextPollAtMs: ports.clock.nowMs() + delayMs });
}
