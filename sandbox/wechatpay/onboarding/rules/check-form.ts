import { type CheckOptions, checkFields } from '../../context.ts';
import type { ApplicationKind } from '../store.ts';
import { applyment4subForm } from './applyment4sub.ts';
import { checkApplyment4subConditions } from './applyment4sub-conditions.ts';
import { checkClear, type Json } from './check.ts';
import { ecommerceForm, readPictureLists } from './ecommerce.ts';
import { checkEcommerceConditions } from './ecommerce-conditions.ts';
import type { FormFields } from './form.ts';
import { checkMicroConditions, microForm, microSubject } from './micro.ts';

export const formFields: Readonly<Record<ApplicationKind, FormFields>> = {
  ecommerce: ecommerceForm,
  applyment4sub: applyment4subForm,
};

const isMicro = (body: Json): boolean =>
  (body.subject_info as Json | null | undefined)?.subject_type === microSubject;

/** The table of fields that a body is read by: 小微 has one of its own under the URL of 特约商户进件. */
export const fieldsFor = (kind: ApplicationKind, body: Json): FormFields =>
  kind === 'applyment4sub' && isMicro(body) ? microForm : formFields[kind];

export interface FormContext {
  /** `YYYY-MM-DD` in China. */
  readonly today: string;
  readonly providerAppids: readonly string[];
  /** When absent, the sensitive fields are assumed to be in clear text. */
  readonly decrypt?: CheckOptions['decrypt'];
}

/**
 * Everything that can be checked of a form without the state of the sandbox: shape, values in clear, conditions.
 * @returns the form in clear.
 * @throws ApiProblem for the first field at fault.
 */
export function checkForm(kind: ApplicationKind, body: Json, context: FormContext): Json {
  const { today, providerAppids, decrypt } = context;
  const fields = fieldsFor(kind, body);
  const sent = kind === 'ecommerce' ? readPictureLists(body) : body;
  const form = checkFields(fields, sent, { location: 'body', ...(decrypt ? { decrypt } : {}) });
  checkClear(fields, form, today);
  if (kind === 'ecommerce') checkEcommerceConditions(form, today);
  else if (isMicro(form)) checkMicroConditions(form);
  else checkApplyment4subConditions(form, today, providerAppids);
  return form;
}
