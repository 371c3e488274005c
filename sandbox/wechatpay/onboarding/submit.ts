import { createHash } from 'node:crypto';
import { type ApiContext, ApiProblem } from '../context.ts';
import { type Json, textsOf } from './rules/check.ts';
import { checkForm, fieldsFor } from './rules/check-form.ts';
import { broken } from './rules/problem.ts';
import { openSecret } from './sensitive.ts';
import { enter, firstState, isCanceled, isRevisable, settleDue } from './states.ts';
import {
  type Application,
  type ApplicationKind,
  applicationsOf,
  dayInChina,
  findByOutNo,
  mediaOf,
} from './store.ts';

/**
 * Checks a form as sent, decrypts its sensitive fields, checks the clear text, and stores it.
 * @returns the application, new or the one that this number already had.
 * @throws ApiProblem
 */
export function submit(context: ApiContext, kind: ApplicationKind): Application {
  const form = checkForm(kind, context.body, {
    today: dayInChina(context.nowMs),
    providerAppids: context.merchant.appids,
    decrypt: (cipher, pointer) => openSecret(context, cipher, pointer),
  });
  checkMedia(context, kind, form);
  return file(context, kind, form);
}

function checkMedia(context: ApiContext, kind: ApplicationKind, form: Json): void {
  const media = mediaOf(context.state);
  for (const { rule, pointer, value } of textsOf(fieldsFor(kind, form), form)) {
    if (rule.media === undefined) continue;
    const found = media.get(value);
    if (found?.mchid !== context.merchant.mchid || found.kind !== rule.media) {
      const uploader = rule.media === 'image' ? '图片上传API' : '视频上传API';
      throw broken(
        pointer,
        rule.label,
        `MediaID不存在或不属于该商户，请填写通过${uploader}生成的MediaID`,
        value,
      );
    }
  }
}

function file(context: ApiContext, kind: ApplicationKind, form: Json): Application {
  const { state, merchant, nowMs } = context;
  const outNo = String(kind === 'ecommerce' ? form.out_request_no : form.business_code);
  const digest = createHash('sha256').update(canonical(form)).digest('hex');
  const existing = findByOutNo(state, kind, merchant.mchid, outNo);
  if (existing && !isCanceled(settleDue(context, existing).state))
    return resubmit(context, existing, form, digest);
  const application: Application = {
    applymentId: newApplymentId(context),
    kind,
    providerMchid: merchant.mchid,
    outNo,
    form,
    digest,
    state: '',
    rejections: [],
    signToken: state.random.hex(32),
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    history: [],
  };
  applicationsOf(state).set(`${application.applymentId}`, application);
  enter(context, application, firstState[kind], 'submitted');
  return application;
}

/**
 * 若申请单被驳回，可填写相同的业务申请编号，即可覆盖修改原申请单信息. The interface is idempotent, so the same
 * form again gets the same answer; another form under the same number does not while it is being processed.
 */
function resubmit(context: ApiContext, existing: Application, form: Json, digest: string): Application {
  if (isRevisable(existing.state)) {
    existing.form = form;
    existing.digest = digest;
    delete existing.validation;
    enter(context, existing, firstState[existing.kind], 'submitted again');
    return existing;
  }
  if (existing.digest === digest) return existing;
  const isDone = /FINISH/.test(existing.state);
  const message = isDone
    ? '该业务申请编号对应的申请单已完成，请更换业务申请编号'
    : '该业务申请编号对应的申请单正在处理中，请勿重复提交';
  throw new ApiProblem(400, 'INVALID_REQUEST', message, {
    detail: { field: existing.kind === 'ecommerce' ? '/out_request_no' : '/business_code', location: 'body' },
    explanation: {
      en: `application ${existing.applymentId} is ${existing.state}; only a rejected one can be changed`,
      zh: `申请单 ${existing.applymentId} 的状态为 ${existing.state}；只有被驳回的申请单可以修改`,
    },
  });
}

function newApplymentId(context: ApiContext): number {
  const taken = applicationsOf(context.state);
  for (;;) {
    const id = `2000002${context.state.random.digits(9)}`;
    if (!taken.has(id)) return Number(id);
  }
}

/** The form serialized independently of the order of its fields. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([name, inner]) => `${JSON.stringify(name)}:${canonical(inner)}`).join(',')}}`;
}
