import type { ApplicationDocument } from '../application.ts';

/** An application under review, without what the test names. */
export function applicationDocument(changes: Partial<ApplicationDocument> = {}): ApplicationDocument {
  return {
    _id: '1900000001_A1',
    openid: 'oOwner',
    kind: 'ecommerce',
    state: 'CHECKING',
    stage: 'reviewing',
    open: true,
    form: {},
    masks: [],
    merchantShortname: '小店',
    fingerprint: 'f',
    applymentId: '2000',
    subMchid: null,
    sellerId: null,
    signUrl: null,
    legalValidationUrl: null,
    rejections: null,
    accountValidation: null,
    leaseUntilMs: 0,
    polledAtMs: 0,
    nextPollAtMs: 0,
    attempts: 0,
    version: 1,
    createdAtMs: 5,
    updatedAtMs: 5,
    ...changes,
  };
}
