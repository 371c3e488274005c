import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BillFile, linesOf, verifyFile } from './download.ts';

const fileOf = (...texts: readonly string[]): BillFile => ({
  parts: texts.map((text) => ({
    packed: gzipSync(text),
    sha1: createHash('sha1').update(text).digest('hex'),
  })),
});
const read = async (file: BillFile, fromByte?: number) => {
  const chunks = [];
  for await (const chunk of linesOf(file, fromByte)) chunks.push(chunk);
  return chunks;
};

describe('the lines of a file', () => {
  it('go on at any chunk, after the header, and are the same as in one go', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.stringMatching(/^[`0-9龙井,]{0,40}$/), { minLength: 1_500, maxLength: 3_000 }),
        fc.boolean(),
        async (lines, ends) => {
          const text = `表头\n${lines.join('\n')}${ends ? '\n' : ''}`;
          const half = text.length >> 1;
          const file = fileOf(text.slice(0, half), text.slice(half));
          const all = await read(file);
          expect(all.flatMap((chunk) => chunk.lines).join('\n')).toBe(text.replace(/\n$/, ''));
          for (const [index, { fromByte }] of all.entries()) {
            if (index === 0) continue;
            const [header, ...rest] = await read(file, fromByte);
            expect(header?.lines[0]).toBe('表头');
            expect(rest.flatMap((chunk) => chunk.lines)).toEqual(
              all.slice(index).flatMap((chunk) => chunk.lines),
            );
            expect(rest[0]?.fromByte).toBe(fromByte);
          }
        },
      ),
      { numRuns: 5 },
    );
  });

  it('of another file than the announced one are refused, wherever reading begins', async () => {
    const { parts } = fileOf('a\nb\n');
    const wrong = { parts: [{ ...parts[0]!, sha1: '0'.repeat(40) }] };
    const refused = { code: 'BILL_HASH' };
    await expect(read(wrong)).rejects.toMatchObject(refused);
    await expect(read(wrong, 2)).rejects.toMatchObject(refused);
    await expect(verifyFile(wrong)).rejects.toMatchObject(refused);
    await verifyFile({ parts });
  });
});
