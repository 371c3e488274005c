/** Requests and answers of uploadMedia and applyMerchant. */
import type { ProviderKind } from './account.ts';
import type { FieldError } from './result.ts';

/**
 * uploadMedia. `begin` returns the path where `wx.cloud.uploadFile` must put the file, under the caller's own openid;
 * `finish` hands the file to WeChat Pay and deletes it from cloud storage, whether the upload succeeded or not.
 */
export type UploadMediaRequest =
  | { readonly action: 'begin'; readonly extension: string }
  | { readonly action: 'finish'; readonly fileID: string };

export type UploadMediaAnswer =
  | { readonly action: 'begin'; readonly cloudPath: string }
  | { readonly action: 'finish'; readonly mediaId: string };

/**
 * applyMerchant. `form` is the official request of that kind in its own snake_case, without what the server adds
 * (out_request_no / business_code) and with sensitive fields in plaintext: they are encrypted before they leave the
 * function and never stored.
 */
export type ApplyMerchantRequest =
  | { readonly action: 'describe' }
  /** Validates the form so far; nothing is stored or sent. */
  | { readonly action: 'check'; readonly form: Record<string, unknown> }
  | { readonly action: 'submit'; readonly requestToken: string; readonly form: Record<string, unknown> }
  | { readonly action: 'revise'; readonly applicationId: string; readonly form: Record<string, unknown> }
  | { readonly action: 'query'; readonly applicationId?: string }
  /** 电商收付通 only: until it is finished. */
  | { readonly action: 'revoke'; readonly applicationId: string }
  | { readonly action: 'settlement'; readonly applicationId: string }
  | {
      readonly action: 'changeSettlement';
      readonly applicationId: string;
      readonly account: Record<string, unknown>;
    }
  | { readonly action: 'settlementChange'; readonly applicationId: string; readonly applicationNo: string }
  | { readonly action: 'provinces' }
  | { readonly action: 'cities'; readonly provinceCode: number }
  | {
      readonly action: 'banks';
      readonly accountType: 'corporate' | 'personal';
      readonly offset?: number;
      readonly limit?: number;
    }
  | {
      readonly action: 'branches';
      readonly bankAliasCode: string;
      readonly cityCode: number;
      readonly offset?: number;
      readonly limit?: number;
    };

export interface ApplyMerchantAnswers {
  describe: { readonly kind: ProviderKind };
  check: { readonly fields: readonly FieldError[] };
  submit: { readonly application: ApplicationView };
  revise: { readonly application: ApplicationView };
  revoke: { readonly application: ApplicationView };
  query: { readonly applications: readonly ApplicationView[] };
  settlement: { readonly settlement: SettlementView };
  changeSettlement: { readonly applicationNo: string };
  settlementChange: {
    readonly state: 'AUDIT_SUCCESS' | 'AUDITING' | 'AUDIT_FAIL';
    readonly reason?: string;
    readonly account: SettlementView;
  };
  provinces: { readonly provinces: readonly { readonly name: string; readonly code: number }[] };
  cities: { readonly cities: readonly { readonly name: string; readonly code: number }[] };
  banks: { readonly total: number; readonly banks: readonly BankView[] };
  branches: {
    readonly total: number;
    readonly branches: readonly { readonly name: string; readonly id: string }[];
  };
}

export interface BankView {
  /** 开户银行, as `account_bank` takes it. */
  readonly accountBank: string;
  readonly accountBankCode: number;
  readonly bankAlias: string;
  readonly bankAliasCode: string;
  /** 需要填写支行. */
  readonly needsBranch: boolean;
}

/** Account numbers arrive masked from WeChat Pay. */
export interface SettlementView {
  readonly accountType: string;
  readonly accountBank: string;
  readonly bankName?: string;
  readonly bankBranchId?: string;
  readonly accountNumberMasked: string;
  readonly verifyResult?: string;
  readonly verifyFailReason?: string;
}

/** The official states of both kinds, unchanged, plus CREATED: stored here, not yet accepted there. */
export type ApplicationState =
  | 'CREATED'
  // ecommerce
  | 'CHECKING'
  | 'ACCOUNT_NEED_VERIFY'
  | 'AUDITING'
  | 'REJECTED'
  | 'NEED_SIGN'
  | 'FINISH'
  | 'FROZEN'
  | 'CANCELED'
  // applyment4sub (AUDITING and REJECTED are APPLYMENT_STATE_… there)
  | 'APPLYMENT_STATE_EDITTING'
  | 'APPLYMENT_STATE_AUDITING'
  | 'APPLYMENT_STATE_REJECTED'
  | 'APPLYMENT_STATE_TO_BE_CONFIRMED'
  | 'APPLYMENT_STATE_TO_BE_SIGNED'
  | 'APPLYMENT_STATE_SIGNING'
  | 'APPLYMENT_STATE_FINISHED'
  | 'APPLYMENT_STATE_CANCELED';

/** What a page needs for either kind. */
export type ApplicationStage =
  | 'reviewing'
  | 'verify-account'
  | 'rejected'
  | 'confirm'
  | 'sign'
  | 'finished'
  | 'frozen'
  | 'cancelled';

export interface ApplicationView {
  readonly applicationId: string;
  readonly kind: ProviderKind;
  readonly state: ApplicationState;
  readonly stage: ApplicationStage;
  /** When it came to each stage after the first, oldest first. */
  readonly stages?: readonly { readonly stage: ApplicationStage; readonly atMs: number }[];
  readonly merchantShortname: string;
  readonly subMchid?: string;
  readonly sellerId?: string;
  /** To be opened on the phone of the person who must confirm or sign; shown as a QR code. */
  readonly signUrl?: string;
  /** 法人验证链接: an alternative way to verify the account, while that is pending; shown as a QR code. */
  readonly legalValidationUrl?: string;
  /** While `rejected`: the form without sensitive fields, as a starting point for the correction. */
  readonly form?: Record<string, unknown>;
  /** The last characters of some sensitive values, by path in the form, to recognise them: `…1234`. */
  readonly masks?: Record<string, string>;
  /** Per rejected field: its path in the form where it is known, and WeChat Pay's reason. */
  readonly rejections?: readonly FieldError[];
  /** 汇款账户验证信息: the transfer that verifies the account, with personal data masked. */
  readonly accountValidation?: {
    readonly accountNameMasked: string;
    readonly accountNoMasked?: string;
    readonly payAmountFen: number;
    readonly destinationAccountNumber: string;
    readonly destinationAccountName: string;
    readonly destinationAccountBank: string;
    readonly city: string;
    readonly remark: string;
    readonly deadline: string;
  };
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}
