import { describe, expect, it } from 'vitest';
import type { Conditions } from '../core/ports.ts';
import { CloudError } from './cloud-error.ts';
import {
  checkChanges,
  checkCollection,
  checkDocument,
  checkId,
  checkQuery,
  checkUpdateConditions,
  isIn,
} from './document-validation.ts';

const query =
  (where: unknown, more = {}) =>
  () =>
    checkQuery({ where: where as Conditions, limit: 1, ...more });
const document = (value: unknown) => () => checkDocument({ _id: 'a', value } as { _id: string });
const changes =
  (field: string, value: unknown = 1) =>
  () =>
    checkChanges({ [field]: value });
const orderBy = (field: unknown) => query({}, { orderBy: { field: field as string, direction: 'asc' } });
const nested = (levels: number, wrap: (inner: unknown) => unknown) =>
  Array.from({ length: levels }).reduce<unknown>(wrap, 1);
const object = (a: unknown) => ({ a });
const list = (a: unknown) => [a];
const inList = (count: number) => ({ in: Array.from({ length: count }, (_, index) => index) });

it.each<[string, () => void]>([
  ['a field', query({ state: 'PAID', _id: 'a', 'a1.0.b_c': 1 })],
  ['values of each kind', query({ a: null, b: true, c: false, d: -1.5, e: '', f: '$gt' })],
  ['a text of 1024 characters', query({ a: 'x'.repeat(1024) })],
  ['a list of 100', query({ a: inList(100) })],
  ['a range', query({ a: { gt: 1, lte: 2 }, b: { gte: 'a', lt: 'b' } })],
  ['1000 documents in an order', query({}, { limit: 1000, orderBy: { field: 'a.b', direction: 'asc' } })],
  ['an update under conditions', () => checkUpdateConditions({ version: null, 'a.b': 1 })],
  ['an _id with spaces', () => checkId('a b:|*')],
  ['an _id of 512 characters', () => checkId('x'.repeat(512))],
  ['a collection', () => checkCollection('platform_certificates')],
  ['a document without a prototype', document(Object.assign(Object.create(null), { a: 1 }))],
  ['a document with a dollar inside a name', document({ a$: [null, true, 'x', { b: 1 }] })],
  // The document itself is the first level.
  ['a document of 20 levels', document(nested(19, object))],
  ['a document of 20 levels of lists', document(nested(19, list))],
  ['changes of a field', changes('state2_')],
])('takes %s', (_, check) => {
  expect(check).not.toThrow();
});

describe('refuses before anything is sent', () => {
  it.each<[string, () => void]>([
    ['an operator in place of a field', query({ $or: 1 })],
    ['an operator after a field', query({ 'a.$gt': 1 })],
    ['a field with a space', query({ 'a b': 1 })],
    ['a field that begins with a digit', query({ '1a': 1 })],
    ['an order by an operator', orderBy('$a')],
    ['an order by what is no text', orderBy(['a'])],
    ['a condition that is an operator', query({ a: { $gt: '' } })],
    ['a list beside an operator', query({ a: { in: [1], $gt: '' } })],
    ['a list of 101', query({ a: inList(101) })],
    ['a list of objects', query({ a: { in: [{}] } })],
    ['a range beside an operator', query({ a: { gt: 1, $ne: 2 } })],
    ['a range of an object', query({ a: { gt: 1, lt: {} } })],
    ['an empty condition', query({ a: {} })],
    ['a list for a condition', query({ a: [] })],
    ['an object of a class for a range', query({ a: Object.assign(new Date(0), { gt: 1 }) })],
    ['a list of one object', query({ a: { in: [1, {}] } })],
    ['a number of nothing', query({ a: Number.NaN })],
    ['a document with a number of nothing', document({ a: Number.POSITIVE_INFINITY })],
    ['a text of 1025 characters', query({ a: 'x'.repeat(1025) })],
    ['1001 documents', query({}, { limit: 1001 })],
    ['no documents', query({}, { limit: 0 })],
    ['one and a half documents', query({}, { limit: 1.5 })],
    ['an update by the _id of a condition', () => checkUpdateConditions({ _id: 'a' })],
    ['a malformed field of an update', () => checkUpdateConditions({ $or: 1 })],
    ['an _id with a deleted character', () => checkId('a\u007f')],
    ['an _id with the end of a line', () => checkId('a\n')],
    ['an empty _id', () => checkId('')],
    ['an _id of 513 characters', () => checkId('x'.repeat(513))],
    ['an _id that is no text', () => checkId(['a'])],
    ['a collection after something else', () => checkCollection(' orders')],
    ['a collection before something else', () => checkCollection('orders/a')],
    ['a collection that is no text', () => checkCollection(['orders'] as unknown as string)],
    ['an empty name', document({ '': 1 })],
    ['the name of the prototype', document(JSON.parse('{"__proto__":1}'))],
    ['a document of 21 levels', document(nested(20, object))],
    ['a document of 21 levels of lists', document(nested(20, list))],
    ['changes of an operator', changes('$set')],
    ['changes of the _id', changes('_id')],
    ['changes of an inner field', changes('a.b')],
    ['changes of a name with a space', changes('a b')],
    ['changes of no field', () => checkChanges({})],
  ])('%s', (_, check) => {
    expect(check).toThrow(CloudError);
    expect(check).toThrow(expect.objectContaining({ code: 'INVALID' }));
  });
});

it.each([
  [new Date(0), 'a Date'],
  [new Map(), 'a Map'],
  [undefined, 'undefined'],
  [() => 1, 'a Function'],
  [1n, 'bigint'],
  [Object.create(Object.create(null)), 'object'],
  [Object.create({ constructor: null }), 'a object'],
])('says what cannot be stored: %#', (value, kind) => {
  expect(document(value)).toThrow(`document.value cannot be stored: it is ${kind}.`);
});

it.each([
  [{ in: [1] }, true],
  [{ gt: 1 }, false],
  [null, false],
  ['in', false],
  [5, false],
])('knows a list among the conditions: %j', (condition, expected) => {
  expect(isIn(condition)).toBe(expected);
});
