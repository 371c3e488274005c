/** What onboarding keeps in the state. All of it is plain JSON: snapshots hold it. */
import type { State } from '../context.ts';
import type { Json } from './rules/check.ts';

export interface Media {
  readonly mediaId: string;
  readonly kind: 'image' | 'video';
  /** The merchant that uploaded it; nobody else may use it. */
  readonly mchid: string;
  readonly filename: string;
  readonly contentType: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly createdAtMs: number;
  readonly base64: string;
}

/** `ecommerce`: 二级商户进件. `applyment4sub`: 特约商户进件. */
export type ApplicationKind = 'ecommerce' | 'applyment4sub';

export interface Rejection {
  readonly field: string;
  /** The field's Chinese name. */
  readonly fieldName: string;
  readonly reason: string;
}

interface AccountValidation {
  readonly payAmountFen: number;
  readonly remark: string;
  readonly deadlineMs: number;
}

export interface Application {
  readonly applymentId: number;
  readonly kind: ApplicationKind;
  readonly providerMchid: string;
  /** out_request_no or business_code. */
  readonly outNo: string;
  /** In clear, as WeChat would see it after decrypting. */
  form: Json;
  /** Distinguishes a repeated submission from a changed one. */
  digest: string;
  /** The official name of the state. */
  state: string;
  /** When the state changes automatically. */
  dueAtMs?: number;
  rejections: Rejection[];
  validation?: AccountValidation;
  /** What sign_url carries. */
  readonly signToken: string;
  /** Assigned when it may be signed; takes payments when finished. */
  subMchid?: string;
  readonly createdAtMs: number;
  updatedAtMs: number;
  readonly history: { atMs: number; state: string; why: string }[];
}

export interface SettlementAccount {
  readonly accountType: 'ACCOUNT_TYPE_BUSINESS' | 'ACCOUNT_TYPE_PRIVATE';
  readonly accountBank: string;
  readonly bankName?: string;
  readonly bankBranchId?: string;
  readonly accountNumber: string;
  readonly accountName: string;
}

export interface Settlement {
  readonly account: SettlementAccount;
  readonly verifyResult: 'VERIFY_SUCCESS' | 'VERIFY_FAIL' | 'VERIFYING';
  /** The kinds of account that its subject allows. */
  readonly allowedTypes: readonly SettlementAccount['accountType'][];
  /** Names an account of that type may be opened in. */
  readonly holderNames: Readonly<Partial<Record<SettlementAccount['accountType'], string>>>;
}

export interface SettlementChange {
  readonly applicationNo: string;
  readonly subMchid: string;
  readonly account: SettlementAccount;
  state: 'AUDITING' | 'AUDIT_SUCCESS' | 'AUDIT_FAIL';
  reason?: string;
  readonly createdAtMs: number;
  readonly dueAtMs: number;
  finishedAtMs?: number;
}

export const mediaOf = (state: State) => state.slot<Media>('media');
/** By applyment_id as text. */
export const applicationsOf = (state: State) => state.slot<Application>('applications');
/** By sub_mchid. */
export const settlementsOf = (state: State) => state.slot<Settlement>('settlements');
/** By application_no. */
export const settlementChangesOf = (state: State) => state.slot<SettlementChange>('settlement_changes');

/** The newest application of that number: after a cancelled one the number may be used again. */
export function findByOutNo(
  state: State,
  kind: ApplicationKind,
  providerMchid: string,
  outNo: string,
): Application | undefined {
  return [...applicationsOf(state).values()]
    .filter((it) => it.kind === kind && it.providerMchid === providerMchid && it.outNo === outNo)
    .at(-1);
}

/** `YYYY-MM-DD` in China, where documents expire. */
export const dayInChina = (epochMs: number): string =>
  new Date(epochMs + 8 * 3_600_000).toISOString().slice(0, 10);
