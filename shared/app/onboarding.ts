import { createHash } from 'node:crypto';
import type {
  ApplymentStatus,
  Bank,
  OnboardingGateway,
  OnboardingPorts,
  SettlementAccount,
} from '../merchants/ports.ts';
import {
  type Applyment4sub,
  createApplyment4sub,
  queryApplyment4subByBusinessCode,
} from '../wechatpay/api/applyment4sub.ts';
import * as capital from '../wechatpay/api/capital.ts';
import {
  createEcommerceApplyment,
  type EcommerceApplyment,
  queryEcommerceApplymentByOutRequestNo,
} from '../wechatpay/api/ecommerce-applyment.ts';
import * as settlement from '../wechatpay/api/settlement.ts';
import { decryptOaep, encryptOaep } from '../wechatpay/crypto/ciphers.ts';
import { WechatpayError } from '../wechatpay/errors.ts';
import type { WechatpayClient } from '../wechatpay/http/client-types.ts';
import { providerKind } from './accounts.ts';
import { wechatpayClient } from './clients.ts';
import type { App } from './container.ts';

/** What applications need, for the provider account of this function. @throws ConfigError */
export function onboardingPorts(app: App): OnboardingPorts {
  return {
    clock: app.clock,
    documents: app.documents,
    gateway: app.once(buildGateway),
    log: app.log,
    sha256Hex: (text) => createHash('sha256').update(text).digest('hex'),
  };
}

function buildGateway(app: App): OnboardingGateway {
  const kind = providerKind(app);
  return createOnboardingGateway(
    wechatpayClient(app, kind),
    kind === 'ecommerce' ? 'ecommerce' : 'applyment4sub',
  );
}

/** The onboarding APIs of one provider account. */
export function createOnboardingGateway(
  client: WechatpayClient,
  kind: OnboardingGateway['kind'],
): OnboardingGateway {
  return {
    kind,
    mchid: client.account.mchid,
    encryptor: async () => {
      const { serial, key } = await client.platformKeys.encryptionKey();
      return { serial, encrypt: (plaintext) => encryptOaep(plaintext, key) };
    },
    decrypt: (ciphertext) => decryptOaep(ciphertext, client.account.privateKey),
    ...(kind === 'ecommerce' ? ecommerceApplications(client) : applyment4subApplications(client)),
    ...settlements(client),
    ...directory(client),
  };
}

type Applications = Pick<OnboardingGateway, 'submit' | 'query'>;

function ecommerceApplications(client: WechatpayClient): Applications {
  return {
    submit: async (body, serial) => {
      const { applyment_id } = await createEcommerceApplyment(client, body, serial);
      return { applymentId: String(applyment_id) };
    },
    query: (id) =>
      unlessUnknown(['RESOURCE_NOT_EXISTS', 'APPLYMENT_NOTEXIST'], async () =>
        fromEcommerce(await queryEcommerceApplymentByOutRequestNo(client, id)),
      ),
  };
}

function applyment4subApplications(client: WechatpayClient): Applications {
  return {
    submit: async (body, serial) => {
      const { applyment_id } = await createApplyment4sub(client, body, serial);
      return { applymentId: String(applyment_id) };
    },
    query: (id) =>
      // This API says PARAM_ERROR (未能找到申请单) of a number it does not know; the form of ours is always right.
      unlessUnknown(['RESOURCE_NOT_EXISTS', 'APPLYMENT_NOTEXIST', 'PARAM_ERROR'], async () =>
        fromApplyment4sub(await queryApplyment4subByBusinessCode(client, id)),
      ),
  };
}

