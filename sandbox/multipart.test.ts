import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { boundaryOf, MultipartProblem, parseMultipart } from './multipart.ts';

const boundary = 'b0undary';
const part = (headers: string, content: Buffer) =>
  Buffer.concat([Buffer.from(`--${boundary}\r\n${headers}\r\n\r\n`), content, Buffer.from('\r\n')]);
const close = Buffer.from(`--${boundary}--\r\n`);
const headers = 'Content-Disposition: form-data; name="file"; filename="a.png"\r\nContent-Type: image/png';

function ignoringProblems(parse: () => unknown): void {
  try {
    parse();
  } catch (error) {
    if (!(error instanceof MultipartProblem)) throw error;
  }
}

describe('multipart', () => {
  test('gives back any content that does not hold the boundary', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const content = Buffer.from(bytes);
        const [only] = parseMultipart(Buffer.concat([part(headers, content), close]), boundary);
        expect(only).toMatchObject({ name: 'file', filename: 'a.png', contentType: 'image/png' });
        expect(only!.bytes.equals(content)).toBe(true);
      }),
    );
  });

  test('never throws anything but a MultipartProblem', () => {
    const whole = Buffer.concat([part(headers, Buffer.from('content')), close]);
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, byte) => {
        const damaged = Buffer.from(whole);
        damaged[at] = byte;
        expect(() => ignoringProblems(() => parseMultipart(damaged, boundary))).not.toThrow();
      }),
    );
  });

  test.each([
    [
      'bare line feeds',
      Buffer.from(`--${boundary}\nContent-Disposition: form-data; name="a"\n\nx\n--${boundary}--\n`),
    ],
    ['no closing boundary', part(headers, Buffer.from('x'))],
    ['a preamble', Buffer.concat([Buffer.from('hello\r\n'), part(headers, Buffer.from('x')), close])],
    ['an epilogue', Buffer.concat([part(headers, Buffer.from('x')), close, Buffer.from('more')])],
    [
      'a part without a name',
      Buffer.concat([part('Content-Disposition: form-data', Buffer.from('x')), close]),
    ],
    [
      'a header twice',
      Buffer.concat([part(`${headers}\r\nContent-Type: image/jpeg`, Buffer.from('x')), close]),
    ],
  ])('refuses %s', (_, body) => {
    expect(() => parseMultipart(body, boundary)).toThrow(MultipartProblem);
  });

  test('needs a boundary in the Content-Type', () => {
    expect(boundaryOf('multipart/form-data; boundary=abc')).toBe('abc');
    expect(boundaryOf('multipart/form-data; boundary="a b"')).toBe('a b');
    expect(() => boundaryOf('multipart/form-data')).toThrow(MultipartProblem);
    expect(() => boundaryOf('application/json')).toThrow(MultipartProblem);
  });
});
