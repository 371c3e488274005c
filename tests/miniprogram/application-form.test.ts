/**
 * The application form of the mini-program against the rules of the functions: whatever a user chooses, a form
 * with nothing missing is one that the server takes. Modules of the mini-program are loaded by path, since they are
 * typed for another runtime.
 */
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkForm as checkBySimulator } from '../../sandbox/wechatpay/onboarding/rules/check-form.ts';
import { fieldErrorsOf } from '../../shared/merchants/field-errors.ts';
import { checkForm } from '../../shared/wechatpay/applyment/check.ts';

type Values = Record<string, unknown>;
interface Field {
  readonly key: string;
  readonly kind: string;
  readonly optional?: boolean;
}
interface Step {
  readonly fields: readonly Field[];
}
interface ApplicationForm {
  readonly kind: 'ecommerce' | 'partner';
  readonly steps: readonly Step[];
}
interface FormModule {
  visibleFields(step: Step, values: Values): Field[];
  visibleSteps(form: ApplicationForm, values: Values): Step[];
  missingFields(step: Step, values: Values): Field[];
  withImplied(form: ApplicationForm, values: Values): Values;
  optionsOf(field: Field, values: Values): { value: string }[];
  toForm(form: ApplicationForm, values: Values): Record<string, unknown>;
  placeErrors(
    form: ApplicationForm,
    values: Values,
    errors: { path: string; message: string; messageEn: string }[],
  ): { byKey: Record<string, unknown>; elsewhere: unknown[] };
}

const load = async <T>(name: string): Promise<T> =>
  (await import(fileURLToPath(new URL(`../../miniprogram/services/apply/${name}.ts`, import.meta.url)))) as T;

const form = await load<FormModule>('form');
const { ecommerceForm } = await load<{ ecommerceForm: ApplicationForm }>('ecommerce');
const { applyment4subForm } = await load<{ applyment4subForm: ApplicationForm }>('applyment4sub');
const nowMs = Date.parse('2026-06-01T12:00:00+08:00');

/** Numbers that fit the kind of document that was chosen. */
const documentNumbers: readonly [RegExp, string][] = [
  [/OVERSEA_PASSPORT/, 'E12345678'],
  [/HONGKONG(_PASSPORT)?$/, 'H12345678'],
  [/MACAO(_PASSPORT)?$/, 'M12345678'],
  [/TAIWAN(_PASSPORT)?$/, '12345678'],
  [/FOREIGN_RESIDENT/, '123456789012345'],
  [/HONGKONG_MACAO_RESIDENT/, '810000199408230021'],
  [/TAIWAN_RESIDENT/, '830000199201300022'],
];

const texts: readonly [RegExp, string][] = [
  [/(licen[cs]e|cert)_number$/, '91440300MA5FXT0K2M'],
  [/merchant_name$/, '示例小吃店'],
  [/shortname$/, '示例小吃'],
  [/(period|time|_time)_begin$|\.begin$/, '2020-01-01'],
  [/service_phone$/, '075586013388'],
  [/mobile_phone$/, '13800138000'],
  [/email$/, 'name@example.com'],
  [/account_number$/, '6222020000000000000'],
  [/settlement_id$/, '719'],
  [/url$|link$|domain$/, 'https://shop.example.com/a'],
  [/appid$|corp_id$/, 'wx1234567890abcdef'],
  [/address$/, '深圳市南山区科技路一号'],
  [/branch_id$/, '402713354941'],
];

function textFor(key: string, values: Values): string {
  if (/number$/.test(key) && !/account|licen|cert/.test(key)) {
    const typeKey = /contact/.test(key)
      ? 'contact_info.contact_id_doc_type'
      : /ubo/.test(key)
        ? key.replace(/_number$/, '_type')
        : /id_doc_number$/.test(key)
          ? key.replace(/id_doc_info\.id_doc_number$/, 'id_doc_type')
          : '';
    const type = String(values[typeKey] ?? 'IDCARD');
    const nth = Number(/ubo_info_list\.(\d)/.exec(key)?.[1] ?? 0);
    if (/IDCARD/.test(type)) return idNumber(`1101051949123100${nth}`);
    const number = documentNumbers.find(([pattern]) => pattern.test(type))?.[1] ?? '';
    return number.slice(0, -1) + nth;
  }
  return texts.find(([pattern]) => pattern.test(key))?.[1] ?? '林小满';
}

