import { describe, expect, it } from 'vitest';
import type { DocumentKind } from '../forms/identity.ts';
import { bankBranch, FormReader, sameName } from './reader.ts';

const today = '2026-11-24';
const readerOf = (form: unknown) => new FormReader(form, today);

/** What a rule finds in a form: the keys of its messages, by path. */
function found(form: unknown, rule: (reader: FormReader) => void): Record<string, string> {
  const reader = readerOf(form);
  rule(reader);
  return Object.fromEntries(reader.found.map(({ path, key }) => [path, key]));
}

describe('a form that may be anything', () => {
  it('is read by paths, with the indexes of lists', () => {
    const reader = readerOf({ a: { b: [{ c: 'x' }, { c: 7 }] }, n: null, f: false });
    expect([reader.at('a.b.0.c'), reader.at('a.b.1.c'), reader.at('n'), reader.at('f')]).toEqual([
      'x',
      7,
      null,
      false,
    ]);
    expect([reader.text('a.b.0.c'), reader.text('a.b.1.c'), reader.text('n')]).toEqual([
      'x',
      undefined,
      undefined,
    ]);
    expect([reader.has('n'), reader.has('f'), reader.has('a.x'), reader.has('a.b.2.c')]).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect([reader.count('a.b'), reader.count('a'), reader.count('a.b.0.c'), reader.count('x')]).toEqual([
      2, 0, 0, 0,
    ]);
  });

  it.each([[null], ['text'], [7], [undefined]])('has nothing when it is %j', (form) => {
    expect(readerOf(form).at('length')).toBeUndefined();
    expect(readerOf({ a: form }).at('a.length')).toBeUndefined();
  });

  it('has nothing that it only inherits', () => {
    expect(readerOf({}).at('constructor')).toBeUndefined();
    expect(readerOf({ a: [] }).at('a.map')).toBeUndefined();
  });

  it('is read as before when more paths were asked for than are kept', () => {
    const form = Object.fromEntries(Array.from({ length: 1100 }, (_, index) => [`f${index}`, { x: index }]));
    const reader = readerOf(form);
    for (const index of [...Array(1100).keys(), 1099, 0]) expect(reader.at(`f${index}.x`)).toBe(index);
  });
});

describe('a rule', () => {
  it('asks for fields under its condition, and for none otherwise', () => {
    const form = { a: 1 };
    expect(found(form, (reader) => reader.onlyWhen(true, 'a', 'b'))).toEqual({ b: 'requiredForSubject' });
    expect(found(form, (reader) => reader.onlyWhen(false, 'a', 'b'))).toEqual({ a: 'notForSubject' });
  });

  it('that requires does not forbid, and the other way round', () => {
    expect(found({ a: 1 }, (reader) => reader.require(true, 'a', 'b'))).toEqual({ b: 'requiredForSubject' });
    expect(found({ a: 1 }, (reader) => reader.require(false, 'a', 'b'))).toEqual({});
    expect(found({ a: 1 }, (reader) => reader.forbid(true, 'a', 'b'))).toEqual({ a: 'notForSubject' });
    expect(found({ a: 1 }, (reader) => reader.forbid(false, 'a', 'b'))).toEqual({});
  });

  it('of one of two finds both and neither', () => {
    const rule = (reader: FormReader) => reader.exactlyOne('a', 'b');
    const wrong = { a: 'exactlyOne', b: 'exactlyOne' };
    expect([{}, { a: 1, b: 1 }].map((form) => found(form, rule))).toEqual([wrong, wrong]);
    expect([{ a: 1 }, { b: 1 }].map((form) => found(form, rule))).toEqual([{}, {}]);
  });

  it('of not both finds both', () => {
    const rule = (reader: FormReader) => reader.notBoth('a', 'b');
    expect(found({ a: 1, b: 1 }, rule)).toEqual({ b: 'notBoth' });
    expect([{}, { a: 1 }, { b: 1 }].map((form) => found(form, rule))).toEqual([{}, {}, {}]);
  });

  it('of choices looks at texts only', () => {
    const rule = (reader: FormReader) => reader.oneOf('a', ['x', 'y']);
    expect([{ a: 'y' }, {}, { a: 7 }].map((form) => found(form, rule))).toEqual([{}, {}, {}]);
    expect(found({ a: 'z' }, rule)).toEqual({ a: 'choiceForSubject' });
  });

  it('of distinct items names the later one', () => {
    const rule = (reader: FormReader) => reader.distinct('list', 'no');
    const items = (...numbers: unknown[]) => ({ list: numbers.map((no) => ({ no })) });
    expect(found(items('1', '2', '1', '2'), rule)).toEqual({
      'list.2.no': 'duplicate',
      'list.3.no': 'duplicate',
    });
    expect([items('1', '2'), items(7, 7), { list: [{}, {}] }, {}].map((form) => found(form, rule))).toEqual([
      {},
      {},
      {},
      {},
    ]);
  });
});

