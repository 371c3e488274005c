import { expect, it } from 'vitest';
import { headerValue } from './headers.ts';

it.each([
  ['text', { 'X-Id': 'a' }, 'a'],
  ['text with blanks around it', { 'x-id': ' a ' }, 'a'],
  ['a list of one', { 'X-ID': [' a '] }, 'a'],
  ['the same twice in a list', { 'x-id': ['a', ' a '] }, 'a'],
  ['two in a list', { 'x-id': ['a', 'b'] }, undefined],
  ['something and nothing', { 'x-id': ['', ' ', 'a'] }, 'a'],
  ['the same under two cases', { 'X-Id': 'a', 'x-id': ' a' }, 'a'],
  ['two under two cases', { 'X-Id': 'a', 'x-id': 'b' }, undefined],
  ['nothing but blanks', { 'x-id': '  ' }, undefined],
  ['an empty list', { 'x-id': [] }, undefined],
  ['no text', { 'x-id': 7 }, undefined],
  ['text and no text', { 'x-id': [7, 'a'] }, 'a'],
  ['another name of the same length', { 'x-ie': 'a' }, undefined],
  ['the headers of fetch', new Headers({ 'X-Id': ' a ' }), 'a'],
  ['the headers of fetch without it', new Headers({ 'X-Ie': 'a' }), undefined],
  ['the headers of fetch with nothing in it', new Headers({ 'X-Id': '' }), undefined],
])('a header is one value, whatever a gateway makes of it: %s', (_, headers, expected) => {
  expect(headerValue(headers as Headers, 'X-Id')).toBe(expected);
});
