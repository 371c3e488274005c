import { describe, expect, it } from 'vitest';
import {
  chinaDate,
  type DocumentKind,
  idCheckCharacter,
  isCalendarDate,
  isDocumentNumber,
  isMainlandIdNumber,
} from './identity.ts';

/** A number whose last character is right, whatever else is wrong. */
const withCheck = (first17: string) => first17 + idCheckCharacter(first17);

/** 17 digits, a check character by GB 11643; the example of the standard is 11010519491231002X. */
describe('an ID number', () => {
  it.each(['11010519491231002X', withCheck('11010519000101002')])('is right: %s', (value) => {
    expect(isMainlandIdNumber(value)).toBe(true);
  });

  it.each([
    ['has capital X only', '11010519491231002x'],
    ['ends in its own check character', '110105194912310021'],
    ['begins with the code of a place, from 1 on', withCheck('01010519491231002')],
    ['is no longer than 18', `${withCheck('11010519491231001')}0`],
    ['is no shorter', '1101051949123100'],
    ['has a day of birth that exists', withCheck('11010519490230002')],
    ['is of somebody born in 1900 or later', withCheck('11010518991231002')],
  ])('%s: %s', (_, value) => {
    expect(isMainlandIdNumber(value)).toBe(false);
  });
});

describe('a date', () => {
  it.each(['2024-02-29', '1900-01-01', '2026-12-31'])('is a day that exists: %s', (value) => {
    expect(isCalendarDate(value)).toBe(true);
  });

  it.each([
    ...['2023-02-29', '2024-04-31', '2024-13-01', '2024-00-10', '2024-01-00', '2024-01-99'],
    ...['2024-1-1', '24-01-01', ' 2024-01-01', '2024-01-01 ', '2024-01-01x', 'x2024-01-01', '2024-01'],
    ...['+002024-01-01', '20240101', '2024/01/01', '长期', ''],
  ])('is not %j', (value) => {
    expect(isCalendarDate(value)).toBe(false);
  });

  it('of today is that of China, eight hours ahead of UTC', () => {
    expect(chinaDate(Date.UTC(2026, 10, 23, 15, 59, 59, 999))).toBe('2026-11-23');
    expect(chinaDate(Date.UTC(2026, 10, 23, 16))).toBe('2026-11-24');
  });
});

/** The 证件号码 rows of pay.weixin.qq.com/doc/v3/partner/4012713017, one for each kind of document. */
const numbers: readonly [DocumentKind, string, readonly string[], readonly string[]][] = [
  [
    'mainlandId',
    '17 digits and a check character',
    ['11010519491231002X'],
    ['110105194912310021', 'E1234567'],
  ],
  [
    'passport',
    '4 to 15 digits, letters and hyphens',
    ['E123', 'AB-123456789012', 'e12345678'],
    ['E12', 'E123456789012345', 'E123 ', ' E123', 'E_1234', '护照1234'],
  ],
  [
    'hongKongPermit',
    'H and 8 or 10 digits or letters',
    ['H12345678', 'h1234567A', 'H1234567890', 'h12345678Ab'],
    ['M12345678', 'H1234567', 'H123456789', 'H12345678901', 'xH12345678', 'H1234-678', 'H12345-7890'],
  ],
  [
    'macaoPermit',
    'M and 8 or 10 digits or letters',
    ['M12345678', 'm1234567A', 'M1234567890', 'm12345678Ab'],
    ['H12345678', 'M1234567', 'M123456789', 'M12345678901', 'xM12345678', 'M1234-678', 'M12345-7890'],
  ],
  [
    'taiwanPermit',
    '8 or 10 digits',
    ['12345678', '1234567890'],
    ['1234567', '123456789', '12345678901', '1234567A', '123456789A', 'ABCDEFGHIJ', 'x12345678'],
  ],
  [
    'foreignResident',
    '15 digits and letters',
    ['USA123456789012', 'abc123456789012'],
    ['USA12345678901', 'USA1234567890123', 'USA12345678901-', '-USA123456789012', 'USA123456789012-'],
  ],
  ...(['hongKongMacaoResident', 'taiwanResident'] as const).map(
    (kind): [DocumentKind, string, readonly string[], readonly string[]] => [
      kind,
      '17 digits and a digit or X',
      ['810000198001020011', '83000019800102001X'],
      [
        '81000019800102001',
        '8100001980010200111',
        '81000019800102001x',
        'x810000198001020011',
        '8100001980010200A1',
      ],
    ],
  ),
];

describe.each(numbers)('the number of a document of kind %s', (kind, form, good, bad) => {
  it.each(good)(`has ${form}: %s`, (value) => {
    expect(isDocumentNumber(kind, value)).toBe(true);
  });

  it.each(bad)(`has ${form}, which %j has not`, (value) => {
    expect(isDocumentNumber(kind, value)).toBe(false);
  });
});
