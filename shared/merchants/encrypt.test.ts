import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { answerApplyMerchant } from './apply-merchant.ts';
import { encryptForm, masksOf, storableForm } from './encrypt.ts';
import { mobilePhone } from './schema/fields.ts';
import { sensitive } from './schema/sensitive.ts';
import { settlementForm } from './schema/settlement.ts';
import { leavesOf, schemaPaths } from './schema/walk.ts';
import { applyment4subForms } from './testing/applyment4sub.ts';
import { ecommerceForms } from './testing/ecommerce.ts';
import { FakeWechatPay } from './testing/fake-wechatpay.ts';
import { sensitivePaths } from './testing/sensitive-paths.ts';
import { alice, World } from './testing/world.ts';
import { formSchemas } from './validate.ts';

const kinds = ['ecommerce', 'applyment4sub'] as const;
const forms = { ecommerce: ecommerceForms, applyment4sub: applyment4subForms };

/** Where WeChat Pay's own rules put the same words in clear: the licence's name of its holder and its merchant. */
const clearByRule = /"(legal_person|merchant_name)":"[^"]*",?/g;

function sensitiveTexts(kind: (typeof kinds)[number], form: unknown): string[] {
  const merchants = leavesOf(formSchemas[kind], form)
    .filter(({ path }) => path.endsWith('.merchant_name'))
    .map(({ value }) => value);
  return leavesOf(formSchemas[kind], form)
    .filter((leaf) => leaf.kind === 'sensitive')
    .map(({ value }) => String(value))
    .filter((value) => !merchants.includes(value));
}

describe('the schemas', () => {
  it.each(kinds)('mark as sensitive what the documents of %s mark, and nothing else', (kind) => {
    const marked = schemaPaths(formSchemas[kind]).filter((path) => path.kind === 'sensitive');
    expect(marked.map(({ path }) => path).sort()).toEqual([...sensitivePaths[kind]].sort());
  });

  it('mark as sensitive what the document of a settlement change marks', () => {
    const marked = schemaPaths(settlementForm).filter((path) => path.kind === 'sensitive');
    expect(marked.map(({ path }) => path).sort()).toEqual([...sensitivePaths.settlement].sort());
  });
});

describe.each(kinds)('an application of %s, submitted through the function', (kind) => {
  it('leaves with every sensitive field readable by the platform key only, all under one key', async () => {
    await fc.assert(
      fc.asyncProperty(forms[kind], async (form) => {
        const world = new World(kind);
        await world.upload(alice, form);
        const request = { action: 'submit', requestToken: 'token-0123456789abcdef', form };
        const answer = await answerApplyMerchant(world.ports, alice, request);
        const { body, serial } = world.wechatPay.sent[0]!;
        const { out_request_no, business_code, ...sent } = JSON.parse(body);
        expect(serial).toBe('SERIAL1');
        const clear = leavesOf(formSchemas[kind], form);
        const left = leavesOf(formSchemas[kind], sent);
        expect(left.map(({ path }) => path)).toEqual(clear.map(({ path }) => path));
        for (const [index, leaf] of left.entries()) {
          if (leaf.kind !== 'sensitive') expect(leaf.value).toEqual(clear[index]?.value);
          else expect(world.wechatPay.openedByPlatform(String(leaf.value))).toBe(clear[index]?.value);
        }
        expectNoTrace(kind, form, [
          body,
          world.documents.dump(),
          world.logged.join('\n'),
          JSON.stringify(answer),
        ]);
      }),
      { numRuns: 40 },
    );
  });
});

function expectNoTrace(kind: (typeof kinds)[number], form: unknown, places: readonly string[]): void {
  const bytes = places.map((place) => place.replaceAll(clearByRule, ''));
  for (const text of sensitiveTexts(kind, form)) {
    for (const place of bytes) expect(place.includes(text), `“${text}” stayed in clear`).toBe(false);
  }
}

describe('a field that is added to a schema as sensitive', () => {
  const schema = z.strictObject({
    outer: z.optional(z.strictObject({ list: z.array(z.strictObject({ secret: sensitive([]) })) })),
    phone: mobilePhone(),
    plain: z.string(),
  });
  const form = { outer: { list: [{ secret: 'a' }, { secret: 'b' }] }, phone: '13800138000', plain: 'c' };
  const encryptor = { serial: 'S', encrypt: (text: string) => `<${text}>` };

  it('is encrypted wherever it is', () => {
    expect(encryptForm(form, schema, encryptor)).toEqual({
      serial: 'S',
      form: { outer: { list: [{ secret: '<a>' }, { secret: '<b>' }] }, phone: '<13800138000>', plain: 'c' },
    });
  });

  it('is not stored, but for a few last characters where the field allows it', () => {
    expect(storableForm(form, schema)).toEqual({ outer: { list: [{}, {}] }, plain: 'c' });
    expect(masksOf(form, schema)).toEqual([{ path: 'phone', mask: '…8000' }]);
  });

  it('cannot slip through under a name that the schema does not know', () => {
    expect(() => encryptForm({ ...form, phone2: '13800138000' }, schema, encryptor)).toThrow('unknown field');
    expect(() => encryptForm({ ...form, outer: 'x' }, schema, encryptor)).toThrow('not an object');
  });
});

describe('the key', () => {
  it('is asked for once for a whole request', async () => {
    const world = new FakeWechatPay('ecommerce');
    const [form] = fc.sample(ecommerceForms, { numRuns: 1, seed: 7 });
    const first = encryptForm(form, formSchemas.ecommerce, await world.encryptor());
    const second = encryptForm(form, formSchemas.ecommerce, await world.encryptor());
    expect([first.serial, second.serial]).toEqual(['SERIAL1', 'SERIAL2']);
    expect(first.form).not.toEqual(second.form);
  });
});
