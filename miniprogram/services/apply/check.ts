/** What is wrong with the answers so far, by the server's own rules. */
import type { Pair } from '../../i18n/index';
import { api } from '../api';
import { missingFields, placeErrors, toForm, visibleFields, visibleSteps } from './form';
import type { ApplicationForm, Values } from './types';

/**
 * The errors of the pages up to `step`, by field. Later pages are not checked yet. If the server does not answer there
 * are none: the form is checked again when submitted.
 */
export async function checkUpTo(
  form: ApplicationForm,
  values: Values,
  step: number,
): Promise<Record<string, Pair>> {
  const answer = await api.applyMerchant({ action: 'check', form: toForm(form, values) });
  if (!answer.ok) return {};
  const { byKey } = placeErrors(form, values, answer.data.fields);
  const looked = visibleSteps(form, values).slice(0, step + 1);
  const keys = looked.flatMap((page) => visibleFields(page, values)).map(({ key }) => key);
  // Missing values have their own messages.
  const missing = new Set(looked.flatMap((page) => missingFields(page, values)).map(({ key }) => key));
  return Object.fromEntries(
    keys.flatMap((key) => (byKey[key] && !missing.has(key) ? [[key, byKey[key]]] : [])),
  );
}
