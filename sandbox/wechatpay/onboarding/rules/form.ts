import type { ArrayRule, BooleanRule, IntegerRule, ObjectRule, StringRule } from '../../http/fields.ts';
import type { ClearRule } from './clear.ts';

/**
 * The context's field rules, with what an application form needs besides: rules on the value in clear, which
 * texts are media_ids, and which two fields of an object are a document's period. `checkFields` reads the
 * former, {@link ./check.ts} the rest.
 */
export interface TextRule extends StringRule {
  readonly check?: ClearRule;
  /** Holds a media_id of that sort of file. */
  readonly media?: 'image' | 'video';
}

export interface FormArray extends ArrayRule {
  readonly items: TextRule | FormObject;
}

export interface FormObject extends ObjectRule {
  readonly fields: FormFields;
  readonly period?: { readonly begin: string; readonly end: string };
}

export type FormField = TextRule | IntegerRule | BooleanRule | FormArray | FormObject;
export type FormFields = { readonly [name: string]: FormField };

type TextOptions = Partial<Pick<TextRule, 'min' | 'max' | 'unit' | 'pattern' | 'check'>>;

/** A required text; no text of a form may be empty. */
export const text = (label: string, options: TextOptions = {}): TextRule => ({
  type: 'string',
  label,
  min: 1,
  ...options,
});

/** A text that travels encrypted; its limits are those of the clear text. */
export const secret = (label: string, options: TextOptions = {}): TextRule => ({
  ...text(label, options),
  sensitive: true,
});

export const choice = (label: string, oneOf: readonly string[]): TextRule => ({ ...text(label), oneOf });

export const image = (label: string, max = 256): TextRule => ({ ...text(label, { max }), media: 'image' });

export const video = (label: string): TextRule => ({ ...text(label, { max: 256 }), media: 'video' });

export const flag = (label: string): BooleanRule => ({ type: 'boolean', label });

export const integer = (label: string): IntegerRule => ({ type: 'integer', label });

export const list = (label: string, items: TextRule | FormObject, max: number): FormArray => ({
  type: 'array',
  label,
  items,
  min: 1,
  max,
});

export const images = (label: string, max: number): FormArray => list(label, image(label), max);

export const object = (label: string, fields: FormFields, period?: FormObject['period']): FormObject => ({
  type: 'object',
  label,
  fields,
  ...(period ? { period } : {}),
});

export const optional = <F extends FormField>(rule: F): F => ({ ...rule, optional: true });
