import fc from 'fast-check';
import { expect, it } from 'vitest';
import { buildPath } from './path.ts';

it('fills in parameters and the query, leaving out what is undefined', () => {
  expect(buildPath('/v3/a/{x}/b/{y}', { x: 'T-1', y: 22 }, { mchid: '19', none: undefined, n: 0 })).toBe(
    '/v3/a/T-1/b/22?mchid=19&n=0',
  );
  expect(buildPath('/v3/certificates')).toBe('/v3/certificates');
});

it('gives a path that no URL parser changes and that decodes to what was given', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', minLength: 1 }),
      fc.string({ unit: 'grapheme' }),
      (value, query) => {
        fc.pre(value !== '.' && value !== '..');
        const path = buildPath('/v3/{value}/close', { value }, { query });
        const url = new URL(`https://host${path}`);
        expect(url.pathname + url.search).toBe(path);
        expect(decodeURIComponent(url.pathname.split('/')[2]!)).toBe(value);
        expect(url.searchParams.get('query')).toBe(query);
      },
    ),
  );
});

it.each(['T\ud800', '\udc00'])('refuses half a character, which has no encoding: %j', (value) => {
  const refused = expect.objectContaining({ kind: 'fault', code: 'REQUEST_INVALID' });
  expect(() => buildPath('/v3/{value}', { value })).toThrow(refused);
  expect(() => buildPath('/v3/x', {}, { value })).toThrow(refused);
});

it.each(['', '.', '..'])('refuses a parameter that would make it another path: %j', (value) => {
  expect(() => buildPath('/v3/{value}/close', { value })).toThrow(
    expect.objectContaining({ kind: 'fault', code: 'REQUEST_INVALID' }),
  );
});
