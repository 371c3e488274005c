import { type ApiContext, ApiProblem, checkFields, type Endpoint, field } from '../context.ts';
import { microSubject } from './rules/micro.ts';
import { settleDue, stateNames } from './states.ts';
import { type Application, applicationsOf, findByOutNo } from './store.ts';
import { submit } from './submit.ts';

/** 特约商户进件接口不允许进件个人小微商户: a provider needs a separate permission for that. */
function requireMicroPermission(context: ApiContext): void {
  const subject = context.body.subject_info as { subject_type?: unknown } | null | undefined;
  if (subject?.subject_type !== microSubject) return;
  if (context.state.slot<boolean>('onboarding_permissions').get(`micro ${context.merchant.mchid}`)) return;
  throw new ApiProblem(403, 'NO_AUTH', '暂无权限', {
    explanation: {
      en: '小微进件 needs a permission; POST /_sandbox/applications/permissions {"micro":true} grants it',
      zh: '小微进件须有权限；在沙箱中用 POST /_sandbox/applications/permissions {"micro":true} 开通',
    },
    setting: 'micro-permission',
  });
}

/** What doc/v3/partner/4012697052 returns: sign_url always, sub_mchid from 待签约 on. */
function view(context: ApiContext, application: Application) {
  const { state, applymentId, signToken, outNo, subMchid } = settleDue(context, application);
  const hasMchid = /_(TO_BE_SIGNED|SIGNING|FINISHED)$/.test(state);
  const url = 'https://pay.weixin.qq.com/public/apply4ec_sign/s';
  return {
    business_code: outNo,
    applyment_id: applymentId,
    ...(hasMchid ? { sub_mchid: subMchid } : {}),
    sign_url: `${url}?applymentId=${applymentId}&sign=${signToken}`,
    applyment_state: state,
    applyment_state_msg: stateNames.applyment4sub[state],
    audit_detail: application.rejections.map((it) => ({
      field: it.field,
      field_name: it.fieldName,
      reject_reason: it.reason,
    })),
  };
}

function requireOwn(context: ApiContext, application: Application | undefined): Application {
  if (application?.kind === 'applyment4sub' && application.providerMchid === context.merchant.mchid) {
    return application;
  }
  // WeChat Pay answers 400 here, not 404.
  throw new ApiProblem(400, 'PARAM_ERROR', '未能找到申请单', {
    explanation: { en: 'no application of this provider has that number', zh: '本服务商没有此单号的申请单' },
  });
}

function byApplymentId(context: ApiContext): Application {
  const fields = { applyment_id: field.string('申请单号', { pattern: /^\d{1,16}$/ }) };
  const { applyment_id } = checkFields(fields, context.params, { location: 'uri_template' });
  return requireOwn(context, applicationsOf(context.state).get(String(applyment_id)));
}

function byBusinessCode(context: ApiContext): Application {
  const fields = { business_code: field.string('业务申请编号', { min: 1, max: 124 }) };
  const { business_code } = checkFields(fields, context.params, { location: 'uri_template' });
  const { state, merchant } = context;
  return requireOwn(context, findByOutNo(state, 'applyment4sub', merchant.mchid, String(business_code)));
}

const roles = ['partner'] as const;

/** 特约商户进件: 服务商（银行、支付机构、电商平台不可用）. */
export const applyment4subEndpoints: readonly Endpoint[] = [
  {
    name: '特约商户进件',
    method: 'POST',
    path: '/v3/applyment4sub/applyment/',
    bodyKind: 'json',
    roles,
    handle: (context) => {
      requireMicroPermission(context);
      return { body: { applyment_id: submit(context, 'applyment4sub').applymentId } };
    },
  },
  {
    name: '业务申请编号查询特约商户申请状态',
    method: 'GET',
    path: '/v3/applyment4sub/applyment/business_code/{business_code}',
    bodyKind: 'none',
    roles,
    handle: (context) => ({ body: view(context, byBusinessCode(context)) }),
  },
  {
    name: '申请单号查询特约商户申请状态',
    method: 'GET',
    path: '/v3/applyment4sub/applyment/applyment_id/{applyment_id}',
    bodyKind: 'none',
    roles,
    handle: (context) => ({ body: view(context, byApplymentId(context)) }),
  },
];
