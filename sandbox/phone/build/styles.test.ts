import { expect, test } from 'vitest';
import { rewriteSelector } from './styles.ts';

test('tags become the phone’s elements, and names that are none stay', () => {
  expect(rewriteSelector('view > text.a, button::after', {})).toBe('wx-view > wx-text.a, wx-button::after');
  expect(rewriteSelector('my-card view:nth-child(odd)', {})).toBe('my-card wx-view:nth-child(odd)');
  expect(rewriteSelector('[data-view="view"] switch', {})).toBe('[data-view="view"] taro-switch-core');
});

test('classes of a component carry its name, and :host is its element', () => {
  const scope = { classPrefix: 'c--', host: '[wx-host="c"]' };
  expect(rewriteSelector('.a.b .c-d:not(.e)', scope)).toBe('.c--a.c--b .c--c-d:not(.c--e)');
  expect(rewriteSelector(':host(.on) .a', scope)).toBe('[wx-host="c"].c--on .c--a');
});

test('rules of a page stay on that page and weigh no more than before', () => {
  const scope = { within: ':where([data-page="p"])' };
  expect(rewriteSelector('.a', scope)).toBe(':where([data-page="p"]) .a');
  expect(rewriteSelector('page .a', scope)).toBe('wx-page:where([data-page="p"]) .a');
});
