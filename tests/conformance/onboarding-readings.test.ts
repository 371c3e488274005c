/**
 * The pages of 进件 were implemented twice, independently: shared/merchants for the shop,
 * sandbox/wechatpay/onboarding for the simulator. Here both check the same forms. What WeChat Pay would refuse and we
 * would let through is a mistake; where we are stricter, the reason stands below with the page that says so.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkForm as checkedBySimulator } from '../../sandbox/wechatpay/onboarding/rules/check-form.ts';
import {
  microApplications,
  sensitivePaths,
  validApplications,
} from '../../sandbox/wechatpay/onboarding/testing/forms.ts';
import { checkForm, formSchemas } from '../../shared/wechatpay/applyment/check.ts';
import { subjectTypes } from '../../shared/wechatpay/applyment/forms/applyment4sub.ts';
import { organizationTypes } from '../../shared/wechatpay/applyment/forms/ecommerce.ts';
import { schemaPaths } from '../../shared/wechatpay/applyment/forms/walk.ts';
import { type MessageKey, messages } from '../../shared/wechatpay/applyment/messages.ts';
import { applyment4subFormOf } from '../../shared/wechatpay/applyment/testing/applyment4sub.ts';
import { ecommerceFormOf } from '../../shared/wechatpay/applyment/testing/ecommerce.ts';
import { choicesOf, type Mutation, mutationsOf, transplantsOf } from './mutations.ts';
import type { Kind } from './provider.ts';

/** What the simulator calls the application of a kind of provider. */
const simulated = { ecommerce: 'ecommerce', partner: 'applyment4sub' } as const;
const nowMs = Date.parse('2026-11-24T10:00:00+08:00');
const appids = (form: unknown) => JSON.stringify(form).match(/wx\d{16}/g) ?? [];

const subjects: [Kind, string, fc.Arbitrary<Record<string, unknown>>][] = [
  ...organizationTypes.map((subject): [Kind, string, fc.Arbitrary<Record<string, unknown>>] => [
    'ecommerce',
    subject,
    ecommerceFormOf(subject),
  ]),
  ...subjectTypes.map((subject): [Kind, string, fc.Arbitrary<Record<string, unknown>>] => [
    'partner',
    subject,
    applyment4subFormOf(subject),
  ]),
];

/**
 * Where ours may refuse what the simulator lets through. pay.weixin.qq.com/doc/v3/partner/4012713017 unless said:
 * spaces and line breaks around a text (前后不能有空格、制表符、换行符), number forms by document type, addresses of 4 to 128
 * characters, 214 bytes for RSA-OAEP, one of the two where the page says 二选一, the activity id of a promotional rate
 * (特约商户). `type` is null where nothing should be: the official answer to that is 系统繁忙. Forms of media_ids and of
 * numbers that no page spells out are our own caution against what cannot be right.
 */
const stricter: readonly MessageKey[] = [
  ...(['trim', 'printable', 'letters', 'length', 'tooLongToEncrypt', 'exactlyOne', 'notBoth'] as const),
  ...(['licenceNumber', 'certNumber', 'needsActivity'] as const),
  ...([
    'type',
    'mediaId',
    'appid',
    'activityId',
    'servicePhone',
    'url',
    'notBegun',
    'notForSubject',
  ] as const),
];
const stricterTexts = new Set<string>(stricter.map((key) => messages[key].en));

function simulatorRefuses(kind: Kind, form: Record<string, unknown>): string | undefined {
  const number = kind === 'ecommerce' ? { out_request_no: 'T1' } : { business_code: 'T1' };
  const context = { today: '2026-11-24', providerAppids: appids(form) };
  try {
    checkedBySimulator(simulated[kind], { ...number, ...form }, context);
    return undefined;
  } catch (error) {
    const { code, message } = error as Error & { code?: string };
    return code === 'PARAM_ERROR' ? message : `not PARAM_ERROR: ${code} ${message}`;
  }
}

