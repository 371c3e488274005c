import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonReader } from './json-reader.ts';

const reader = (text: string) => new JsonReader(Buffer.from(text));

/** Reads objects by their members and arrays by their elements, at the top. */
function read(text: string): unknown {
  const document = reader(text);
  let value: unknown;
  if (/^\s*\{/.test(text)) {
    const members: [string, unknown][] = [];
    for (const name of document.members()) members.push([name, document.value()]);
    value = Object.fromEntries(members);
  } else if (/^\s*\[/.test(text)) value = [...document.elements()];
  else value = document.value();
  document.end();
  return value;
}

describe('a JSON document read value by value', () => {
  it('is what JSON.parse makes of it, however it is laid out', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 1, '\t'), (given, space) => {
        const text = JSON.stringify(given, undefined, space);
        expect(read(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it.each(['"a\\"b\\\\"', '["\\\\","}"]', '{"a\\"]":"[{"}', ' [ ] ', '{}', '\n{ "a" : 1 , "b" : [ 2 ] }\n'])(
    'with quotes and brackets in its texts: %s',
    (text) => {
      expect(read(text)).toEqual(JSON.parse(text));
    },
  );

  it('may begin with the mark that editors put in front', () => {
    expect([...reader('\ufeff[1]').elements()]).toEqual([1]);
  });

  it.each(['', '{', '[1', '{"a"', '{"a":1', '[1,]', '{"a":1,}', '{1:2}', '[1 2]', '"a', '[1]]', '{"a":tru}'])(
    'is a SyntaxError when it is not well formed: %s',
    (text) => {
      expect(() => read(text)).toThrow(SyntaxError);
    },
  );
});
