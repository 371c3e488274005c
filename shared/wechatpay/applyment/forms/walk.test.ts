import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { media, personal, sensitive } from './sensitive.ts';
import { type Leaf, leavesOf, mapLeaves, schemaPaths } from './walk.ts';

const schema = z.strictObject({
  name: personal(),
  list: z.optional(z.array(z.strictObject({ number: sensitive([]), copy: z.optional(media()) }))),
  texts: z.optional(z.optional(z.array(z.string()))),
  flag: z.optional(z.boolean()),
});
const form = {
  name: '张三',
  list: [{ number: '1', copy: 'M1' }, { number: '2' }],
  texts: ['a', 'b'],
  flag: false,
};
const keepAll = ({ value }: Leaf) => value;

it('knows every path of a schema, and what is there', () => {
  expect(schemaPaths(schema)).toEqual([
    { path: 'name', kind: 'personal' },
    { path: 'list[].number', kind: 'sensitive' },
    { path: 'list[].copy', kind: 'media' },
    { path: 'texts[]', kind: 'plain' },
    { path: 'flag', kind: 'plain' },
  ]);
});

it('finds every leaf of a form', () => {
  expect(leavesOf(schema, form).map(({ path, kind, value }) => [path, kind, value])).toEqual([
    ['name', 'personal', '张三'],
    ['list.0.number', 'sensitive', '1'],
    ['list.0.copy', 'media', 'M1'],
    ['list.1.number', 'sensitive', '2'],
    ['texts.0', 'plain', 'a'],
    ['texts.1', 'plain', 'b'],
    ['flag', 'plain', false],
  ]);
});

it('gives each leaf its schema, without optional()', () => {
  expect(leavesOf(schema, { name: 'x', flag: true })[1]?.schema).toBe(schema.shape.flag.def.innerType);
});

it('rebuilds a form, and changes it nowhere else', () => {
  expect(mapLeaves(schema, form, keepAll)).toStrictEqual(form);
  const changed = mapLeaves(schema, form, ({ kind, value }) => (kind === 'sensitive' ? '*' : value));
  expect(changed).toStrictEqual({ ...form, list: [{ number: '*', copy: 'M1' }, { number: '*' }] });
});

it('leaves out what becomes undefined, and what was', () => {
  const without = mapLeaves(schema, { ...form, flag: undefined }, ({ kind, path, value }) =>
    kind === 'sensitive' || path === 'texts.0' ? undefined : value,
  );
  expect(mapLeaves(schema, { name: '张三', list: undefined }, keepAll)).toStrictEqual({ name: '张三' });
  expect(without).toStrictEqual({ name: '张三', list: [{ copy: 'M1' }, {}], texts: ['b'] });
});

describe('a form that does not fit', () => {
  it.each([
    ['an unknown field', { extra: 1 }, 'at extra: unknown field'],
    ['an unknown field inside', { list: [{}, { extra: 1 }] }, 'at list.1.extra: unknown field'],
    ['null for a block', { list: [null] }, 'at list.0: not an object'],
    ['a text for a block', { list: ['x'] }, 'at list.0: not an object'],
    ['a list for a block', { list: [[]] }, 'at list.0: not an object'],
    ['a block for a list', { list: {} }, 'at list: not a list'],
    ['no form', null, 'at : not an object'],
  ])('because of %s is named, not walked', (_, value, message) => {
    expect(() => mapLeaves(schema, value, keepAll)).toThrow(
      new TypeError(`The form does not fit its schema ${message}.`),
    );
  });
});
