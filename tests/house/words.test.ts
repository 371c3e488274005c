import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from './source.ts';

/**
 * Private metaphors and archaic English that the field has plain words for: invocation source, provider RPC, classify,
 * auth, fix, seed, context, encrypt, so, should. Only words that are never right here; the rest is for a reader.
 */
const forbidden =
  /\b(doors?|desks?|judg(e[ds]?|ing|e?ments?)|whence|hitherto|thereof|deeds?|mend(s|ed|ing)?|kernels?|populations?|seal(s|ed|ing)?|gatekeepers?|shall|by and by)\b/i;

const written = /\.(tsx?|mjs|cjs|css|wxml|wxss|html|md|java)$/;
const elsewhere = /(^|\/)(generated|documented)\/|LICENSE|^tests\/house\/words\.test\.ts$/;

it('uses the words of the field in code, tests, docs and UI', () => {
  const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root })
    .toString()
    .split('\n')
    .filter((file) => written.test(file) && !elsewhere.test(file) && existsSync(join(root, file)));
  const found = files.flatMap((file) =>
    readFileSync(join(root, file), 'utf8')
      .split('\n')
      .flatMap((line, index) => {
        const word = forbidden.exec(line)?.[0];
        return word === undefined ? [] : [`${file}:${index + 1} ${word}`];
      }),
  );
  expect(found).toEqual([]);
});
