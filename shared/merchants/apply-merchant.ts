import * as z from 'zod/mini';
import type { ApplyMerchantAnswers, ApplyMerchantRequest } from '../contract/index.ts';
import { parseInput, requestToken, text, whole } from '../core/input.ts';
import { checkForm } from '../wechatpay/applyment/check.ts';
import { listBanks, listBranches, listCities, listProvinces } from './banks.ts';
import { fieldErrorsOf } from './field-errors.ts';
import type { OnboardingPorts } from './ports.ts';
import { queryApplications } from './query.ts';
import { reviseApplication } from './revise.ts';
import { revokeApplication } from './revoke.ts';
import { changeSettlement, querySettlement, querySettlementChange } from './settlement.ts';
import { submitApplication } from './submit.ts';

const form = z.record(z.string(), z.unknown());
const applicationId = text(/^\w{1,124}$/);
const code = whole(1, 99_999_999);
const page = {
  offset: z.optional(whole(0, 100_000)),
  limit: z.optional(whole(1, 200)),
};

const applyMerchantRequest = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('describe') }),
  z.strictObject({ action: z.literal('check'), form }),
  z.strictObject({ action: z.literal('submit'), requestToken, form }),
  z.strictObject({ action: z.literal('revise'), applicationId, form }),
  z.strictObject({ action: z.literal('query'), applicationId: z.optional(applicationId) }),
  z.strictObject({ action: z.literal('revoke'), applicationId }),
  z.strictObject({ action: z.literal('settlement'), applicationId }),
  z.strictObject({ action: z.literal('changeSettlement'), applicationId, account: form }),
  z.strictObject({
    action: z.literal('settlementChange'),
    applicationId,
    applicationNo: text(/^[\w-]{1,64}$/),
  }),
  z.strictObject({ action: z.literal('provinces') }),
  z.strictObject({ action: z.literal('cities'), provinceCode: code }),
  z.strictObject({ action: z.literal('banks'), accountType: z.enum(['corporate', 'personal']), ...page }),
  z.strictObject({
    action: z.literal('branches'),
    bankAliasCode: text(/^\d{1,20}$/),
    cityCode: code,
    ...page,
  }),
]);

type Answer = ApplyMerchantAnswers[keyof ApplyMerchantAnswers];

/** applyMerchant for one user. @throws CommerceError BAD_REQUEST, and the errors of each action */
export async function answerApplyMerchant(
  ports: OnboardingPorts,
  openid: string,
  event: unknown,
): Promise<Answer> {
  const request = parseInput(applyMerchantRequest, event) as ApplyMerchantRequest;
  switch (request.action) {
    case 'describe':
      return { kind: ports.account.kind };
    case 'check':
      return { fields: fieldErrorsOf(checkForm(ports.account.kind, request.form, ports.clock.nowMs())) };
    case 'submit':
      return { application: await submitApplication(ports, openid, request.requestToken, request.form) };
    case 'revise':
      return { application: await reviseApplication(ports, openid, request.applicationId, request.form) };
    case 'query':
      return { applications: await queryApplications(ports, openid, request.applicationId) };
    case 'revoke':
      return { application: await revokeApplication(ports, openid, request.applicationId) };
    case 'settlement':
      return { settlement: await querySettlement(ports, openid, request.applicationId) };
    case 'changeSettlement':
      return changeSettlement(ports, openid, request.applicationId, request.account);
    case 'settlementChange':
      return querySettlementChange(ports, openid, request.applicationId, request.applicationNo);
    case 'provinces':
      return listProvinces(ports);
    case 'cities':
      return listCities(ports, request.provinceCode);
    case 'banks':
      return listBanks(ports, request.accountType, pageOf(request));
    case 'branches':
      return listBranches(ports, request.bankAliasCode, request.cityCode, pageOf(request));
  }
}

function pageOf(request: { readonly offset?: number; readonly limit?: number }) {
  return { offset: request.offset ?? 0, limit: request.limit ?? 200 };
}