/** A sentence about every form on which the two do not agree. */
function disagreements(kind: Kind, mutations: Iterable<Mutation>): string[] {
  const found: string[] = [];
  for (const { path, what, form } of mutations) {
    const ours = checkForm(kind, form, nowMs);
    const theirs = simulatorRefuses(kind, form);
    if (theirs?.startsWith('not PARAM_ERROR')) found.push(`${path} ${what}: ${theirs}`);
    if (theirs !== undefined && ours.length === 0)
      found.push(`${path} ${what}: only the simulator: ${theirs}`);
    if (theirs === undefined && ours.some(({ en }) => !stricterTexts.has(en))) {
      found.push(`${path} ${what}: only ours: ${ours.map(({ en }) => en).join(', ')}`);
    }
  }
  return [...new Set(found)];
}

const documents = ['IDCARD', 'MAINLAND_IDCARD', 'OVERSEA_PASSPORT', 'HONGKONG', 'HONGKONG_PASSPORT', 'BOGUS'];
const documentTypes = documents.map((name) => `IDENTIFICATION_TYPE_${name}`);
const choices = {
  organization_type: [...organizationTypes, '1'],
  subject_type: [...subjectTypes, 'SUBJECT_TYPE_BOGUS'],
  cert_type: ['2388', '2389', '2394', '2390', '2400', '9999'].map((number) => `CERTIFICATE_TYPE_${number}`),
  id_doc_type: documentTypes,
  ubo_id_doc_type: documentTypes,
  contact_id_doc_type: documentTypes,
  id_holder_type: ['LEGAL', 'SUPER', 'OTHER'],
  contact_type: ['65', '66', '67', 'LEGAL', 'SUPER'],
  bank_account_type: ['74', '75', 'BANK_ACCOUNT_TYPE_CORPORATE', 'BANK_ACCOUNT_TYPE_PERSONAL'],
  finance_type: ['BANK_AGENT', 'BANK'],
  micro_biz_type: ['MICRO_TYPE_STORE', 'MICRO_TYPE_MOBILE', 'MICRO_TYPE_ONLINE', 'MICRO_TYPE_BOGUS'],
  account_bank: ['其他银行', '工商银行', '火星银行'],
  sales_scenes_type: ['SALES_SCENES_STORE', 'SALES_SCENES_BOGUS'],
};

describe.each(subjects)('on %s of subject %s', (kind, _, arbitrary) => {
  it('both call our valid forms valid', () => {
    fc.assert(
      fc.property(arbitrary, (form) => {
        expect(checkForm(kind, form, nowMs)).toEqual([]);
        expect(simulatorRefuses(kind, form)).toBeUndefined();
      }),
      { numRuns: 30 },
    );
  });

  it('both refuse the same single-field mistakes', () => {
    for (const form of fc.sample(arbitrary, { numRuns: 1, seed: 20261124 })) {
      expect(disagreements(kind, mutationsOf(form))).toEqual([]);
    }
  }, 60_000);

  it('both refuse the same fields of other applications', () => {
    const donors = subjects
      .filter(([kindOfDonor]) => kindOfDonor === kind)
      .flatMap(([, , other]) => fc.sample(other, { numRuns: 5, seed: 5 }));
    for (const form of fc.sample(arbitrary, { numRuns: 2, seed: 9 })) {
      expect(disagreements(kind, transplantsOf(form, donors))).toEqual([]);
    }
  }, 60_000);

  it('both allow the same choices', () => {
    for (const form of fc.sample(arbitrary, { numRuns: 4, seed: 7 })) {
      expect(disagreements(kind, choicesOf(form, choices))).toEqual([]);
    }
  }, 60_000);
});

describe.each(['ecommerce', 'partner'] as const)('on %s', (kind) => {
  const theirs = [...validApplications(simulated[kind]), ...(kind === 'partner' ? microApplications() : [])];
  it.each(theirs)('ours calls the simulator’s $subjectType ($variant) valid', ({ form }) => {
    const { out_request_no, business_code, ...ours } = form;
    expect(checkForm(kind, ours, nowMs)).toEqual([]);
  });

  it('both mark the same fields as sensitive', () => {
    const ours = schemaPaths(formSchemas[kind]).filter((leaf) => leaf.kind === 'sensitive');
    const pointers = ours.map(({ path }) => `/${path.replaceAll('[]', '/*').replaceAll('.', '/')}`);
    expect(pointers.sort()).toEqual(sensitivePaths(simulated[kind]).sort());
  });
});
