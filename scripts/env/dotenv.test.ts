import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editEnvFile, parseEnvFile } from './dotenv.ts';

const readA = (text: string, name = 'A') => parseEnvFile(text).entries.get(name)?.value;
const pem = '-----BEGIN PRIVATE KEY-----\nMIIabc+/\nZZZZ==\n-----END PRIVATE KEY-----';

describe('reading', () => {
  it.each([
    ['a plain value', 'A=1900000001', '1900000001'],
    ['blanks around', '  A =  1900000001  ', '1900000001'],
    ['export', 'export A=x', 'x'],
    ['a byte order mark', '\uFEFFA=x', 'x'],
    ['Windows line ends', 'B=1\r\nA=x\r\n', 'x'],
    ['nothing', 'A=', ''],
    ['an equals sign in the value', 'A=a=b==', 'a=b=='],
    ['double quotes', 'A="x y"', 'x y'],
    ['single quotes', "A='x # y'", 'x # y'],
    ['backticks', 'A=`x`', 'x'],
    ['an escaped quote', 'A="x\\"y"', 'x"y'],
    ['\\n in double quotes', 'A="x\\ny"', 'x\ny'],
    ['a hash inside a value', 'A=x#y', 'x#y'],
    ['a comment after quotes', 'A="x" # y', 'x'],
    ['a quoted PEM over several lines', `A="${pem}"\nB=1`, pem],
    ['a PEM over several lines without quotes', `A=${pem}\nB=1`, pem],
    [
      'base64 wrapped after 64 characters',
      `A=${'x'.repeat(64)}\n${'y'.repeat(64)}\nzz==\nB=1`,
      `${'x'.repeat(64)}${'y'.repeat(64)}zz==`,
    ],
  ])('takes %s', (_, text, value) => {
    expect(readA(text)).toBe(value);
    expect(parseEnvFile(text).problems).toEqual([]);
  });

  it('goes on after a value of several lines', () => {
    expect(readA(`A=${pem}\nB=1`, 'B')).toBe('1');
    expect(readA(`A="${pem}"\nB=1`, 'B')).toBe('1');
  });

  it.each([
    ['a comment behind a value', 'B=1\nA=x # mine', 2, 'A', 'x'],
    ['an unclosed quote', 'A="x\nB=1', 1, 'A', 'x'],
    ['text after the closing quote', 'A="x"y', 1, 'A', 'x'],
    ['a name that is set twice', 'A=1\nA=2', 2, 'A', '2'],
    ['a line that is no assignment', 'A=1\nhello', 2, undefined, '1'],
  ])('reports %s with its line', (_, text, line, variable, value) => {
    const { problems } = parseEnvFile(text);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ line, ...(variable && { variable }) });
    expect(readA(text)).toBe(value);
  });

  it('does not swallow the rest of the file after an unclosed quote', () => {
    expect(readA('A="x\nB=1\nC=2', 'C')).toBe('2');
  });

  it('never fails, whatever the file holds', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void parseEnvFile(text)));
  });
});

describe('editing', () => {
  it('changes what is named and leaves the rest in place', () => {
    const text = '# mine\nA=1\n\nOTHER="kept as it is" # really\nB=2\n';
    expect(editEnvFile(text, { A: '9', C: '3' })).toBe(
      '# mine\nA=9\n\nOTHER="kept as it is" # really\nB=2\nC=3\n',
    );
  });

  it('replaces a value of several lines by one line', () => {
    expect(editEnvFile(`A="${pem}"\nB=1\n`, { A: 'MII' })).toBe('A=MII\nB=1\n');
    expect(editEnvFile(`A=${pem}\nB=1\n`, { A: 'MII' })).toBe('A=MII\nB=1\n');
  });

  it('leaves one of a name that was set twice', () => {
    expect(editEnvFile('A=1\nB=2\nA=3\n', { A: '4' })).toBe('A=4\nB=2\n');
  });

  it('removes a variable', () => {
    expect(editEnvFile('A=1\nB=2\n', { A: undefined })).toBe('B=2\n');
  });

  it('refuses a value with a line break, without quoting it', () => {
    const edit = () => editEnvFile('', { A: 'secret\nsecret' });
    expect(edit).toThrow(/A/);
    expect(edit).not.toThrow(/secret/);
  });

  it('reads back what it wrote', () => {
    const value = fc.string().filter((text) => !/[\r\n\0']/.test(text) && text.trim() === text);
    const values = fc.dictionary(fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,10}$/), value);
    fc.assert(
      fc.property(values, (wanted) => {
        const { entries, problems } = parseEnvFile(editEnvFile('# kept\n', wanted));
        expect(problems).toEqual([]);
        expect([...entries.values()].map(({ name, value: read }) => [name, read]).sort()).toEqual(
          Object.entries(wanted).sort(),
        );
      }),
    );
  });
});
