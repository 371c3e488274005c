import { describe, expect, test } from 'vitest';
import { validApplications } from '../testing/forms.ts';
import { change, refusalOf } from '../testing/mutate.ts';
import type { Json } from './check.ts';
import { formFields } from './check-form.ts';
import type { FormField, FormFields } from './form.ts';

interface Spot {
  readonly pointer: string;
  readonly rule: FormField;
}

/** Every field that a form has, with its rule. */
function spots(fields: FormFields, form: Json, at = ''): Spot[] {
  return Object.entries(form).flatMap(([name, value]) => spotsIn(fields[name]!, value, `${at}/${name}`));
}

function spotsIn(rule: FormField, value: unknown, pointer: string): Spot[] {
  const own = { pointer, rule };
  if (rule.type === 'object') return [own, ...spots(rule.fields, value as Json, pointer)];
  if (rule.type !== 'array') return [own];
  return [own, ...(value as unknown[]).flatMap((item, at) => spotsIn(rule.items, item, `${pointer}/${at}`))];
}

describe.each(['ecommerce', 'applyment4sub'] as const)('%s forms', (kind) => {
  const cases = validApplications(kind).map((it) => ({ ...it, spots: spots(formFields[kind], it.form) }));

  test.each(cases)('$subjectType $variant is accepted', ({ form }) => {
    expect(refusalOf(kind, form)).toBeUndefined();
  });

  test('the variants together use every field there is', () => {
    const used = new Set(
      cases.flatMap((it) => it.spots.map(({ pointer }) => pointer.replace(/\/\d+/g, '/*'))),
    );
    const all = allPointers(formFields[kind]);
    expect(all.filter((pointer) => !used.has(pointer) && !rarelyUsed.test(pointer))).toEqual([]);
  });

  test.each(cases)('$subjectType $variant without a required field is refused there', ({ form, spots }) => {
    for (const { pointer, rule } of spots) {
      if (rule.optional || /\/\d+$/.test(pointer)) continue;
      const refusal = refusalOf(kind, change(form, pointer, undefined));
      expect(refusal, pointer).toMatchObject({ code: 'PARAM_ERROR', pointer });
    }
  });

  test.each(cases)(
    '$subjectType $variant with a value of another type is refused there',
    ({ form, spots }) => {
      for (const { pointer, rule } of spots) {
        const wrong = rule.type === 'integer' ? '719' : 65;
        expect(refusalOf(kind, change(form, pointer, wrong)), pointer).toMatchObject({
          code: 'PARAM_ERROR',
          pointer,
        });
      }
    },
  );

  test.each(cases)('$subjectType $variant with an empty text is refused there', ({ form, spots }) => {
    for (const { pointer } of spots.filter(({ rule }) => rule.type === 'string')) {
      expect(refusalOf(kind, change(form, pointer, '')), pointer).toMatchObject({ pointer });
    }
  });

  test.each(cases)(
    '$subjectType $variant with a text that is too long is refused there',
    ({ form, spots }) => {
      for (const { pointer, rule } of spots) {
        if (rule.type !== 'string' || rule.max === undefined) continue;
        expect(refusalOf(kind, change(form, pointer, '一'.repeat(rule.max + 1))), pointer).toMatchObject({
          pointer,
        });
      }
    },
  );

  test.each(cases)(
    '$subjectType $variant with an unknown field in any part is refused there',
    ({ form, spots }) => {
      const parts = ['', ...spots.filter(({ rule }) => rule.type === 'object').map(({ pointer }) => pointer)];
      for (const part of parts) {
        const pointer = `${part}/made_up`;
        expect(refusalOf(kind, change(form, pointer, 'x')), pointer).toMatchObject({ pointer });
      }
    },
  );

  test.each(cases)(
    '$subjectType $variant with a value outside an enumeration is refused there',
    ({ form, spots }) => {
      for (const { pointer, rule } of spots) {
        if (rule.type !== 'string' || !rule.oneOf) continue;
        expect(refusalOf(kind, change(form, pointer, 'NO_SUCH_VALUE')), pointer).toMatchObject({ pointer });
      }
    },
  );

  test.each(cases)(
    '$subjectType $variant never has a clear sensitive value in a refusal',
    ({ form, spots }) => {
      for (const { pointer, rule } of spots) {
        if (rule.type !== 'string' || !rule.sensitive) continue;
        const refusal = refusalOf(kind, change(form, pointer, '秘密'.repeat(2_000)));
        expect(refusal, pointer).toMatchObject({ code: 'PARAM_ERROR', pointer });
        expect(JSON.stringify(refusal), pointer).not.toContain('秘密');
      }
    },
  );
});

function allPointers(fields: FormFields, at = ''): string[] {
  return Object.entries(fields).flatMap(([name, rule]) => pointersIn(rule, `${at}/${name}`));
}

function pointersIn(rule: FormField, pointer: string): string[] {
  if (rule.type === 'object') return [pointer, ...allPointers(rule.fields, pointer)];
  return rule.type === 'array' ? [pointer, ...pointersIn(rule.items, `${pointer}/*`)] : [pointer];
}

/** Alternatives to a field that a form has, the special 小微 part, and the provider's own appids. */
const rarelyUsed =
  /micro_biz_info|_activities_rate$|bank_branch_id$|bank_name$|biz_sub_appid|web_appid|\/(mp|mini_program|app)_appid$|id_doc_(address|copy_back)$/;