/**
 * pay.weixin.qq.com/doc/v3/partner/4012713017: the first day is before today (开始时间不能大于等于当前日期), and the last day after
 * the first (结束时间大于开始时间).
 */
describe('a period', () => {
  const rule = (reader: FormReader) => reader.period('begin', 'end');
  it.each([
    ['2026-11-23', '2026-11-24', {}],
    ['2026-11-23', '长期', {}],
    ['2026-11-24', '长期', { begin: 'notBegun' }],
    ['2026-11-25', '2027-01-01', { begin: 'notBegun' }],
    ['2020-01-01', '2026-11-23', { end: 'expired' }],
    ['2026-12-01', '2026-12-01', { begin: 'notBegun', end: 'endBeforeBegin' }],
    ['2026-12-02', '2026-12-01', { begin: 'notBegun', end: 'endBeforeBegin' }],
    ['2026-11-25', '2026-11-26', { begin: 'notBegun' }],
    ['永久', '2027-01-01', {}],
    ['9999-99-99', '2027-01-01', {}],
    ['2020-01-01', '0000-00-00', {}],
    [undefined, '2026-11-23', { end: 'expired' }],
    [undefined, '2027-01-01', {}],
    ['2020-01-01', undefined, {}],
    ['2026-11-24', undefined, { begin: 'notBegun' }],
  ])('from %s to %s', (begin, end, wrong) => {
    expect(found({ begin, end }, rule)).toEqual(wrong);
  });
});

describe('the number of a document', () => {
  const of = (kind: DocumentKind | undefined, value?: unknown) =>
    found({ number: value }, (reader) => reader.documentNumber('number', kind));

  it('has the form of its kind, which the message names', () => {
    expect(of('mainlandId', '11010519491231002X')).toEqual({});
    expect(of('mainlandId', '110105194912310021')).toEqual({ number: 'idNumber' });
    expect(of('passport', 'E12345678')).toEqual({});
    expect(of('passport', 'E1')).toEqual({ number: 'docNumberForType' });
  });

  it('is not looked at without a kind, or when it is no text', () => {
    expect([of(undefined, 'E1'), of('passport'), of('passport', 7)]).toEqual([{}, {}, {}]);
  });
});

it('takes full-width brackets and spaces for half-width ones, and nothing else', () => {
  expect(sameName('某某（北京）公司', '某某(北京)公司')).toBe(true);
  expect(sameName('Blue\u3000Tea', 'Blue Tea')).toBe(true);
  expect(sameName('某某公司', '某某分公司')).toBe(false);
});

/** 开户银行全称（含支行）, 开户银行联行号: 如为其他银行，二选一 (pay.weixin.qq.com/doc/v3/partner/4012713017). */
describe('the branch of a bank', () => {
  const at = (account_bank: string, more: object) =>
    found({ in: { account_bank, ...more } }, (reader) => bankBranch(reader, 'in.'));
  const both = { bank_name: 'x', bank_branch_id: '1' };

  it('is named for another bank, in one way', () => {
    const wrong = { 'in.bank_name': 'exactlyOne', 'in.bank_branch_id': 'exactlyOne' };
    expect([at('其他银行', {}), at('其他银行', both)]).toEqual([wrong, wrong]);
    expect([at('其他银行', { bank_name: 'x' }), at('其他银行', { bank_branch_id: '1' })]).toEqual([{}, {}]);
  });

  it('need not be named for one of the seventeen, and is not named twice', () => {
    expect([at('工商银行', {}), at('工商银行', { bank_name: 'x' })]).toEqual([{}, {}]);
    expect(at('工商银行', both)).toEqual({ 'in.bank_branch_id': 'notBoth' });
  });
});
