/**
 * What onboarding (进件) needs from the world. Every gateway method may throw a GatewayError (see
 * shared/core/ports.ts): `refused` carries WeChat Pay's code, `unknown` means it may have taken effect.
 */
import type { ApplicationKind } from '../contract/index.ts';
import type { Clock, Documents, Log } from '../core/ports.ts';

/** One platform key for one whole request: the header Wechatpay-Serial names exactly this one. */
export interface PlatformEncryptor {
  /** Certificate serial number, or `PUB_KEY_ID_…`. */
  readonly serial: string;
  /** RSA-OAEP (SHA-1), base64. The plaintext is at most 214 bytes of UTF-8. */
  encrypt(plaintext: string): string;
}

/** WeChat Pay, as an application sees it. One per provider account; the kind is the account's. */
export interface OnboardingGateway {
  readonly kind: ApplicationKind;
  /** The service provider's or platform's mchid. */
  readonly mchid: string;
  encryptor(): Promise<PlatformEncryptor>;
  /** Opens what WeChat Pay encrypted for this account, with the account's private key. */
  decrypt(ciphertext: string): string;
  /** POST /v3/ecommerce/applyments/ or /v3/applyment4sub/applyment/, body exactly as given. */
  submit(body: string, platformSerial: string): Promise<{ applymentId: string }>;
  /** By our own number. @returns undefined when WeChat Pay knows no such application. */
  query(applicationId: string): Promise<ApplymentStatus | undefined>;
  settlement(subMchid: string): Promise<SettlementAccount>;
  /** POST …/modify-settlement; WeChat Pay allows 5 a day for one sub-merchant. */
  modifySettlement(
    subMchid: string,
    body: string,
    platformSerial: string,
  ): Promise<{ applicationNo: string }>;
  settlementChange(subMchid: string, applicationNo: string): Promise<SettlementAccount>;
  provinces(): Promise<Area[]>;
  cities(provinceCode: number): Promise<Area[]>;
  banks(accountType: 'corporate' | 'personal', page: Page): Promise<{ total: number; banks: Bank[] }>;
  branches(
    bankAliasCode: string,
    cityCode: number,
    page: Page,
  ): Promise<{ total: number; branches: Branch[] }>;
}

export interface Page {
  readonly offset: number;
  /** 1 to 200. */
  readonly limit: number;
}

interface Area {
  readonly name: string;
  readonly code: number;
}

export interface Bank {
  readonly bankAlias: string;
  readonly bankAliasCode: string;
  readonly accountBank: string;
  readonly accountBankCode: number;
  readonly needBankBranch: boolean;
}

interface Branch {
  readonly name: string;
  readonly id: string;
}

/** The answer to a query, both kinds in one shape; the strings are WeChat Pay's own. */
export interface ApplymentStatus {
  readonly state: string;
  readonly applymentId?: string;
  readonly subMchid?: string;
  readonly signUrl?: string;
  /** 法人验证链接, ecommerce only: an alternative to the transfer while ACCOUNT_NEED_VERIFY. */
  readonly legalValidationUrl?: string;
  /** The account holder's name and number may be ciphertext for our private key. */
  readonly accountValidation?: {
    readonly accountName: string;
    readonly accountNo?: string;
    readonly payAmountFen: number;
    readonly destinationAccountNumber: string;
    readonly destinationAccountName: string;
    readonly destinationAccountBank: string;
    readonly city: string;
    readonly remark: string;
    readonly deadline: string;
  };
  /** `field` is the bare parameter name as WeChat Pay gives it, e.g. `id_card_copy`. */
  readonly auditDetail?: readonly { readonly field: string; readonly reason: string }[];
}

/** Numbers and names arrive masked. */
export interface SettlementAccount {
  readonly accountType: string;
  readonly accountBank: string;
  readonly bankName?: string;
  readonly bankBranchId?: string;
  readonly accountNumber: string;
  readonly verifyResult?: string;
  readonly verifyFailReason?: string;
}

export interface OnboardingPorts {
  readonly clock: Clock;
  readonly documents: Documents;
  readonly gateway: OnboardingGateway;
  readonly log: Log;
  /** SHA-256 of the UTF-8 text, lower-case hex. */
  sha256Hex(text: string): string;
}

/** Files in cloud storage, as the mini-program left them there. */
export interface CloudFiles {
  /** The path of a file of this environment; undefined for another environment's, or for what is no fileID. */
  pathOf(fileID: string): string | undefined;
  /** Never holds more than `maxBytes` in memory. */
  download(fileID: string, maxBytes: number): Promise<Uint8Array | 'not-found' | 'too-large'>;
  /** One that is gone already is fine. */
  remove(fileID: string): Promise<void>;
}

export interface MediaGateway {
  /** POST /v3/merchant/media/upload or …/video_upload. */
  upload(
    kind: 'image' | 'video',
    file: { readonly filename: string; readonly bytes: Uint8Array },
  ): Promise<{ mediaId: string }>;
}

export interface MediaPorts {
  readonly clock: Clock;
  readonly documents: Documents;
  readonly files: CloudFiles;
  readonly media: MediaGateway;
  readonly log: Log;
  /** 16 random bytes or more, lower-case hex. */
  randomHex(): string;
}
