/** Fields of the operators' short forms, for the component form-field. */
import type { ApiError } from '../../../shared/contract/index.ts';
import { say } from '../../i18n/index';
import { yuan } from '../../utils/money';
import type { FieldView } from '../apply/view';

const blank: Omit<FieldView, 'key' | 'label'> = {
  help: '',
  example: '',
  optional: false,
  error: '',
  control: 'input',
  inputType: 'text',
  maxLength: 64,
  value: '',
  text: '',
  many: false,
  pair: false,
  options: [],
  index: -1,
  dateValue: '',
  region: [],
  longTerm: false,
  isLong: false,
  photos: [],
  single: false,
  canAdd: false,
};

export function inputField(key: string, label: string, more: Partial<FieldView> = {}): FieldView {
  return { ...blank, key, label, ...more };
}

/** An amount that a person types in yuan. */
export function amountField(key: string, label: string, more: Partial<FieldView> = {}): FieldView {
  return inputField(key, label, { inputType: 'digit', maxLength: 12, example: yuan(0), ...more });
}

export function optionsField(
  key: string,
  label: string,
  options: readonly { readonly value: string; readonly label: string }[],
  value: string,
  more: Partial<FieldView> = {},
): FieldView {
  const chosen = options.map((option) => ({ hint: '', ...option, chosen: option.value === value }));
  return { ...blank, key, label, control: 'options', options: chosen, pair: options.length === 2, ...more };
}

/** One of many, chosen from a sheet. */
export function selectField(
  key: string,
  label: string,
  options: readonly { readonly value: string; readonly label: string }[],
  value: string,
  more: Partial<FieldView> = {},
): FieldView {
  const rows = options.map((option) => ({ hint: '', ...option, chosen: option.value === value }));
  const index = rows.findIndex(({ chosen }) => chosen);
  return {
    ...blank,
    key,
    label,
    control: 'select',
    options: rows,
    index,
    text: rows[index]?.label ?? '',
    ...more,
  };
}

/** By the path of the field at fault, in the user's language. */
export function fieldErrors(error: ApiError): Record<string, string> {
  return Object.fromEntries(
    (error.fields ?? []).map(({ path, message, messageEn }) => [path, say([message, messageEn])]),
  );
}