function fromEcommerce(answer: EcommerceApplyment): ApplymentStatus {
  const validation = answer.account_validation;
  return {
    state: answer.applyment_state,
    applymentId: String(answer.applyment_id),
    ...(answer.sub_mchid && { subMchid: answer.sub_mchid }),
    ...(answer.sign_url && { signUrl: answer.sign_url }),
    ...(answer.legal_validation_url && { legalValidationUrl: answer.legal_validation_url }),
    ...(validation && {
      accountValidation: {
        accountName: validation.account_name,
        ...(validation.account_no && { accountNo: validation.account_no }),
        payAmountFen: validation.pay_amount,
        destinationAccountNumber: validation.destination_account_number,
        destinationAccountName: validation.destination_account_name,
        destinationAccountBank: validation.destination_account_bank,
        city: validation.city,
        remark: validation.remark,
        deadline: validation.deadline,
      },
    }),
    ...(answer.audit_detail && {
      auditDetail: answer.audit_detail.map(({ param_name, reject_reason }) => ({
        field: param_name,
        reason: reject_reason,
      })),
    }),
  };
}

function fromApplyment4sub(answer: Applyment4sub): ApplymentStatus {
  return {
    state: answer.applyment_state,
    applymentId: String(answer.applyment_id),
    ...(answer.sub_mchid && { subMchid: answer.sub_mchid }),
    ...(answer.sign_url && { signUrl: answer.sign_url }),
    ...(answer.audit_detail && {
      auditDetail: answer.audit_detail.map(({ field, field_name, reject_reason }) => ({
        field: field ?? '',
        reason: reject_reason ?? field_name ?? '',
      })),
    }),
  };
}

function settlements(
  client: WechatpayClient,
): Pick<OnboardingGateway, 'settlement' | 'modifySettlement' | 'settlementChange'> {
  return {
    settlement: async (subMchid) => fromSettlement(await settlement.querySettlement(client, subMchid)),
    modifySettlement: async (subMchid, body, serial) => {
      const { application_no } = await settlement.modifySettlement(client, subMchid, body, serial);
      return { applicationNo: application_no };
    },
    settlementChange: async (subMchid, applicationNo) =>
      fromSettlement(await settlement.querySettlementApplication(client, subMchid, applicationNo)),
  };
}

function fromSettlement(
  answer: settlement.SettlementAccount | settlement.SettlementApplication,
): SettlementAccount {
  return {
    accountType: answer.account_type,
    accountBank: answer.account_bank,
    ...(answer.bank_name && { bankName: answer.bank_name }),
    ...(answer.bank_branch_id && { bankBranchId: answer.bank_branch_id }),
    accountNumber: answer.account_number,
    verifyResult: answer.verify_result,
    ...(answer.verify_fail_reason && { verifyFailReason: answer.verify_fail_reason }),
  };
}

function directory(
  client: WechatpayClient,
): Pick<OnboardingGateway, 'provinces' | 'cities' | 'banks' | 'branches'> {
  return {
    provinces: async () => {
      const { data = [] } = await capital.listProvinces(client);
      return data.map(({ province_name, province_code }) => ({ name: province_name, code: province_code }));
    },
    cities: async (provinceCode) => {
      const { data = [] } = await capital.listCities(client, provinceCode);
      return data.map(({ city_name, city_code }) => ({ name: city_name, code: city_code }));
    },
    banks: async (accountType, page) => {
      const list = accountType === 'corporate' ? capital.listCorporateBanks : capital.listPersonalBanks;
      const { total_count, data = [] } = await list(client, { ...page });
      return { total: total_count, banks: data.map(fromBank) };
    },
    branches: async (bankAliasCode, cityCode, page) => {
      const { total_count, data = [] } = await capital.listBranches(client, bankAliasCode, cityCode, {
        ...page,
      });
      return {
        total: total_count,
        branches: data.map(({ bank_branch_name, bank_branch_id }) => ({
          name: bank_branch_name,
          id: bank_branch_id,
        })),
      };
    },
  };
}

function fromBank(bank: capital.Bank): Bank {
  return {
    bankAlias: bank.bank_alias,
    bankAliasCode: bank.bank_alias_code,
    accountBank: bank.account_bank,
    accountBankCode: bank.account_bank_code,
    needBankBranch: bank.need_bank_branch,
  };
}

async function unlessUnknown<T>(codes: readonly string[], ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof WechatpayError && error.kind === 'refused' && codes.includes(error.code)) {
      return undefined;
    }
    throw error;
  }
}
