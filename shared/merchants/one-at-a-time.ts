/**
 * A person has one application under way at a time. Each is open in the collection before the others are looked for:
 * of several at the same moment at least one sees another, and withdraws.
 */
import { CommerceError } from '../core/errors.ts';
import { type ApplicationDocument, applicationsCollection } from './application.ts';
import { tryReplace } from './apply-status.ts';
import type { OnboardingPorts } from './ports.ts';
import { leaseMs } from './send.ts';

type Ports = Pick<OnboardingPorts, 'documents'>;
type Changes = Parameters<typeof tryReplace>[2];

/** It stays, since another instance may have answered about it: with the same token it is submitted again. */
const notSent: Changes = {
  stage: 'rejected',
  open: false,
  rejections: [
    {
      path: '',
      message: '提交时另有一份进件申请，本份未送达微信支付；待其处理完成后可重新提交',
      messageEn:
        'Another application was made at the same time, so this one was not sent to WeChat Pay; submit it again once the other has ended',
    },
  ],
  leaseUntilMs: 0,
  nextPollAtMs: null,
};

/** Before anything is stored. @throws CommerceError APPLICATION_IN_PROGRESS */
export async function refuseSecond(ports: Ports, openid: string, id: string): Promise<void> {
  const others = await openBesides(ports, openid, id);
  if (others.length > 0) throw new CommerceError('APPLICATION_IN_PROGRESS');
}

/**
 * After it was stored as open, and before it is sent.
 * @param instead what it becomes when it is not sent
 * @throws CommerceError APPLICATION_IN_PROGRESS; BUSY when the other one has not been sent either, and may withdraw too
 */
export async function withdrawIfSecond(
  ports: Ports,
  doc: ApplicationDocument,
  instead: Changes = notSent,
): Promise<void> {
  const others = await openBesides(ports, doc.openid, doc._id);
  if (others.length === 0) return;
  await tryReplace(ports, doc, instead);
  throw new CommerceError(
    others.every(({ state }) => state === 'CREATED') ? 'BUSY' : 'APPLICATION_IN_PROGRESS',
  );
}

/**
 * Stores an application as open again, to be sent by this instance alone.
 * @param before as it was read, and is again when another application is under way
 * @returns undefined when another instance changed it meanwhile
 * @throws CommerceError APPLICATION_IN_PROGRESS, BUSY
 */
export async function reopen(
  ports: Ports & Pick<OnboardingPorts, 'clock'>,
  before: ApplicationDocument,
  set: Changes,
): Promise<ApplicationDocument | undefined> {
  await refuseSecond(ports, before.openid, before._id);
  const nowMs = ports.clock.nowMs();
  const leased = await tryReplace(ports, before, {
    ...set,
    stage: 'reviewing',
    open: true,
    rejections: null,
    leaseUntilMs: nowMs + leaseMs,
    nextPollAtMs: nowMs + leaseMs,
    updatedAtMs: nowMs,
  });
  if (!leased) return undefined;
  const { _id, version, ...was } = before;
  await withdrawIfSecond(ports, leased, was);
  return leased;
}

async function openBesides({ documents }: Ports, openid: string, id: string): Promise<ApplicationDocument[]> {
  const open = await documents.find<ApplicationDocument>(applicationsCollection, {
    where: { openid, open: true },
    limit: 10,
  });
  return open.filter(({ _id }) => _id !== id);
}
