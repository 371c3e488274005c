import { inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { encode } from 'uqr';
import { expect, test } from 'vitest';
import { encodeQr } from './encode';
import { pngOf } from './png';

test('a code is the same as that of another implementation, whatever the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), fc.nat(7), (tail, mask) => {
      const text = `a${tail}`;
      const theirs = encode(Array.from(new TextEncoder().encode(text)), {
        ecc: 'M',
        border: 0,
        boostEcc: false,
        maskPattern: mask,
      });
      expect(encodeQr(text, mask)).toEqual(theirs.data);
    }),
    { numRuns: 25 },
  );
});

test('a long sign_url fits', () => {
  expect(
    encodeQr(
      `https://pay.weixin.qq.com/public/apply4ec_sign/s?applymentId=2000002126198476&sign=${'f'.repeat(200)}`,
    ).length,
  ).toBeGreaterThan(60);
});

test('the picture has a quiet zone of four modules and a dark finder corner', () => {
  const png = pngOf(encodeQr('https://example.com'), 1, 4);
  const data = png.subarray(png.indexOf(0x78, 41));
  const rows = inflateSync(data);
  const side = encodeQr('https://example.com').length + 8;
  const rowBytes = Math.ceil(side / 8) + 1;
  const dark = (x: number, y: number) => ((rows[y * rowBytes + 1 + (x >> 3)] ?? 0) & (0x80 >> (x & 7))) === 0;
  expect([dark(3, 3), dark(4, 4), dark(10, 4), dark(11, 4)]).toEqual([false, true, true, false]);
  expect(rows.length).toBe(rowBytes * side);
});
