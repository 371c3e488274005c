/**
 * 进件 at WeChat Pay, of both kinds of provider, in our terms: 电商收付通 by out_request_no
 * (https://pay.weixin.qq.com/doc/v3/partner/4012713017) and 特约商户 by business_code
 * (https://pay.weixin.qq.com/doc/v3/partner/4012722249).
 */
import type { FieldError } from '../contract/index.ts';
import { unlessRefused } from '../core/errors.ts';
import { formSchemas } from '../wechatpay/applyment/check.ts';
import type { RouteParameters, RouteResponse } from '../wechatpay/http/client-types.ts';
import type { AccountValidation } from './application.ts';
import type { ProviderAccount } from './ports.ts';
import { rejectionsOf } from './rejections.ts';

const ecommerceSubmit = 'POST /v3/ecommerce/applyments/';
const ecommerceQuery = 'GET /v3/ecommerce/applyments/out-request-no/{out_request_no}';
const ecommerceRevoke = 'POST /v3/ecommerce/applyments/out-request-no/{out_request_no}/revoke';
const partnerSubmit = 'POST /v3/applyment4sub/applyment/';
const partnerQuery = 'GET /v3/applyment4sub/applyment/business_code/{business_code}';

/** What a query says, as the document of an application keeps it. */
export interface ApplymentStatus {
  /** WeChat Pay's own name of it. */
  readonly state: string;
  readonly applymentId?: string;
  readonly subMchid?: string;
  readonly signUrl?: string;
  /** 法人验证链接, ecommerce only: an alternative to the transfer while ACCOUNT_NEED_VERIFY. */
  readonly legalValidationUrl?: string;
  readonly accountValidation?: AccountValidation;
  /** The reasons of a rejection, by path of this form. */
  rejections?(form: unknown): FieldError[];
}

/**
 * Submits a validated form in plaintext: the client encrypts the fields that the route table marks. The same number and
 * form is the same application; with a corrected form it replaces a rejected one.
 * @throws WechatpayError
 */
export async function submitApplyment(
  { kind, client }: ProviderAccount,
  applicationId: string,
  form: Record<string, unknown>,
): Promise<{ applymentId: string }> {
  const { applyment_id } =
    kind === 'ecommerce'
      ? await client.request(ecommerceSubmit, {
          ...form,
          out_request_no: applicationId,
        } as RouteParameters<typeof ecommerceSubmit>)
      : await client.request(partnerSubmit, {
          ...form,
          business_code: applicationId,
        } as RouteParameters<typeof partnerSubmit>);
  return { applymentId: String(applyment_id) };
}

const unknownToEcommerce: ReadonlySet<string> = new Set(['RESOURCE_NOT_EXISTS', 'APPLYMENT_NOTEXIST']);
/** This API answers PARAM_ERROR (未能找到申请单) for an unknown number; the format of ours is always valid. */
const unknownToPartner: ReadonlySet<string> = new Set([...unknownToEcommerce, 'PARAM_ERROR']);

/** Queries by our own number. @returns undefined when WeChat Pay knows no such application. @throws WechatpayError */
export function queryApplyment(
  { kind, client }: ProviderAccount,
  applicationId: string,
): Promise<ApplymentStatus | undefined> {
  return kind === 'ecommerce'
    ? unlessRefused(unknownToEcommerce, async () =>
        fromEcommerce(await client.request(ecommerceQuery, { out_request_no: applicationId })),
      )
    : unlessRefused(unknownToPartner, async () =>
        fromPartner(await client.request(partnerQuery, { business_code: applicationId })),
      );
}

/**
 * Takes back an application that is not finished. Only for 电商收付通: github.com/TheNorthMemory/wechatpay-openapi,
 * docs/v3/ecommerce/applyments/out-request-no.
 * @throws WechatpayError
 */
export async function revokeApplyment({ client }: ProviderAccount, applicationId: string): Promise<void> {
  await client.request(ecommerceRevoke, { out_request_no: applicationId });
}

function fromEcommerce(answer: RouteResponse<typeof ecommerceQuery>): ApplymentStatus {
  const { account_validation: validation, audit_detail: details } = answer;
  return {
    state: answer.applyment_state,
    applymentId: String(answer.applyment_id),
    ...(answer.sub_mchid && { subMchid: answer.sub_mchid }),
    ...(answer.sign_url && { signUrl: answer.sign_url }),
    ...(answer.legal_validation_url && { legalValidationUrl: answer.legal_validation_url }),
    ...(validation && {
      accountValidation: {
        accountNameMasked: maskName(validation.account_name),
        ...(validation.account_no && { accountNoMasked: maskNumber(validation.account_no) }),
        payAmountFen: validation.pay_amount,
        destinationAccountNumber: validation.destination_account_number,
        destinationAccountName: validation.destination_account_name,
        destinationAccountBank: validation.destination_account_bank,
        city: validation.city,
        remark: validation.remark,
        deadline: validation.deadline,
      },
    }),
    ...(details && {
      rejections: (form) =>
        rejectionsOf(
          details.map(({ param_name, reject_reason }) => ({ field: param_name, reason: reject_reason })),
          form,
          formSchemas.ecommerce,
        ),
    }),
  };
}

function fromPartner(answer: RouteResponse<typeof partnerQuery>): ApplymentStatus {
  const { audit_detail: details } = answer;
  return {
    state: answer.applyment_state,
    applymentId: String(answer.applyment_id),
    ...(answer.sub_mchid && { subMchid: answer.sub_mchid }),
    ...(answer.sign_url && { signUrl: answer.sign_url }),
    ...(details && {
      rejections: (form) =>
        rejectionsOf(
          details.map(({ field, field_name, reject_reason }) => ({
            field: field ?? '',
            reason: reject_reason ?? field_name ?? '',
          })),
          form,
          formSchemas.partner,
        ),
    }),
  };
}

function maskName(name: string): string {
  const characters = [...name];
  return characters.length === 0 ? '' : `${characters[0]}${'*'.repeat(Math.min(characters.length - 1, 4))}`;
}

function maskNumber(number: string): string {
  return number.length > 8 ? `…${number.slice(-4)}` : '…';
}
