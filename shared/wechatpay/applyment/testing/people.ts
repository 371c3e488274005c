/** fast-check generators of the values that applications are made of. All people in here are invented. */
import fc from 'fast-check';
import { type DocumentKind, idCheckCharacter } from '../forms/identity.ts';

const surnames = ['欧阳', '张', '李', '王', '赵', '陈', '司徒', '古丽'];
const givenNames = ['明', '晓华', '子涵', '阿依古丽', '建国', 'Anna', '巴特尔', '·努尔'];

export const personName = fc
  .tuple(fc.constantFrom(...surnames), fc.constantFrom(...givenNames), fc.constantFrom('', '一', '二', '三'))
  .map((parts) => parts.join(''));

export const companyName = fc
  .tuple(
    fc.constantFrom('深圳', '北京（朝阳）', '成都(高新)', '乌鲁木齐'),
    fc.constantFrom('示例', '测试', '春风'),
    fc.nat(9999),
  )
  .map(([city, name, number]) => `${city}${name}${number}号有限公司`);

export const shopName = fc
  .tuple(fc.constantFrom('春风', '老街', 'Blue '), fc.constantFrom('餐饮店', '书屋', 'Tea'), fc.nat(99))
  .map((parts) => parts.join(''));

export const mobilePhone = fc
  .tuple(fc.constantFrom('13', '15', '18', '19'), fc.integer({ min: 0, max: 999_999_999 }))
  .map(([head, tail]) => head + String(tail).padStart(9, '0'));

export const email = fc.nat(9_999_999).map((number) => `applicant${number}@example.com`);

export const openid = fc
  .string({
    unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyzABCDEFGH0123456789_-'),
    minLength: 22,
    maxLength: 22,
  })
  .map((tail) => `oTest_${tail}`);

export const homeAddress = fc
  .tuple(fc.constantFrom('广东省深圳市南山区', '新疆乌鲁木齐市天山区'), fc.nat(999), fc.nat(99))
  .map(([area, street, room]) => `${area}示例路${street}号${room}室`);

export const accountNumber = fc
  .tuple(fc.constantFrom('6222', '6217', '1100'), fc.integer({ min: 0, max: 999_999_999 }), fc.nat(999_999))
  .map(([head, middle, tail]) => head + String(middle).padStart(9, '0') + String(tail).padStart(6, '0'));

export const mediaId = fc
  .string({
    unit: fc.constantFrom(...'abcdefghijkmnopqrstuvwxyzABCDEFGH0123456789_-'),
    minLength: 60,
    maxLength: 108,
  })
  .map((tail) => `M${tail}`);

export const mainlandIdNumber = fc
  .tuple(
    fc.constantFrom('110105', '440305', '650102'),
    fc.integer({ min: 1950, max: 2005 }),
    fc.integer({ min: 1, max: 12 }),
    fc.integer({ min: 1, max: 28 }),
    fc.integer({ min: 0, max: 999 }),
  )
  .map(([area, year, month, day, order]) => {
    const first17 = `${area}${year}${pad(month)}${pad(day)}${String(order).padStart(3, '0')}`;
    return first17 + idCheckCharacter(first17);
  });

const digits = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: length, maxLength: length });

const otherNumbers: Record<Exclude<DocumentKind, 'mainlandId'>, fc.Arbitrary<string>> = {
  passport: digits(8).map((number) => `E${number}`),
  hongKongPermit: digits(8).map((number) => `H${number}`),
  macaoPermit: digits(8).map((number) => `M${number}`),
  taiwanPermit: digits(8),
  foreignResident: digits(12).map((number) => `USA${number}`),
  hongKongMacaoResident: residentNumber('810000'),
  taiwanResident: residentNumber('830000'),
};

function residentNumber(area: string): fc.Arbitrary<string> {
  return digits(3).map((order) => {
    const first17 = `${area}19800102${order}`;
    return first17 + idCheckCharacter(first17);
  });
}

export function documentNumber(kind: DocumentKind): fc.Arbitrary<string> {
  return kind === 'mainlandId' ? mainlandIdNumber : otherNumbers[kind];
}

/** 18 digits or capital letters. */
export const licenceNumber = digits(16).map((number) => `91${number}`);

export const areaCode = fc.constantFrom('110000', '440305', '650102');

/** A period that began long ago and, seen from 2026, has not ended. */
export const period = fc
  .tuple(
    fc.integer({ min: 1990, max: 2024 }),
    fc.oneof(
      fc.constant('长期'),
      fc.integer({ min: 2035, max: 2090 }).map((year) => `${year}-06-06`),
    ),
  )
  .map(([year, end]) => ({ begin: `${year}-06-05`, end }));

/** A bank of either kind, with the fields it requires. */
export const bank = fc.oneof(
  fc.record({ account_bank: fc.constantFrom('工商银行', '招商银行', '建设银行') }),
  fc.record({
    account_bank: fc.constant('其他银行'),
    bank_branch_id: fc.integer({ min: 100_000_000_000, max: 999_999_999_999 }).map(String),
  }),
  fc.record({
    account_bank: fc.constant('其他银行'),
    bank_name: fc.constant('施秉县农村信用合作联社城关信用社'),
  }),
);

/** Some of the optional fields. */
export function optional<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.option(arbitrary, { nil: undefined });
}

/** The object without its undefined fields, at any depth: an optional field is present or absent, never undefined. */
export function tidy<T>(value: T): T {
  if (Array.isArray(value)) return value.map(tidy) as T;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, child]) => child !== undefined);
  return Object.fromEntries(entries.map(([key, child]) => [key, tidy(child)])) as T;
}

function pad(number: number): string {
  return String(number).padStart(2, '0');
}
