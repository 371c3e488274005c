import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { directPrepay, partnerPrepay } from '../orders/schemas.ts';
import { type CheckOptions, checkFields, type Fields, field } from './fields.ts';
import { ApiProblem } from './problem.ts';

const body: CheckOptions = { location: 'body' };
const refusal = (fields: Fields, value: Record<string, unknown>, options = body) => {
  try {
    checkFields(fields, value, options);
  } catch (error) {
    if (error instanceof ApiProblem) return { message: error.message, ...error.detail };
    throw error;
  }
  return undefined;
};

describe('any JSON', () => {
  const json = fc.dictionary(
    fc.constantFrom('appid', 'mchid', 'amount', 'payer', 'detail', 'limit_pay', '__proto__', 'toString', 'x'),
    fc.jsonValue(),
  );
  test('is either accepted or refused as a parameter, and never breaks the checker', () => {
    fc.assert(
      fc.property(
        json,
        fc.constantFrom(directPrepay('JSAPI'), partnerPrepay('ecommerce', 'JSAPI')),
        (value, fields) => {
          const refused = refusal(fields, value as Record<string, unknown>);
          expect(refused?.location).toBe('body');
        },
      ),
    );
  });
  test('is returned with the known fields only', () => {
    const fields = { a: field.string('甲', { optional: true }), b: field.integer('乙', { optional: true }) };
    const values = fc.record({ a: fc.string(), b: fc.maxSafeInteger() }, { requiredKeys: [] });
    fc.assert(
      fc.property(values, (value) => {
        expect(checkFields(fields, value, body)).toEqual(value);
      }),
    );
  });
});

describe('rules', () => {
  test.each([
    [3, '小于最小值 4'],
    [4, undefined],
    [6, undefined],
    [7, '大于最大值 6'],
  ])('a text of %i characters between 4 and 6', (length, issue) => {
    const fields = { a: field.string('甲', { min: 4, max: 6 }) };
    expect(refusal(fields, { a: '😀'.repeat(length) })?.issue?.split('，')[1]).toBe(issue);
  });
  test('bytes are counted where the document counts bytes', () => {
    const fields = { a: field.string('甲', { max: 6, unit: 'byte' }) };
    expect(refusal(fields, { a: '汉字' })).toBeUndefined();
    expect(refusal(fields, { a: '汉字x' })).toMatchObject({ value: 7, issue: '字节数 7，大于最大值 6' });
  });
  test('null counts as absent', () => {
    const fields = { a: field.string('甲'), b: field.string('乙', { optional: true }) };
    expect(refusal(fields, { a: null })).toMatchObject({ field: '/a', issue: '此字段为必填项' });
    expect(checkFields(fields, { a: 'x', b: null }, body)).toEqual({ a: 'x' });
  });
  test('numbers in a query are read as decimal, and nothing else is', () => {
    const fields = { limit: field.integer('条数', { min: 1, max: 200 }) };
    const query: CheckOptions = { location: 'query' };
    expect(checkFields(fields, { limit: '20' }, query)).toEqual({ limit: 20 });
    for (const limit of ['', '1.5', '0x10', '1e2', ' 1', '9'.repeat(17), '0', '201']) {
      expect(refusal(fields, { limit }, query)).toMatchObject({ field: '/limit', location: 'query' });
    }
    expect(refusal(fields, { limit: '20' }, body)?.message).toContain('64 位有符号整数');
  });
  test('a sensitive field is checked in clear, returned in clear, and never repeated in an error', () => {
    const fields = { id: field.string('证件号', { max: 4, pattern: /^\d+$/, sensitive: true }) };
    const options: CheckOptions = { location: 'body', decrypt: (cipher) => cipher.replace('cipher-', '') };
    expect(checkFields(fields, { id: 'cipher-1234' }, options)).toEqual({ id: '1234' });
    expect(refusal(fields, { id: 'cipher-12x4' }, options)).toMatchObject({ value: '******' });
    expect(JSON.stringify(refusal(fields, { id: 'cipher-12x4' }, options))).not.toContain('12x4');
  });
});
