import { expect, it } from 'vitest';
import * as z from 'zod/mini';
import { pathOfParameter } from './rejections.ts';

const person = z.object({ name: z.string(), phone: z.optional(z.string()) });
const schema = z.object({
  owner: z.optional(person),
  contact: z.optional(person),
  staff: z.optional(z.array(person)),
  business: z.optional(z.object({ shop: z.object({ photo: z.string() }) })),
});
const form = { contact: { name: '甲' }, staff: [{ name: '乙' }, { name: '丙', phone: '1' }] };

it.each([
  ['a field of the form, not the first of that name that the rules have', 'name', 'contact.name'],
  ['one in a list', 'phone', 'staff.1.phone'],
  ['a whole block', 'contact', 'contact'],
  ['an element of a list', 'staff[0]', 'staff.0'],
  ['a path', '/contact/name', 'contact.name'],
  ['a long path', 'body.business.shop.photo', 'business.shop.photo'],
  ['a block that the form lacks', 'shop', 'business.shop'],
  ['a path with an end', '/contact/', 'contact'],
  ['something that no rule knows', 'body/colour', 'body/colour'],
])('a refusal of %s is shown there', (_, name, path) => {
  expect(pathOfParameter(name, form, schema)).toBe(path);
});
