import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkForm, type FormKind } from './check.ts';
import { subjectTypes } from './forms/applyment4sub.ts';
import { organizationTypes } from './forms/ecommerce.ts';
import { type MessageKey, messages } from './messages.ts';
import { applyment4subFormOf } from './testing/applyment4sub.ts';
import { formWith, withChanges } from './testing/cases.ts';
import { ecommerceFormOf } from './testing/ecommerce.ts';

const nowMs = Date.parse('2026-11-24T10:00:00+08:00');

describe('a valid application', () => {
  it.each(organizationTypes)('of subject %s passes as a 二级商户进件', (subject) => {
    fc.assert(
      fc.property(ecommerceFormOf(subject), (form) => {
        expect(checkForm('ecommerce', form, nowMs)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it.each(subjectTypes)('of subject %s passes as a 特约商户进件', (subject) => {
    fc.assert(
      fc.property(applyment4subFormOf(subject), (form) => {
        expect(checkForm('partner', form, nowMs)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});

describe('the message about a field', () => {
  const wrong = (kind: FormKind, subject: string, changes: Record<string, unknown>) =>
    checkForm(kind, withChanges(formWith(kind, subject, []), changes), nowMs);

  it.each([[undefined], [null], [[]]])('names the form itself when it is %j', (form) => {
    expect(checkForm('ecommerce', form, nowMs)).toContainEqual({ path: '', ...messages.notJson });
  });

  it.each<[string, unknown, MessageKey, string?]>([
    ['merchant_shortname', undefined, 'required'],
    ['merchant_shortname', null, 'type'],
    ['merchant_shortname', 7, 'type'],
    ['merchant_shortname', [], 'type'],
    ['account_info', undefined, 'required'],
    ['account_info', null, 'type'],
    ['account_info', 'x', 'type'],
    ['account_info.account_bank', undefined, 'required'],
    ['account_info.account_bank', null, 'type'],
    ['account_info.account_bank', '火星银行', 'choice'],
    ['account_info.account_bank', 7, 'choice'],
    ['finance_institution', 'yes', 'type'],
    ['qualifications', [], 'tooShort'],
    ['qualifications', Array(6).fill('M1'), 'tooLong'],
    ['qualifications', ['M1', 'no media id'], 'mediaId', 'qualifications.1'],
    ['qualifications', ['M'.repeat(257)], 'tooLong', 'qualifications.0'],
    ['extra', 'x', 'unknownField'],
    ['account_info.extra', 'x', 'unknownField'],
  ])('says what is wrong when %s is %j', (path, value, key, at = path) => {
    expect(wrong('ecommerce', '2401', { [path]: value })).toEqual([{ path: at, ...messages[key] }]);
  });

  it('is one, and the value comes before other fields', () => {
    const found = wrong('ecommerce', '2', { 'account_info.account_name': '1' });
    expect(found).toEqual([{ path: 'account_info.account_name', ...messages.length }]);
  });
});

describe('a form that is wrong in many places', () => {
  it('is answered with all of them at once', () => {
    const form = withChanges(formWith('ecommerce', '2401', []), {
      'contact_info.mobile_phone': '1',
      'account_info.account_number': 'abc',
      merchant_shortname: '',
      extra: true,
      business_license_info: 'x',
    });
    const paths = checkForm('ecommerce', form, nowMs).map(({ path }) => path);
    expect(paths.sort()).toEqual([
      'account_info.account_number',
      'business_license_info',
      'contact_info.mobile_phone',
      'extra',
      'merchant_shortname',
    ]);
  });

  it.each([[null], ['text'], [[]], [7]])('or no form at all (%j) never makes the check fail', (form) => {
    for (const kind of ['ecommerce', 'partner'] as const) {
      expect(checkForm(kind, form, nowMs).length).toBeGreaterThan(0);
    }
  });

  it('or any JSON never makes the check fail', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom('ecommerce' as const, 'partner' as const), (form, kind) => {
        expect(checkForm(kind, form, nowMs).length).toBeGreaterThan(0);
      }),
    );
  });
});
