// Makes the mutants of files: one text with all of them in it, of which a variable chooses the one that is active.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Instrumenter } from '@stryker-mutator/instrumenter';

const quiet = new Proxy({}, { get: (_, name) => (String(name).startsWith('is') ? () => false : () => {}) });

/** No test decides what a log line has to say. */
const logLines = {
  shouldIgnore({ node }) {
    if (node.type !== 'CallExpression') return undefined;
    const logger = node.callee.object;
    const name = logger?.name ?? logger?.property?.name ?? logger?.property?.id?.name;
    return name === 'log' ? 'a log line' : undefined;
  },
};

/**
 * The mutants of `files`, and the text of each file that holds them. Texts are not mutated: whether a sentence is right no
 * test decides.
 */
export async function instrument(root, files) {
  const instrumenter = new Instrumenter(quiet);
  const sources = files.map((file) => ({
    name: file,
    mutate: true,
    content: readFileSync(join(root, file), 'utf8'),
  }));
  const { files: texts, mutants } = await instrumenter.instrument(sources, {
    plugins: null,
    excludedMutations: ['StringLiteral'],
    ignorers: [logLines],
  });
  const lines = Object.fromEntries(sources.map(({ name, content }) => [name, content.split('\n')]));
  return {
    texts: Object.fromEntries(texts.map(({ name, content }) => [name, content])),
    mutants: mutants
      .filter((mutant) => mutant.status !== 'Ignored')
      .map(({ id, fileName, location, replacement }) => ({
        id,
        file: fileName,
        line: location.start.line + 1,
        from: textAt(lines[fileName], location),
        to: replacement,
      })),
  };
}

function textAt(lines, { start, end }) {
  if (start.line === end.line) return lines[start.line].slice(start.column, end.column);
  return [
    lines[start.line].slice(start.column),
    ...lines.slice(start.line + 1, end.line),
    lines[end.line].slice(0, end.column),
  ].join('\n');
}
