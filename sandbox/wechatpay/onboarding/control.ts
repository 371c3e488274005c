import { type ControlContext, ControlProblem, type ControlRoute, type SimulatorContext } from '../context.ts';
import { notFound, wrongState } from '../control/read.ts';
import { shortnameOf, subjectOf } from './merchant.ts';
import { type Json, labelOf } from './rules/check.ts';
import { fieldsFor } from './rules/check-form.ts';
import { type Act, act, actsOf, freezeMerchant, settleDue, stateNames } from './states.ts';
import { type Application, applicationsOf, mediaOf, type Rejection } from './store.ts';

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `{id}` is an applyment_id, an out_request_no or a business_code. */
function find(context: ControlContext): Application {
  const id = context.params.id!;
  const all = applicationsOf(context.state);
  const found = all.get(id) ?? [...all.values()].filter((it) => it.outNo === id).at(-1);
  if (!found) throw notFound(`application ${id}`, `进件申请 ${id}`);
  return settleDue(context, found);
}

function summary(application: Application) {
  const { applymentId, kind, providerMchid, outNo, state, subMchid, createdAtMs, updatedAtMs } = application;
  return {
    applymentId: `${applymentId}`,
    kind,
    providerMchid,
    outNo,
    state,
    stateName: stateNames[kind][state],
    subjectType: subjectOf(application),
    merchantShortname: shortnameOf(application),
    ...(subMchid === undefined ? {} : { subMchid }),
    acts: actsOf(application),
    createdAtMs,
    updatedAtMs,
  };
}

/** Every media_id anywhere in a form. */
function mediaIdsIn(value: unknown, known: ReadonlySet<string>): string[] {
  if (typeof value === 'string') return known.has(value) ? [value] : [];
  if (Array.isArray(value)) return value.flatMap((inner) => mediaIdsIn(inner, known));
  return isObject(value) ? Object.values(value).flatMap((inner) => mediaIdsIn(inner, known)) : [];
}

/** The decrypted form, as WeChat would see it. */
function details(context: SimulatorContext, application: Application) {
  const { form, history, rejections, validation, dueAtMs } = application;
  const media = mediaOf(context.state);
  const mediaIds = mediaIdsIn(form, new Set(media.keys()));
  return {
    ...summary(application),
    form,
    media: [...new Set(mediaIds)].map((mediaId) => {
      const { base64, ...about } = media.get(mediaId)!;
      return about;
    }),
    history,
    rejections,
    ...(validation ? { validation } : {}),
    ...(dueAtMs === undefined ? {} : { dueAtMs }),
  };
}

/** @param otherwise the reason when the caller gives none. */
function readRejections({ kind, form }: Application, reasons: unknown, otherwise: string): Rejection[] {
  const fields = fieldsFor(kind, form);
  const rejection = (name: unknown, reason: unknown): Rejection => {
    if (typeof name !== 'string' || typeof reason !== 'string' || reason === '') {
      const forms = ['[{param_name, reject_reason}]', '{param_name: reject_reason}'];
      throw new ControlProblem(
        400,
        'BAD_REASONS',
        `"reasons" must be ${forms.join(' or ')}.`,
        `"reasons" 须为 ${forms.join(' 或 ')}。`,
      );
    }
    return { field: name, fieldName: labelOf(fields, name) ?? name, reason };
  };
  if (reasons === undefined) return [rejection('merchant_shortname', otherwise)];
  if (Array.isArray(reasons)) {
    return reasons.map((it) =>
      isObject(it) ? rejection(it.param_name ?? it.field, it.reject_reason) : rejection(it, ''),
    );
  }
  if (isObject(reasons)) return Object.entries(reasons).map(([name, reason]) => rejection(name, reason));
  return [rejection(undefined, undefined)];
}

const decisions: readonly Act[] = ['approve', 'reject', 'verify-account', 'edit'];

function perform(context: ControlContext, what: Act, rejections: readonly Rejection[] = []) {
  const application = find(context);
  if (act(context, application, what, rejections)) return details(context, application);
  const possible = actsOf(application);
  throw wrongState(
    `"${what}" is not possible in the state ${application.state}; possible: ${possible.join(', ') || 'nothing'}.`,
    `状态 ${application.state} 下不能 ${what}，可选：${possible.join('、') || '无'}。`,
  );
}

function review(context: ControlContext) {
  const body = isObject(context.body) ? context.body : {};
  const decision = decisions.find((it) => it === body.decision);
  if (!decision) {
    throw new ControlProblem(
      400,
      'BAD_DECISION',
      `"decision" must be one of ${decisions.join(', ')}.`,
      `"decision" 只能是 ${decisions.join('、')}。`,
    );
  }
  if (decision !== 'reject') return perform(context, decision);
  const otherwise = '资料不符合要求，请修改后重新提交';
  return perform(context, decision, readRejections(find(context), body.reasons, otherwise));
}

/** Freezes an application; for a finished 特约商户 the merchant is frozen instead and can no longer collect payments. */
function freeze(context: ControlContext) {
  const application = find(context);
  if (application.state === 'APPLYMENT_STATE_FINISHED') {
    freezeMerchant(context, application);
    return details(context, application);
  }
  const body = isObject(context.body) ? context.body : {};
  return perform(context, 'freeze', readRejections(application, body.reasons, '商户存在违规经营行为'));
}

function showMedia(context: ControlContext) {
  const media = mediaOf(context.state).get(context.params.media_id!);
  if (!media) throw notFound(`media ${context.params.media_id}`, `媒体文件 ${context.params.media_id}`);
  return new Response(Buffer.from(media.base64, 'base64'), {
    headers: {
      'content-type': media.contentType,
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
      'cache-control': 'no-store',
    },
  });
}

function permit(context: ControlContext) {
  const { body } = context;
  if (!isObject(body) || typeof body.micro !== 'boolean') {
    throw new ControlProblem(
      400,
      'BAD_PERMISSION',
      'Say {"micro": true} or {"micro": false}.',
      '须为 {"micro": true} 或 {"micro": false}。',
    );
  }
  const permissions = context.state.slot<boolean>('onboarding_permissions');
  for (const merchant of context.state.merchants.values())
    permissions.set(`micro ${merchant.mchid}`, body.micro);
  context.bus.publish('application', { what: 'permissions', micro: body.micro });
  return { micro: body.micro };
}

/** What a reviewer and a signer do, and what the inspector shows of applications and media. */
export const onboardingControl: readonly ControlRoute[] = [
  {
    method: 'GET',
    path: '/_sandbox/applications',
    handle: (context) => ({
      applications: [...applicationsOf(context.state).values()].map((it) => summary(settleDue(context, it))),
    }),
  },
  {
    method: 'POST',
    path: '/_sandbox/applications/permissions',
    handle: permit,
  },
  {
    method: 'GET',
    path: '/_sandbox/applications/{id}',
    handle: (context) => details(context, find(context)),
  },
  { method: 'POST', path: '/_sandbox/applications/{id}/review', handle: review },
  {
    method: 'POST',
    path: '/_sandbox/applications/{id}/sign',
    handle: (context) => perform(context, 'sign'),
  },
  { method: 'POST', path: '/_sandbox/applications/{id}/freeze', handle: freeze },
  {
    method: 'POST',
    path: '/_sandbox/applications/{id}/cancel',
    handle: (context) => perform(context, 'cancel'),
  },
  { method: 'GET', path: '/_sandbox/media/{media_id}', handle: showMedia },
];
