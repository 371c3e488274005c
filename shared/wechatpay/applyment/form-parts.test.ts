import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { coreRoutes } from '../routes/generated/core-routes.ts';
import { formSchemas } from './check.ts';
import { formParts } from './form-parts.ts';
import { mobilePhone } from './forms/fields.ts';
import { media, personal, sensitive } from './forms/sensitive.ts';
import { settlementForm } from './forms/settlement.ts';
import { schemaPaths } from './forms/walk.ts';

describe('the schemas', () => {
  it.each([
    ['POST /v3/ecommerce/applyments/', formSchemas.ecommerce],
    ['POST /v3/applyment4sub/applyment/', formSchemas.partner],
    ['POST /v3/apply4sub/sub_merchants/{sub_mchid}/modify-settlement', settlementForm],
  ] as const)('mark as sensitive what the client encrypts, and nothing else: %s', (route, schema) => {
    const marked = schemaPaths(schema).filter(({ kind }) => kind === 'sensitive');
    expect(marked.map(({ path }) => path).sort()).toEqual(coreRoutes[route].encrypt!.split(' ').sort());
  });
});

it.each([
  [
    'partner',
    ['subject_info.business_license_info.legal_person', 'subject_info.certificate_info.legal_person'],
  ],
  ['ecommerce', ['business_license_info.legal_person']],
] as const)(
  'the legal person of %s goes to WeChat Pay in clear, and is marked as personal',
  (kind, paths) => {
    const marked = schemaPaths(formSchemas[kind]).filter((leaf) => leaf.kind === 'personal');
    expect(marked.map(({ path }) => path)).toEqual(paths);
  },
);

describe('the parts of a form', () => {
  const schema = z.strictObject({
    outer: z.optional(
      z.strictObject({ list: z.array(z.strictObject({ secret: sensitive([]), copy: z.optional(media()) })) }),
    ),
    phone: mobilePhone(),
    film: media('video'),
    legal_person: personal(),
    plain: z.string(),
  });
  const form = {
    outer: { list: [{ secret: 'a', copy: 'M1' }, { secret: 'b' }] },
    phone: '13800138000',
    film: 'M2',
    legal_person: '张三',
    plain: 'c',
  };

  it('are what may be stored, without anything that names a person', () => {
    expect(formParts(schema, form).storable).toEqual({
      outer: { list: [{ copy: 'M1' }, {}] },
      film: 'M2',
      plain: 'c',
    });
  });

  it('are a few last characters, where the field allows it', () => {
    expect(formParts(schema, form).masks).toEqual([{ path: 'phone', mask: '…8000' }]);
  });

  it('show at most half of a value', () => {
    const tails = z.strictObject({ at: sensitive([], { keepTail: 4 }) });
    expect(formParts(tails, { at: '12345678' }).masks).toEqual([{ path: 'at', mask: '…5678' }]);
    expect(formParts(tails, { at: '1234567' }).masks).toEqual([]);
  });

  it('show the end of an account number, as of a telephone number, and of nothing else', () => {
    const form = { account_number: '6222020000001234', account_name: '示例有限公司北京分公司' };
    expect(formParts(settlementForm, form).masks).toEqual([{ path: 'account_number', mask: '…1234' }]);
  });

  it('are its media, with what is wanted in their places', () => {
    expect(formParts(schema, form).media).toEqual([
      { path: 'outer.list.0.copy', mediaId: 'M1', kind: 'image' },
      { path: 'film', mediaId: 'M2', kind: 'video' },
    ]);
  });

  it('are nothing of a form that the schema does not know', () => {
    expect(() => formParts(schema, { ...form, phone2: '13800138000' })).toThrow('unknown field');
    expect(() => formParts(schema, { ...form, outer: 'x' })).toThrow('not an object');
  });
});
