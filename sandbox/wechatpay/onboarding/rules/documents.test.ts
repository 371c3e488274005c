import { describe, expect, test } from 'vitest';
import { documentBeginRule } from './clear.ts';
import { applyment4subDocuments, ecommerceDocuments } from './documents.ts';

const families = [
  ['ecommerce', ecommerceDocuments, ''],
  ['applyment4sub', applyment4subDocuments, '_PASSPORT'],
] as const;

const numbers = [
  ['OVERSEA_PASSPORT', ['E123', 'A-12345678', 'A12345678901234'], ['E12', 'A123456789012345', 'E 123']],
  ['HONGKONG', ['H12345678', 'h1234567801'], ['M12345678', 'H1234567', 'H123456789']],
  ['MACAO', ['M12345678', 'm1234567801'], ['H12345678', 'M123456789']],
  ['TAIWAN', ['12345678', '1234567801'], ['123456789', 'T1234567']],
  ['FOREIGN_RESIDENT', ['ABC123456789012'], ['ABC12345678901', 'ABC-23456789012']],
  ['HONGKONG_MACAO_RESIDENT', ['81000019800101001X'], ['81000019800101001x', '8100001980010100']],
  ['TAIWAN_RESIDENT', ['830000198001010012'], ['83000019800101001', 'H12345678']],
] as const;

const passes = ['HONGKONG', 'MACAO', 'TAIWAN'];

describe.each(families)('the documents of %s', (_, family, suffix) => {
  test.each(numbers)('a number of %s has the form of its type', (name, right, wrong) => {
    const type = `IDENTIFICATION_TYPE_${name}${passes.includes(name) ? suffix : ''}`;
    const rule = family.numberRules[type]!;
    for (const number of right) expect([number, rule(number, '2026-06-01')]).toEqual([number, undefined]);
    for (const number of wrong) expect(rule(number, '2026-06-01')).toContain('证件号码格式错误');
  });

  test('an ID card of 15 digits is none any more', () => {
    const rule = family.numberRules[family.idCard]!;
    expect(rule('440305900307104', '2026-06-01')).toBe('身份证号码格式错误，应为17位数字+1位数字|X');
  });

  test('every type has a rule', () => {
    expect(family.all).toHaveLength(8);
    for (const type of family.all) expect(family.numberRules[type]).toBeTypeOf('function');
  });
});

test('a document of a person began before today, and not before 1900', () => {
  const today = '2026-06-01';
  expect(documentBeginRule('2026-05-31', today)).toBeUndefined();
  expect(documentBeginRule('1900-01-01', today)).toBeUndefined();
  for (const day of [today, '2026-06-02', '1899-12-31', '2026-02-30', '长期']) {
    expect([day, documentBeginRule(day, today)]).toEqual([day, expect.any(String)]);
  }
});
