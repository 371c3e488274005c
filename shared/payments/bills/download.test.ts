import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BillFile, linesOf, verifyFile } from './download.ts';

const fileOf = (...texts: readonly (string | Buffer)[]): BillFile => ({
  parts: texts.map((text) => ({
    packed: gzipSync(text),
    sha1: createHash('sha1').update(text).digest('hex'),
  })),
});
const read = async (...given: Parameters<typeof linesOf>) => {
  const chunks = [];
  for await (const chunk of linesOf(...given)) chunks.push(chunk);
  return chunks;
};

describe('the lines of a file', () => {
  it('are the same when reading resumes at any chunk after the header', async () => {
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
          expect(all.length).toBeGreaterThan(1);
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

  it('of a file with another hash are refused, wherever reading begins', async () => {
    const { parts } = fileOf('a\nb\n');
    const wrong = { parts: [{ ...parts[0]!, sha1: '0'.repeat(40) }] };
    const refused = { code: 'BILL_HASH' };
    await expect(read(wrong)).rejects.toMatchObject(refused);
    await expect(read(wrong, 2)).rejects.toMatchObject(refused);
    await expect(verifyFile(wrong)).rejects.toMatchObject(refused);
    await verifyFile({ parts });
  });
});

describe('a bill that is a decompression bomb', () => {
  it('is refused while it is unpacked, when it is one endless line', async () => {
    const bomb = fileOf(Buffer.alloc(64 * 1024 * 1024, 'a'));
    expect(bomb.parts[0]!.packed.length).toBeLessThan(100_000);
    await expect(read(bomb)).rejects.toMatchObject({ code: 'BILL_SIZE' });
    await expect(read(bomb, 1)).rejects.toMatchObject({ code: 'BILL_SIZE' });
  });

  it('is refused while it is unpacked, when it has endless lines', async () => {
    const bomb = fileOf(Buffer.alloc(4 * 1024 * 1024, '\n'));
    const limits = { totalBytes: 1024 * 1024, lineBytes: 1024 };
    await expect(read(bomb, 0, limits)).rejects.toMatchObject({ code: 'BILL_SIZE' });
  });

  it('is read when it is as long as a long day', async () => {
    const day = Buffer.from(`${'`2026-03-21 13:51:31,`'.padEnd(400, '0')}\n`.repeat(10_000));
    const chunks = await read(fileOf(day));
    expect(chunks.flatMap(({ lines }) => lines)).toHaveLength(10_000);
  });
});
