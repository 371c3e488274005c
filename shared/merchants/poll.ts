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

/** How many are queried at the same time. */
const concurrency = 5;
const claimMs = 120_000;
/** Delay before an application is retried that failed because of a fault on our side or belongs to another account. */
const setAsideMs = 3_600_000;

/**
 * For the timer: queries WeChat Pay about every application of this account whose poll is due. There is no callback for
 * applications, so polling is what activates a seller while nobody has the page open. An application is claimed first,
 * so two timers at once do not ask twice; one that fails waits longer each time.
 * @param hasTime called before each; once it returns false, the rest is left to the next run.
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

/** WeChat Pay does not know another account's application, so it is not queried and does not delay others. */
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
