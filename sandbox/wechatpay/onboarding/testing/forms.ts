import type { Json } from '../rules/check.ts';
import { sensitivePointers } from '../rules/check.ts';
import { formFields } from '../rules/check-form.ts';
import type { ApplicationKind } from '../store.ts';
import { applyment4subForms } from './applyment4sub-forms.ts';
import { ecommerceForms } from './ecommerce-forms.ts';
import type { FormOptions, ValidApplication } from './form-types.ts';

export { microApplications } from './micro-forms.ts';

/**
 * Valid applications of each subject type, with its main variants. For tests only; other packages use them to compare
 * their own schema with the simulator's rules.
 */
export function validApplications(kind: ApplicationKind, options: FormOptions = {}): ValidApplication[] {
  const full = { imageId: 'V1_image', videoId: 'V1_video', prefix: 'TEST', ...options };
  return kind === 'ecommerce' ? ecommerceForms(full) : applyment4subForms(full);
}

/** JSON pointers of the fields that travel encrypted; any position of a list is written `*`. */
export const sensitivePaths = (kind: ApplicationKind): string[] => sensitivePointers(formFields[kind]);

/** The form with each sensitive field replaced by what `encrypt` makes of it. */
export function encryptForm(kind: ApplicationKind, form: Json, encrypt: (clear: string) => string): Json {
  const pointers = new Set(sensitivePaths(kind));
  const walk = (value: unknown, pointer: string): unknown => {
    if (typeof value === 'string') return pointers.has(pointer) ? encrypt(value) : value;
    if (Array.isArray(value)) return value.map((item) => walk(item, `${pointer}/*`));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [name, walk(inner, `${pointer}/${name}`)]),
    );
  };
  return walk(form, '') as Json;
}
