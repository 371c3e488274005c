import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { subjectTypes } from './schema/applyment4sub.ts';
import { organizationTypes } from './schema/ecommerce.ts';
import { applyment4subFormOf } from './testing/applyment4sub.ts';
import { ecommerceFormOf } from './testing/ecommerce.ts';
import { checkForm } from './validate.ts';

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
        expect(checkForm('applyment4sub', form, nowMs)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});
