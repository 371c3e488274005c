import {
  type ApiAnswer,
  type ApiContext,
  ApiProblem,
  checkFields,
  type Endpoint,
  field,
} from '../context.ts';
import { accountOf } from './merchant.ts';
import { enter, settleDue, stateNames } from './states.ts';
import { type Application, applicationsOf, findByOutNo } from './store.ts';
import { submit } from './submit.ts';

const page = 'https://pay.weixin.qq.com/public/apply4ec_sign/s';

function signState(state: string): 'UNSIGNED' | 'SIGNED' | 'NOT_SIGNABLE' {
  if (state === 'FINISH') return 'SIGNED';
  return ['ACCOUNT_NEED_VERIFY', 'AUDITING', 'NEED_SIGN'].includes(state) ? 'UNSIGNED' : 'NOT_SIGNABLE';
}

/** `2018-12-10 17:09:01`, in China. */
const wallTime = (epochMs: number): string =>
  new Date(epochMs + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');

/** 汇款账户验证信息; the payer's name and card number are encrypted for the merchant. */
function accountValidation(context: ApiContext, application: Application) {
  const { validation } = application;
  if (application.state !== 'ACCOUNT_NEED_VERIFY' || !validation) return undefined;
  const account = accountOf(application);
  const isPrivate = account.accountType === 'ACCOUNT_TYPE_PRIVATE';
  return {
    account_name: context.encryptForMerchant(account.accountName),
    // 结算账户为对私时会返回，商户需使用该付款卡号进行汇款
    ...(isPrivate ? { account_no: context.encryptForMerchant(account.accountNumber) } : {}),
    pay_amount: validation.payAmountFen,
    destination_account_number: '7222223333322332',
    destination_account_name: '财付通支付科技有限公司',
    destination_account_bank: '招商银行威盛大厦支行',
    city: '深圳',
    remark: validation.remark,
    deadline: wallTime(validation.deadlineMs),
  };
}

/** What docs/partner/apis/ecommerce-merchant-application/applyment/get-applyment-state returns in each state. */
function view(context: ApiContext, application: Application) {
  const { state, applymentId, signToken, outNo, subMchid } = settleDue(context, application);
  const url = `${page}?applymentId=${applymentId}&sign=${signToken}`;
  const validation = accountValidation(context, application);
  return {
    applyment_state: state,
    applyment_state_desc: stateNames.ecommerce[state],
    sign_state: signState(state),
    ...(state === 'NEED_SIGN' ? { sign_url: url } : {}),
    ...(state === 'NEED_SIGN' || state === 'FINISH' ? { sub_mchid: subMchid } : {}),
    ...(validation ? { account_validation: validation, legal_validation_url: `${url}&legal=1` } : {}),
    audit_detail: application.rejections.map((it) => ({ param_name: it.field, reject_reason: it.reason })),
    out_request_no: outNo,
    applyment_id: applymentId,
  };
}

function requireOwn(context: ApiContext, application: Application | undefined): Application {
  if (application?.kind === 'ecommerce' && application.providerMchid === context.merchant.mchid) {
    return application;
  }
  throw new ApiProblem(404, 'RESOURCE_NOT_EXISTS', '申请单不存在', {
    explanation: { en: 'no application of this platform has that number', zh: '本平台没有此单号的申请单' },
  });
}

function byApplymentId(context: ApiContext): Application {
  const fields = { applyment_id: field.string('微信支付申请单号', { pattern: /^\d{1,16}$/ }) };
  const { applyment_id } = checkFields(fields, context.params, { location: 'uri_template' });
  return requireOwn(context, applicationsOf(context.state).get(String(applyment_id)));
}

function byOutRequestNo(context: ApiContext): Application {
  const fields = { out_request_no: field.string('业务申请编号', { min: 1, max: 124 }) };
  const { out_request_no } = checkFields(fields, context.params, { location: 'uri_template' });
  const { state, merchant } = context;
  return requireOwn(context, findByOutNo(state, 'ecommerce', merchant.mchid, String(out_request_no)));
}

const roles = ['ecommerce'] as const;

/** 资料校验中、待账户验证、审核中、已驳回、待签约、已冻结时才允许撤销. */
const revocable = ['CHECKING', 'ACCOUNT_NEED_VERIFY', 'AUDITING', 'REJECTED', 'NEED_SIGN', 'FROZEN'];

function revoke(context: ApiContext, application: Application): ApiAnswer {
  if (revocable.includes(application.state)) {
    enter(context, application, 'CANCELED', 'revoked by the provider');
    return {};
  }
  throw new ApiProblem(400, 'INVALID_REQUEST', '申请单当前状态不允许撤销', {
    explanation: {
      en: `the application is ${application.state}; it is revoked in ${revocable.join(', ')}`,
      zh: `申请单状态为 ${application.state}；可撤销的状态：${revocable.join('、')}`,
    },
  });
}

/** 二级商户进件: doc/v3/partner/4012713017, 4012691376 and the page beside it. */
export const ecommerceEndpoints: readonly Endpoint[] = [
  {
    name: '二级商户进件',
    method: 'POST',
    path: '/v3/ecommerce/applyments/',
    bodyKind: 'json',
    roles,
    handle: (context) => {
      const application = submit(context, 'ecommerce');
      return { body: { applyment_id: application.applymentId, out_request_no: application.outNo } };
    },
  },
  {
    name: '通过业务申请编号查询二级商户申请状态',
    method: 'GET',
    path: '/v3/ecommerce/applyments/out-request-no/{out_request_no}',
    bodyKind: 'none',
    roles,
    handle: (context) => ({ body: view(context, byOutRequestNo(context)) }),
  },
  {
    name: '通过申请单ID查询二级商户申请状态',
    method: 'GET',
    path: '/v3/ecommerce/applyments/{applyment_id}',
    bodyKind: 'none',
    roles,
    handle: (context) => ({ body: view(context, byApplymentId(context)) }),
  },
  {
    name: '通过业务申请编号撤销申请单',
    method: 'POST',
    path: '/v3/ecommerce/applyments/out-request-no/{out_request_no}/revoke',
    bodyKind: 'optional-json',
    roles,
    handle: (context) => revoke(context, byOutRequestNo(context)),
  },
  {
    name: '通过申请单ID撤销申请单',
    method: 'POST',
    path: '/v3/ecommerce/applyments/{applyment_id}/revoke',
    bodyKind: 'optional-json',
    roles,
    handle: (context) => revoke(context, byApplymentId(context)),
  },
];
