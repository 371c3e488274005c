/** One line of the last page: what a page of the form still needs. */
import { fill, type Pair, say } from '../../i18n/index';
import { missingFields } from '../../services/apply/form';
import type { Step, Values } from '../../services/apply/types';
import { t } from './texts';

export interface Review {
  readonly title: string;
  readonly note: string;
  readonly bad: boolean;
}

export function reviewOf(step: Step, values: Values, errors: Readonly<Record<string, Pair>>): Review {
  const title = say(step.title);
  const wrong = step.fields.filter((field) => errors[field.key]).length;
  if (wrong > 0) return { title, note: fill(t.wrong, { count: wrong }), bad: true };
  const missing = missingFields(step, values).length;
  if (missing > 0) return { title, note: fill(t.missing, { count: missing }), bad: true };
  return { title, note: t.complete, bad: false };
}
