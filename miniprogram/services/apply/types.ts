/** The types of an application form. */
import type { ProviderKind } from '../../../shared/contract/index.ts';
import type { Pair } from '../../i18n/index';

/** Answers by path in the official form; names that start with `_` are the page's own and are not sent. */
export type Values = Readonly<Record<string, Value>>;
export type Value = string | boolean | readonly string[];

export interface Option {
  readonly value: string;
  readonly label: Pair;
  readonly hint?: Pair;
}

export type FieldKind =
  | 'text'
  | 'longtext'
  | 'digits'
  | 'idcard'
  | 'choice'
  | 'choices'
  | 'yesno'
  | 'photo'
  | 'photos'
  | 'date'
  /** A date, or 长期. */
  | 'date-end'
  | 'city'
  | 'bank'
  | 'branch';

export interface Field {
  /** Path in the official form. */
  readonly key: string;
  readonly kind: FieldKind;
  readonly label: Pair;
  readonly help?: Pair;
  readonly example?: string;
  readonly optional?: boolean;
  readonly when?: (values: Values) => boolean;
  readonly options?: readonly Option[] | ((values: Values) => readonly Option[]);
  /** An answer suggested by other fields, until the user types something else. */
  readonly suggest?: (values: Values) => string | undefined;
  /** For the page's own questions: derives the answer from a form that was sent. */
  readonly recall?: (values: Values) => Value | undefined;
  /** 1 to this many photos. */
  readonly most?: number;
  /** Fields that the server compares this one with: the other end of a period, a name that must be the same. */
  readonly compares?: readonly string[];
  /** Other paths whose errors are shown here. */
  readonly reports?: readonly string[];
}

export interface Step {
  readonly id: string;
  readonly title: Pair;
  readonly hint?: Pair;
  readonly fields: readonly Field[];
}

/** Pages of questions that make one official form. */
export interface Questions {
  readonly steps: readonly Step[];
  /** Turns the page's own answers into fields of the official form. */
  readonly derive: (values: Values) => Values;
}

export interface ApplicationForm extends Questions {
  readonly kind: ProviderKind;
}

export const text = (values: Values, key: string): string => {
  const value = values[key];
  return typeof value === 'string' ? value : '';
};
