// What the one worker of vitest does: it loads the modules once, and tries mutant after mutant in the same process. Only the module
// of the mutant and those that import it are loaded again in between, and only tests that reach the mutant are run, the nearest
// first. That is what makes a mutant cost a tenth of a second instead of several.
import { basename, dirname, join } from 'node:path';
import { TestRunner } from 'vitest';
import { countWhatWasDone } from './patience.mjs';
import { runTestFile, trustKnownModules } from './run-test-file.mjs';
import { watch } from './watchdog.mjs';
import { WorkFolder } from './work-folder.mjs';

const work = new WorkFolder(process.env.MUTATE_WORK);
const root = join(import.meta.dirname, '../..');
/** How much processor time the tests of a mutant may take together, by what they took without it, beside those near it. */
const budgetMs = 3000;

export default class MutantRunner extends TestRunner {
  async onAfterRunFiles() {
    super.onAfterRunFiles();
    trustKnownModules(this);
    countWhatWasDone(this.config.testTimeout);
    watch();
    const plan = work.read('plan');
    const reached = await coverage(this, plan);
    const done = new Set(work.entries('results').map(({ id }) => id));
    const doubtful = new Set(work.entries('progress').flatMap(({ unsound = [] }) => unsound));
    let results = [];
    const left = plan.mutants.filter(({ id }) => !done.has(id));
    for (const mutant of left) {
      work.append('progress', { id: mutant.id });
      results.push(await tryMutant(this, mutant, testsOf(mutant, reached)));
      if (results.length < 20 && mutant !== left.at(-1) && !doubtful.has(mutant.id)) continue;
      await record(this, results);
      results = [];
    }
  }
}

/** Which mutants each test reaches, and how long it takes: a run of each test file without a mutant. */
async function coverage(runner, plan) {
  const known = new Map(work.entries('coverage').map((entry) => [entry.file, entry]));
  const mutated = [...new Set(plan.mutants.map(({ file }) => file))];
  for (const file of plan.tests) {
    if (known.has(file)) continue;
    work.append('progress', { test: file });
    forget(runner, [...mutated, file]);
    const entry = { file, ...(await runTestFile(runner, join(root, file), { cover: true })) };
    work.append('coverage', entry);
    known.set(file, entry);
  }
  return plan.tests.map((file) => known.get(file));
}

/** The test files with the tests that reach the mutant, the nearest and then the quickest first. */
function testsOf(mutant, reached) {
  const found = [];
  for (const { file, tests, whole, importMs } of reached) {
    const all = whole[mutant.id] !== undefined;
    const names = tests.filter(({ cover, failed }) => !failed && (all || cover[mutant.id] !== undefined));
    if (names.length === 0) continue;
    const hits = Math.max(whole[mutant.id] ?? 0, ...names.map(({ cover }) => cover[mutant.id] ?? 0));
    const ms = names.reduce((sum, test) => sum + test.ms, importMs);
    found.push({
      file,
      only: new Set(names.map(({ id }) => id)),
      ms,
      hits,
      far: distance(mutant.file, file),
    });
  }
  return found.sort((a, b) => a.far - b.far || a.ms - b.ms);
}

/** 0 for the test beside the file, 1 for the tests of its folder or named like its folder, 2 for all others. */
function distance(file, test) {
  if (test === file.replace(/\.ts$/, '.test.ts')) return 0;
  const folder = dirname(file);
  const near = test.startsWith(`${folder}/`) || basename(test).startsWith(basename(folder).replace(/s$/, ''));
  return near ? 1 : 2;
}

async function tryMutant(runner, { id, file }, testFiles) {
  const stryker = globalThis.__stryker__;
  let farMs = 0;
  let skipped = 0;
  let killed;
  forget(runner, [file]);
  for (const reaching of testFiles) {
    if (reaching.far > 1 && farMs + reaching.ms > budgetMs) {
      skipped += 1;
      continue;
    }
    if (reaching.far > 1) farMs += reaching.ms;
    forget(runner, [reaching.file]);
    Object.assign(stryker, { activeMutant: id, hitCount: 0, hitLimit: Math.max(2000, reaching.hits * 100) });
    killed = (await runTestFile(runner, join(root, reaching.file), { only: reaching.only })).failed;
    if (killed) break;
  }
  Object.assign(stryker, { activeMutant: undefined, hitCount: undefined });
  forget(runner, [file]);
  return {
    id,
    status: killed
      ? killed.timedOut
        ? 'timeout'
        : 'killed'
      : testFiles.length > 0
        ? 'survived'
        : 'not reached',
    ...(killed && { by: killed.test }),
    ...(skipped > 0 && !killed && { skipped }),
    tried: testFiles.slice(0, 1).map(({ file: path, only }) => ({ file: path, only: [...only] })),
  };
}

/**
 * A mutant may leave something behind that fails the tests after it. Whether one did is looked at once for several; if so, they are
 * tried again one by one, with a new process after each that leaves something.
 */
async function record(runner, results) {
  const failed = await leftBehind(runner, results);
  if (!failed || results.length === 1) {
    for (const { tried, ...result } of results) work.append('results', result);
  }
  if (!failed) return;
  work.append('progress', { unsound: results.map(({ id }) => id), failed });
  process.kill(process.pid, 'SIGKILL');
}

async function leftBehind(runner, results) {
  const tests = new Map(results.flatMap(({ tried }) => tried).map(({ file, only }) => [file, only]));
  for (const [file, only] of tests) {
    forget(runner, [file]);
    const { failed } = await runTestFile(runner, join(root, file), { only: new Set(only) });
    if (failed) return failed;
  }
  return undefined;
}

/** Has these modules, and the ones that import them, be loaded again. */
function forget(runner, files) {
  const { evaluatedModules } = runner.workerState;
  const left = files.flatMap((file) => [...(evaluatedModules.getModulesByFile(join(root, file)) ?? [])]);
  const seen = new Set(left);
  for (let module = left.pop(); module; module = left.pop()) {
    Object.assign(module, { promise: undefined, exports: undefined, evaluated: false });
    for (const id of module.importers) {
      const importer = evaluatedModules.getModuleById(id);
      if (!importer || seen.has(importer)) continue;
      seen.add(importer);
      left.push(importer);
    }
  }
}