/** 17 digits and their check character (GB 11643). */
function idNumber(start: string): string {
  const digits = start.padEnd(17, '2').slice(0, 17);
  const sum = [...digits].reduce(
    (total, digit, index) => total + Number(digit) * (2 ** (17 - index) % 11),
    0,
  );
  return digits + '10X98765432'[sum % 11];
}

/** An answer as the page stores it, or undefined to leave an optional question open. */
function answerFor(field: Field, values: Values, pick: (count: number) => number): unknown {
  if (field.optional && pick(2) === 0) return undefined;
  switch (field.kind) {
    case 'choice': {
      const options = form.optionsOf(field, values);
      return options[pick(options.length)]?.value;
    }
    case 'choices': {
      const chosen = form.optionsOf(field, values).filter(() => pick(2) === 0);
      return (chosen.length > 0 ? chosen : form.optionsOf(field, values).slice(0, 1)).map(
        ({ value }) => value,
      );
    }
    case 'yesno':
      return pick(2) === 0;
    case 'photo':
      return 'V1_media-id';
    case 'photos':
      return ['V1_media-id'];
    case 'date-end':
      return '长期';
    case 'city':
      return '440300';
    case 'bank':
      return '工商银行';
    default:
      return textFor(field.key, values);
  }
}

/** Fills in the form like a user: step by step, and each step until no more fields appear. */
function fillIn(kind: ApplicationForm, choices: readonly number[]): Values {
  let used = 0;
  const pick = (count: number) => (choices[used++ % choices.length] ?? 0) % count;
  let values: Values = {};
  const all = () => form.withImplied(kind, values);
  for (let step = 0; step < form.visibleSteps(kind, all()).length; step += 1) {
    const asked = new Set<string>();
    const nextQuestion = () => {
      const current = form.visibleSteps(kind, all())[step];
      if (!current) return undefined;
      const missing = new Set(form.missingFields(current, all()).map(({ key }) => key));
      return form
        .visibleFields(current, all())
        .find(({ key, optional }) => !asked.has(key) && (optional || missing.has(key)));
    };
    for (let field = nextQuestion(); field; field = nextQuestion()) {
      asked.add(field.key);
      const answer = answerFor(field, all(), pick);
      if (answer !== undefined) values = { ...values, [field.key]: answer };
    }
  }
  return values;
}

/** @throws for what the simulator, which reads the same pages on its own, refuses */
function simulate({ kind }: ApplicationForm, answers: Record<string, unknown>): void {
  const context = { today: '2026-06-01', providerAppids: ['wx1234567890abcdef'] };
  if (kind === 'ecommerce') checkBySimulator('ecommerce', { out_request_no: 'T1', ...answers }, context);
  else checkBySimulator('applyment4sub', { business_code: 'T1', ...answers }, context);
}

describe.each([
  ['电商收付通', ecommerceForm],
  ['特约商户', applyment4subForm],
] as const)('the form of %s', (_, kind) => {
  const someChoices = fc.array(fc.nat(5039), { minLength: 30, maxLength: 60 });

  test('a form with nothing missing is taken by the server, whatever was chosen', () => {
    fc.assert(
      fc.property(someChoices, (choices) => {
        const values = fillIn(kind, choices);
        const missing = form
          .visibleSteps(kind, form.withImplied(kind, values))
          .flatMap((step) => form.missingFields(step, form.withImplied(kind, values)));
        expect(missing).toEqual([]);
        expect(checkForm(kind.kind, form.toForm(kind, values), nowMs)).toEqual([]);
        expect(() => simulate(kind, form.toForm(kind, values))).not.toThrow();
      }),
      { numRuns: 100 },
    );
  });

  test('leaving out one answer makes an error that shows at a field on screen', () => {
    fc.assert(
      fc.property(someChoices, fc.nat(), (choices, which) => {
        const values = fillIn(kind, choices);
        const keys = Object.keys(values).filter(
          (key) => !/^_|organization_type|subject_type/.test(key) && values[key] !== false,
        );
        const { [keys[which % keys.length] ?? '']: _left, ...rest } = values;
        const errors = fieldErrorsOf(checkForm(kind.kind, form.toForm(kind, rest), nowMs));
        const { elsewhere } = form.placeErrors(kind, form.withImplied(kind, rest), errors);
        expect({ elsewhere, errors: elsewhere.length > 0 ? errors : [] }).toEqual({
          elsewhere: [],
          errors: [],
        });
      }),
      { numRuns: 60 },
    );
  });
});
