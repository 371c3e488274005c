import {
  type ApplicationDocument,
  applicationsCollection,
  isOpen,
  pollDelayMs,
  stageOf,
} from './application.ts';
import type { ApplymentStatus } from './applyment.ts';
import type { OnboardingPorts } from './ports.ts';
import { type SellerRecord, sellersCollection } from './sellers.ts';

/**
 * Updates our document, and the seller, to what WeChat Pay reports. The seller is updated first: if this stops
 * half-way, the next poll does the same again.
 * @returns the document as it is now; if somebody else changed it meanwhile, their version.
 */
export async function applyStatus(
  ports: OnboardingPorts,
  doc: ApplicationDocument,
  status: ApplymentStatus,
): Promise<ApplicationDocument> {
  const nowMs = ports.clock.nowMs();
  const known = stageOf(doc.kind, status.state);
  if (!known) ports.log.warn('application_state_unknown', { applicationId: doc._id, state: status.state });
  const { state, stage } = known ?? doc;
  const changed = state !== doc.state;
  const attempts = changed ? 0 : doc.attempts + 1;
  const subMchid = status.subMchid ?? doc.subMchid;
  const sellerId = await updateSeller(ports, { ...doc, subMchid }, stage, nowMs);
  const delayMs = pollDelayMs(stage, attempts);
  const hasReasons = stage === 'rejected' || stage === 'frozen';
  const reasons = (hasReasons && status.rejections?.(doc.form)) || [];
  return replace(ports, doc, {
    state,
    stage,
    open: isOpen(stage),
    applymentId: status.applymentId ?? doc.applymentId,
    subMchid,
    sellerId,
    signUrl: status.signUrl ?? null,
    legalValidationUrl: status.legalValidationUrl ?? null,
    rejections: reasons.length > 0 ? reasons : resubmissionHint(state),
    accountValidation: (stage === 'verify-account' && status.accountValidation) || null,
    leaseUntilMs: 0,
    polledAtMs: nowMs,
    nextPollAtMs: delayMs === null ? null : nowMs + delayMs,
    attempts,
    updatedAtMs: changed ? nowMs : doc.updatedAtMs,
  });
}

type Changes = Partial<Omit<ApplicationDocument, '_id' | 'version'>>;

/** Compare and set on the version; the loser reads what the winner wrote. */
export async function replace(
  ports: Pick<OnboardingPorts, 'documents'>,
  doc: ApplicationDocument,
  set: Changes,
): Promise<ApplicationDocument> {
  return (await tryReplace(ports, doc, set)) ?? loadAgain(ports, doc);
}

/** What another instance has made of it. */
export async function loadAgain(
  { documents }: Pick<OnboardingPorts, 'documents'>,
  doc: ApplicationDocument,
): Promise<ApplicationDocument> {
  return (await documents.get<ApplicationDocument>(applicationsCollection, doc._id)) ?? doc;
}

/** Compare and set on the version. @returns undefined when somebody else changed it meanwhile */
export async function tryReplace(
  { documents }: Pick<OnboardingPorts, 'documents'>,
  doc: ApplicationDocument,
  set: Changes,
): Promise<ApplicationDocument | undefined> {
  const merged = { ...set, ...stagesWith(doc, set), version: doc.version + 1 };
  const changed = await documents.update(applicationsCollection, doc._id, { version: doc.version }, merged);
  return changed ? { ...doc, ...merged } : undefined;
}

const maxStages = 20;

function stagesWith(
  doc: ApplicationDocument,
  { stage, updatedAtMs = doc.updatedAtMs }: Partial<ApplicationDocument>,
): Pick<ApplicationDocument, 'stages'> {
  if (stage === undefined || stage === doc.stage) return {};
  return { stages: [...(doc.stages ?? []), { stage, atMs: updatedAtMs }].slice(-maxStages) };
}

/** 编辑中 comes without reasons, so say what to do. */
function resubmissionHint(state: string) {
  if (state !== 'APPLYMENT_STATE_EDITTING') return null;
  return [
    {
      path: '',
      message: '提交时微信支付出错，请重新提交',
      messageEn: 'WeChat Pay failed to accept the application; submit it again',
    },
  ];
}

/** @returns the seller's id once there is one. */
async function updateSeller(
  ports: OnboardingPorts,
  doc: ApplicationDocument,
  stage: ApplicationDocument['stage'],
  nowMs: number,
): Promise<string | null> {
  if (doc.subMchid === null) return doc.sellerId;
  if (stage === 'finished' && (doc.sellerId === null || doc.stage !== 'finished')) {
    await activateSeller(ports, doc, doc.subMchid, nowMs);
    return doc.subMchid;
  }
  if (stage === 'frozen' && doc.sellerId !== null) {
    await ports.documents.update(
      sellersCollection,
      doc.sellerId,
      { state: 'ACTIVE', applicationId: doc._id },
      { state: 'FROZEN', updatedAtMs: nowMs },
    );
  }
  return doc.sellerId;
}

async function activateSeller(
  ports: OnboardingPorts,
  doc: ApplicationDocument,
  subMchid: string,
  nowMs: number,
): Promise<void> {
  const seller: SellerRecord = {
    _id: subMchid,
    name: doc.merchantShortname,
    ownerOpenid: doc.openid,
    account: doc.kind,
    subMchid,
    state: 'ACTIVE',
    // Shared money is frozen until somebody shares it: the operator turns it on per seller.
    profitSharing: false,
    applicationId: doc._id,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
  };
  const existing = await ports.documents.insertIfAbsent(sellersCollection, seller);
  if (!existing) return;
  const where = { applicationId: doc._id };
  await ports.documents.update(sellersCollection, subMchid, where, { state: 'ACTIVE', updatedAtMs: nowMs });
}
