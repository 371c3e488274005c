import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { areaTable, percent } from './areas.mjs';
import { mutable } from './files.mjs';

/**
 * Mutants that survive because they change nothing: `from` becomes `to`, in a line of `file` that contains `in` if there are
 * several, and why.
 */
const equivalentsFile = 'scripts/mutate/equivalents.json';
const measuredFile = 'scripts/mutate/measured.json';
const page = 'docs/mutation.md';

export const isNoticed = (status) => status === 'killed' || status === 'timeout';

/** Prints what survived; `record` keeps the figures and writes them into the page. */
export function report(root, work, { record }) {
  const measured = readJson(root, measuredFile);
  const equivalents = readJson(root, equivalentsFile);
  const results = new Map(work.entries('results').map((result) => [result.id, result]));
  const { mutants, sources } = work.read('plan');
  for (const file of new Set(mutants.map((mutant) => mutant.file))) {
    const own = mutants.filter((mutant) => mutant.file === file);
    if (!own.every(({ id }) => results.has(id))) continue;
    const figures = figuresOf(
      own.map((mutant) => ({ ...mutant, ...results.get(mutant.id) })),
      equivalents.filter((entry) => entry.file === file),
      sources[file].split('\n'),
    );
    print(file, figures);
    const date = new Date().toISOString().slice(0, 10);
    measured[file] = { date, text: fingerprint(sources[file]), ...figures };
  }
  if (record) keep(root, measured, equivalents);
}

function figuresOf(mutants, equivalents, lines) {
  const changesNothing = ({ line, from, to }) =>
    equivalents.some(
      (entry) =>
        entry.from === oneLine(from) && entry.to === oneLine(to) && lines[line - 1].includes(entry.in ?? ''),
    );
  const survived = mutants.filter(({ status }) => !isNoticed(status));
  const unnoticed = survived.filter((mutant) => !changesNothing(mutant));
  return {
    mutants: mutants.length,
    noticed: mutants.length - survived.length,
    changeNothing: survived.length - unnoticed.length,
    survivors: unnoticed.map(
      ({ line, from, to, status, skipped }) =>
        `${line}: ${oneLine(from)} → ${oneLine(to)}${status === 'survived' ? '' : ` (${status})`}${skipped ? ` (${skipped} test files not tried)` : ''}`,
    ),
    wronglyExcused: mutants
      .filter((mutant) => !survived.includes(mutant) && changesNothing(mutant))
      .map(({ line, from, to, by }) => `${line}: ${oneLine(from)} → ${oneLine(to)} is noticed by ${by}`),
  };
}

/** Of the text of a file, so that a figure is known to be of another text than today's. */
const fingerprint = (text) => createHash('sha256').update(text).digest('hex').slice(0, 12);

const oneLine = (text) => text.replace(/\s+/g, ' ').slice(0, 160);

function print(file, { mutants, changeNothing, survivors, wronglyExcused }) {
  console.log(
    `\n${file}: ${mutants} mutants, ${changeNothing} change nothing, ${survivors.length} not noticed`,
  );
  for (const survivor of survivors) console.log(`  ${survivor}`);
  for (const excused of wronglyExcused) console.log(`  not equivalent: ${excused}`);
}

function keep(root, measured, equivalents) {
  const sorted = Object.entries(measured).sort(([a], [b]) => a.localeCompare(b));
  const entries = sorted
    .filter(([file]) => existsSync(join(root, file)))
    .map(([file, { wronglyExcused: _, ...figures }]) => [file, figures]);
  writeFileSync(join(root, measuredFile), `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`);
  const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');
  spawnSync(process.execPath, [biome, 'format', '--write', measuredFile], { cwd: root });
  const text = readFileSync(join(root, page), 'utf8');
  const changed = (file, { text: then }) => fingerprint(readFileSync(join(root, file), 'utf8')) !== then;
  const today = entries.map(([file, figures]) => [file, { ...figures, changed: changed(file, figures) }]);
  const areas = areaTable(mutable(root, ['shared']), new Map(today));
  const tables = `${areas}\n\n${figureTables(today)}\n\n${equivalentTable(equivalents)}`;
  const [before, after] = text.split(/<!-- figures[\s\S]*?<!-- end -->/);
  writeFileSync(
    join(root, page),
    `${before}<!-- figures: written by npm run mutate -- --record -->\n\n${tables}\n\n<!-- end -->${after}`,
  );
}

function figureTables(entries) {
  const folders = new Map();
  for (const entry of entries) {
    const folder = dirname(entry[0]);
    folders.set(folder, [...(folders.get(folder) ?? []), entry]);
  }
  return [...folders]
    .map(([folder, files]) => {
      const rows = files.map(([file, figures]) =>
        row(`\`${file.slice(folder.length + 1)}\``, figures.date, figures),
      );
      const total = ['mutants', 'noticed', 'changeNothing'].map((name) => [name, sum(files, name)]);
      rows.push(row('**all**', '', Object.fromEntries(total)));
      return `#### ${folder}\n\n| file | date | mutants | noticed | change nothing | of the others noticed |\n|---|---|---|---|---|---|\n${rows.join('\n')}`;
    })
    .join('\n\n');
}

const sum = (files, name) => files.reduce((total, [, figures]) => total + figures[name], 0);

function row(name, date, { mutants, noticed, changeNothing, changed }) {
  const marked = changed ? `${name} (changed since)` : name;
  return `| ${marked} | ${date} | ${mutants} | ${noticed} | ${changeNothing || '–'} | ${percent({ mutants, noticed, changeNothing })} |`;
}

function equivalentTable(equivalents) {
  const code = (text) => `\`${text.replace(/\|/g, '\\|')}\``;
  const rows = equivalents.map(
    ({ file, from, to, why }) =>
      `| \`${file.replace('shared/', '')}\` ${code(from)} → ${code(to)} | ${why} |`,
  );
  return `### Survivors that change nothing\n\n| mutant | why |\n|---|---|\n${rows.join('\n')}`;
}

function readJson(root, file) {
  return JSON.parse(readFileSync(join(root, file), 'utf8'));
}
