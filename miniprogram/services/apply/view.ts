/** What a form field looks like on screen: fully computed, so that the template needs no logic. */
import { fill, type Pair, say } from '../../i18n/index';
import { answerOf, optionsOf, visibleFields } from './form';
import type { Field, Step, Value, Values } from './types';

export interface PhotoView {
  /** media_id once uploaded, a local name before. */
  readonly id: string;
  /** A picture on this device; lost after a restart, while the media_id stays valid. */
  readonly preview: string;
  readonly busy: boolean;
  readonly problem: string;
}

export interface FieldView {
  readonly key: string;
  readonly label: string;
  readonly help: string;
  readonly example: string;
  readonly optional: boolean;
  readonly error: string;
  readonly control: 'input' | 'textarea' | 'options' | 'select' | 'date' | 'region' | 'open' | 'photos';
  readonly inputType: string;
  readonly maxLength: number;
  readonly value: string;
  readonly text: string;
  readonly many: boolean;
  /** Two short choices, side by side. */
  readonly pair: boolean;
  readonly options: readonly {
    readonly value: string;
    readonly label: string;
    readonly hint: string;
    readonly chosen: boolean;
  }[];
  readonly index: number;
  readonly dateValue: string;
  /** Names of province and city. */
  readonly region: readonly string[];
  readonly longTerm: boolean;
  readonly isLong: boolean;
  readonly photos: readonly PhotoView[];
  readonly single: boolean;
  readonly canAdd: boolean;
}

export interface ViewContext {
  readonly values: Values;
  readonly labels: Readonly<Record<string, string>>;
  readonly errors: Readonly<Record<string, Pair>>;
  /** The last characters of answers that were sent and are not kept, by field key. */
  readonly masks: Readonly<Record<string, string>>;
  /** Photos being uploaded, by field key. */
  readonly uploads: Readonly<Record<string, readonly PhotoView[]>>;
  /** Pictures on this device by media_id. */
  readonly previews: Readonly<Record<string, string>>;
}

/** Up to this many choices are shown on the page; more use a picker. */
const mostShown = 7;
const sentBefore: Pair = ['上次填写：{mask}', 'Sent before: {mask}'];
const yesNo = [
  { value: 'yes', label: ['是', 'Yes'] as Pair },
  { value: 'no', label: ['否', 'No'] as Pair },
];

export function viewStep(step: Step, context: ViewContext): FieldView[] {
  return visibleFields(step, context.values).map((field) => viewField(field, context));
}

function viewField(field: Field, context: ViewContext): FieldView {
  const answer = answerOf(field, context.values);
  const error = context.errors[field.key];
  const mask = context.masks[field.key];
  const photos = photosOf(field, answer, context);
  const most = field.kind === 'photos' ? (field.most ?? 1) : 1;
  const options = choicesOf(field, answer, context.values);
  const value = typeof answer === 'string' ? answer : '';
  return {
    key: field.key,
    label: say(field.label),
    help: field.help ? say(field.help) : '',
    example: mask ? fill(say(sentBefore), { mask }) : (field.example ?? ''),
    optional: field.optional ?? false,
    error: error ? say(error) : '',
    control: controlOf(field, options.length),
    inputType: field.kind === 'digits' ? 'number' : field.kind === 'idcard' ? 'idcard' : 'text',
    maxLength: 256,
    value,
    text: context.labels[field.key] || options.find(({ chosen }) => chosen)?.label || value,
    many: field.kind === 'choices',
    pair: field.kind === 'yesno',
    options,
    index: Math.max(
      0,
      options.findIndex(({ chosen }) => chosen),
    ),
    region: (context.labels[field.key] ?? '').split(' ').filter(Boolean),
    dateValue: /^\d/.test(value) ? value : '',
    longTerm: field.kind === 'date-end',
    isLong: value === '长期',
    photos,
    single: most === 1,
    canAdd: photos.length < most,
  };
}

function controlOf(field: Field, count: number): FieldView['control'] {
  switch (field.kind) {
    case 'longtext':
      return 'textarea';
    case 'choice':
      return count > mostShown ? 'select' : 'options';
    case 'choices':
    case 'yesno':
      return 'options';
    case 'photo':
    case 'photos':
      return 'photos';
    case 'date':
    case 'date-end':
      return 'date';
    case 'city':
      return 'region';
    case 'bank':
    case 'branch':
      return 'open';
    default:
      return 'input';
  }
}

function choicesOf(field: Field, answer: Value | undefined, values: Values): FieldView['options'] {
  const options = field.kind === 'yesno' ? yesNo : optionsOf(field, values);
  const isChosen = (value: string) => {
    if (field.kind === 'yesno') return answer === (value === 'yes');
    return Array.isArray(answer) ? answer.includes(value) : answer === value;
  };
  return options.map((option) => ({
    value: option.value,
    label: say(option.label),
    hint: 'hint' in option && option.hint ? say(option.hint) : '',
    chosen: isChosen(option.value),
  }));
}

function photosOf(field: Field, answer: Value | undefined, context: ViewContext): PhotoView[] {
  if (field.kind !== 'photo' && field.kind !== 'photos') return [];
  const ids = Array.isArray(answer) ? answer : typeof answer === 'string' && answer ? [answer] : [];
  const under = context.uploads[field.key] ?? [];
  const done = ids.map((id: string) => ({
    id,
    preview: context.previews[id] ?? '',
    busy: false,
    problem: '',
  }));
  // While a single photo is being replaced, hide the old one.
  return field.kind === 'photo' && under.length > 0 ? [...under] : [...done, ...under];
}

/** The answer after a tap on a choice: one of a radio group, a check group with the choice toggled, yes or no. */
export function chosen(field: Field, before: Value | undefined, value: string): Value {
  if (field.kind === 'yesno') return value === 'yes';
  if (field.kind !== 'choices') return value;
  const list = Array.isArray(before) ? (before as readonly string[]) : [];
  return list.includes(value) ? list.filter((other) => other !== value) : [...list, value];
}

/** A list of photos with one added or replaced. */
export function withPhoto(before: Value | undefined, mediaId: string, replacing: string): readonly string[] {
  const list = Array.isArray(before) ? (before as readonly string[]) : [];
  return list.includes(replacing) ? list.map((id) => (id === replacing ? mediaId : id)) : [...list, mediaId];
}
