import { constants, generateKeyPairSync, privateDecrypt, publicEncrypt } from 'node:crypto';
import type { ApplicationKind } from '../../contract/index.ts';
import type { GatewayError } from '../../core/ports.ts';
import type { ApplymentStatus, OnboardingGateway, PlatformEncryptor, SettlementAccount } from '../ports.ts';

const platform = generateKeyPairSync('rsa', { modulusLength: 2048 });
const merchant = generateKeyPairSync('rsa', { modulusLength: 2048 });
const padding = constants.RSA_PKCS1_OAEP_PADDING;

export function gatewayError(kind: GatewayError['kind'], code: string, field?: string): GatewayError {
  return Object.assign(new Error(code), { kind, code, requestId: 'REQ-1', ...(field && { field }) });
}

export interface Sent {
  readonly body: string;
  readonly serial: string;
}

/** WeChat Pay as an application sees it: keeps what arrived, and says what a test tells it to say. */
export class FakeWechatPay implements OnboardingGateway {
  readonly kind: ApplicationKind;
  readonly mchid = '1900000001';
  readonly sent: Sent[] = [];
  readonly settlementsSent: Sent[] = [];
  readonly known = new Map<string, ApplymentStatus>();
  /** Thrown by the next call of that name, before or after it took effect. */
  readonly failures: { call: string; error: GatewayError; afterEffect?: boolean }[] = [];
  readonly calls: string[] = [];
  settlementAnswer: SettlementAccount = {
    accountType: 'ACCOUNT_TYPE_BUSINESS',
    accountBank: '工商银行',
    accountNumber: '62*************78',
    verifyResult: 'VERIFY_SUCCESS',
  };
  #keys = 0;

  constructor(kind: ApplicationKind) {
    this.kind = kind;
  }

  /** A new key name each time: a request that mixed two would be seen. */
  async encryptor(): Promise<PlatformEncryptor> {
    const serial = `SERIAL${++this.#keys}`;
    return {
      serial,
      encrypt: (text) =>
        publicEncrypt({ key: platform.publicKey, padding }, Buffer.from(text)).toString('base64'),
    };
  }

  decrypt(ciphertext: string): string {
    return privateDecrypt(
      { key: merchant.privateKey, padding },
      Buffer.from(ciphertext, 'base64'),
    ).toString();
  }

  /** What WeChat Pay does with what it receives. */
  openedByPlatform(ciphertext: string): string {
    return privateDecrypt(
      { key: platform.privateKey, padding },
      Buffer.from(ciphertext, 'base64'),
    ).toString();
  }

  /** What WeChat Pay does with what only the merchant may read. */
  sealedForMerchant(text: string): string {
    return publicEncrypt({ key: merchant.publicKey, padding }, Buffer.from(text)).toString('base64');
  }

  async submit(body: string, serial: string): Promise<{ applymentId: string }> {
    return this.#do('submit', () => {
      this.sent.push({ body, serial });
      const { out_request_no, business_code } = JSON.parse(body) as Record<string, string>;
      const state = this.kind === 'ecommerce' ? 'CHECKING' : 'APPLYMENT_STATE_AUDITING';
      this.known.set(out_request_no ?? business_code ?? '', { state, applymentId: '2000002124775691' });
      return { applymentId: '2000002124775691' };
    });
  }

  async query(applicationId: string): Promise<ApplymentStatus | undefined> {
    return this.#do('query', () => this.known.get(applicationId));
  }

  async settlement(): Promise<SettlementAccount> {
    return this.#do('settlement', () => this.settlementAnswer);
  }

  async modifySettlement(_: string, body: string, serial: string): Promise<{ applicationNo: string }> {
    return this.#do('modifySettlement', () => {
      this.settlementsSent.push({ body, serial });
      return { applicationNo: '102329389' };
    });
  }

  async settlementChange(): Promise<SettlementAccount> {
    return this.#do('settlementChange', () => ({ ...this.settlementAnswer, verifyResult: 'AUDITING' }));
  }

  async provinces() {
    return this.#do('provinces', () => [{ name: '北京市', code: 10 }]);
  }

  async cities(provinceCode: number) {
    return this.#do('cities', () => [{ name: '北京市', code: provinceCode }]);
  }

  async banks() {
    const bank = { bankAlias: '工商银行', bankAliasCode: '1000009561', accountBank: '工商银行' };
    return this.#do('banks', () => ({
      total: 1,
      banks: [{ ...bank, accountBankCode: 1001, needBankBranch: false }],
    }));
  }

  async branches() {
    return this.#do('branches', () => ({
      total: 1,
      branches: [{ name: '上海市周浦支行', id: '102290072311' }],
    }));
  }

  #do<T>(call: string, effect: () => T): T {
    this.calls.push(call);
    const index = this.failures.findIndex((failure) => failure.call === call);
    const failure = index < 0 ? undefined : this.failures.splice(index, 1)[0];
    if (failure && !failure.afterEffect) throw failure.error;
    const answer = effect();
    if (failure) throw failure.error;
    return answer;
  }
}
