/**
 * What the timer does about complaints: asks about those that a callback named or that are open, and lists the last
 * days for those whose callbacks were lost.
 */
import type { Account, AccountKind } from '../../core/account.ts';
import { type DueQueue, findDue, workThroughDue } from '../../core/due.ts';
import { CommerceError } from '../../core/errors.ts';
import type { Clock, Document, Documents, HasTime } from '../../core/ports.ts';
import { WechatpayError } from '../../wechatpay/errors.ts';
import { settleAbandoned } from './act.ts';
import { keepAddresses } from './addresses.ts';
import { finishApproval } from './approve.ts';
import type { ComplaintPorts } from './ports.ts';
import { type ComplaintRecord, complaintsCollection } from './records.ts';
import { noteComplaint, refreshComplaint, storeFacts } from './store.ts';
import { factsOf, listComplaints } from './wire.ts';

const pollsCollection = 'complaint_polls';
const dayMs = 24 * 3600_000;
/**
 * Complaints of these days are listed each time; those of a month once a day, in case callbacks for older ones were
 * lost.
 */
const recentDays = 2;
const monthDays = 29;
const retryMs = 10 * 60_000;
const concurrency = 4;

/** `_id` is the kind of the account. */
interface PollRecord extends Document {
  readonly pollAfterMs: number;
  readonly monthAfterMs: number;
}

type PollPorts = Pick<ComplaintPorts, 'clock' | 'documents' | 'log' | 'policy' | 'accounts' | 'refunds'>;

const queueOf = (kinds: readonly AccountKind[]): DueQueue => ({
  collection: complaintsCollection,
  field: 'refreshAfterMs',
  where: { account: { in: kinds } },
});

/** @returns how many complaints were asked about */
export async function checkComplaints(
  ports: PollPorts,
  kinds: readonly AccountKind[],
  hasTime: HasTime,
): Promise<number> {
  let asked = 0;
  for (const kind of kinds) {
    const account = ports.accounts.find(kind);
    if (account) await alone(ports, account, 'list', () => pollWhenDue(ports, account, hasTime));
  }
  await workThroughDue<ComplaintRecord>(
    ports,
    queueOf(kinds),
    { concurrency, hasTime, retryMs },
    async (complaint) => {
      const account = ports.accounts.find(complaint.account);
      if (!account) throw new CommerceError('CONFIG_INVALID');
      const fresh = await refreshComplaint(ports, account, complaint._id);
      await finishApproval(ports, account, fresh);
      await settleAbandoned(ports, account, fresh);
      asked++;
    },
  );
  return asked;
}

/** Whether the function that holds the provider's key has work to do. */
export async function hasDueComplaints(
  ports: { readonly clock: Clock; readonly documents: Documents },
  kinds: readonly AccountKind[],
): Promise<boolean> {
  const [due, polls] = await Promise.all([
    findDue(ports, queueOf(kinds), 1),
    ports.documents.find<PollRecord>(pollsCollection, { where: { _id: { in: kinds } }, limit: kinds.length }),
  ]);
  // The first list makes the record. Without it a complaint whose callback was lost would wait for other work.
  const listIsDue = polls.length === 0 || polls.some(({ pollAfterMs }) => pollAfterMs <= ports.clock.nowMs());
  return due.length > 0 || listIsDue;
}

/** What WeChat Pay refuses or does not answer is tried again in the next run, and does not block the others. */
async function alone(
  ports: PollPorts,
  account: Account,
  what: string,
  work: () => Promise<unknown>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof WechatpayError)) throw error;
    ports.log.warn('complaint.poll_failed', {
      what,
      account: account.kind,
      code: error.code,
      kind: error.kind,
    });
  }
}

async function pollWhenDue(ports: PollPorts, account: Account, hasTime: HasTime): Promise<void> {
  const { clock, documents, policy } = ports;
  const nowMs = clock.nowMs();
  const known = await loadPoll(documents, account.kind, nowMs);
  if (known.pollAfterMs > nowMs) return;
  const { pollAfterMs } = known;
  const claimed = { pollAfterMs: nowMs + policy.complaintPollMs };
  if (!(await documents.update(pollsCollection, known._id, { pollAfterMs }, claimed))) return;
  const whole = known.monthAfterMs <= nowMs;
  if (whole) await alone(ports, account, 'addresses', () => keepAddresses(ports, account));
  const done = await poll(ports, account, whole ? monthDays : recentDays, hasTime);
  if (whole && done) await documents.update(pollsCollection, known._id, {}, { monthAfterMs: nowMs + dayMs });
}

/** Read first: the timer asks each minute, and the document is made once. */
async function loadPoll(documents: Documents, kind: AccountKind, nowMs: number): Promise<PollRecord> {
  const known = await documents.get<PollRecord>(pollsCollection, kind);
  if (known) return known;
  const first: PollRecord = { _id: kind, pollAfterMs: nowMs, monthAfterMs: nowMs };
  return (await documents.insertIfAbsent<PollRecord>(pollsCollection, first)) ?? first;
}

/** @returns whether all of it was listed in time */
async function poll(ports: PollPorts, account: Account, days: number, hasTime: HasTime): Promise<boolean> {
  const nowMs = ports.clock.nowMs();
  const range = { begin: dayInChina(nowMs - days * dayMs), end: dayInChina(nowMs) };
  for (let offset = 0; hasTime(); ) {
    const { page, more } = await listComplaints(account, range, offset);
    for (const wire of page) {
      const known = await noteListed(ports, account, wire.complaint_id);
      await storeFacts(ports, known, factsOf(wire));
    }
    if (!more) return true;
    offset += page.length;
  }
  return false;
}

async function noteListed(ports: PollPorts, account: Account, complaintId: string): Promise<ComplaintRecord> {
  const known = await ports.documents.get<ComplaintRecord>(complaintsCollection, complaintId);
  return known ?? noteComplaint(ports, account.kind, complaintId);
}

/** `yyyy-MM-dd` at +08:00. */
function dayInChina(epochMs: number): string {
  return new Date(epochMs + 8 * 3600_000).toISOString().slice(0, 10);
}
