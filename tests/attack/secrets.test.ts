/** What the deployed code does with secrets and randomness, by its text. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root, sourceFiles } from '../house/source.ts';

const deployed = sourceFiles().filter(
  (file) => /^(shared|functions)\//.test(file) && !/\/testing\/|\.test\.ts$|\/generated\//.test(file),
);

function linesWith(pattern: RegExp): string[] {
  return deployed.flatMap((file) =>
    readFileSync(join(root, file), 'utf8')
      .split('\n')
      .filter((line) => pattern.test(line) && !/^\s*(\*|\/\/|\/\*)/.test(line))
      .map((line) => `${file}: ${line.trim()}`),
  );
}

it('takes nonces and file names from the generator of node:crypto', () => {
  expect(linesWith(/Math\.random|pseudoRandomBytes|Date\.now\(\)\.toString\(36\)/)).toEqual([]);
  expect(linesWith(/random(Bytes|UUID)\(/).length).toBeGreaterThan(0);
  const sizes = [
    ...linesWith(/randomBytes\(/)
      .join('\n')
      .matchAll(/randomBytes\((\d+)\)/g),
  ];
  expect(sizes.length).toBeGreaterThan(0);
  expect(sizes.filter(([, size]) => Number(size) < 16).map(([call]) => call)).toEqual([]);
});

/** Signatures are verified by RSA and messages by GCM, both in OpenSSL, in constant time. */
it('compares no secret and no signature by itself', () => {
  const secret = '(apiV3Key|privateKey|appSecret|secret|password|authTag|signature|accessToken)';
  const compared = new RegExp(
    `\\b\\w*${secret}(\\.expose\\(\\))?\\s*[!=]==?(?!\\s*(undefined|null|''|'object'))`,
    'i',
  );
  expect(linesWith(compared)).toEqual([]);
});

it('reads no file, runs no program and evaluates no text', () => {
  const forbidden = /from 'node:(fs|child_process|vm|worker_threads)|\beval\(|new Function\(/;
  expect(linesWith(forbidden)).toEqual([]);
});
