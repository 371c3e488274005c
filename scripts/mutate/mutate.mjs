// Mutation tests: `npm run mutate -- shared/shop/pricing.ts shared/payments/refunds`. Each small change ("mutant") of the files, or of
// the files in the folders, is tried against the tests that reach it; one that no test notices survives. Test files that are named
// too are then the only ones; --continue goes on with a run that was stopped, --again tries the survivors of the last run against the
// tests as they are now, --so-far reports of a stopped run the files that are done. Figures, and why some survivors are none: docs/mutation.md.
// Stryker makes the mutants. It is no dependency of the project: the first run installs it here, from this folder's lockfile.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mutable, testsThatImport } from './files.mjs';
import { isNoticed, report } from './report.mjs';
import { WorkFolder } from './work-folder.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..');

const given = process.argv.slice(2);
const named = given.filter((argument) => !argument.startsWith('--'));
const testFolders = given.flatMap((argument) => argument.split('--tests=')[1] ?? []);
const record = given.includes('--record');
for (const file of named) if (!existsSync(join(root, file))) fail(`There is no ${file} · 没有这个文件`);
const isTest = (file) => file.endsWith('.test.ts');
const files = mutable(
  root,
  named.filter((file) => !isTest(file)),
);
if (files.length === 0)
  fail('Name the files to mutate · 请给出要变异的文件: npm run mutate -- shared/shop/pricing.ts');

install();
const path = process.env.MUTATE_WORK ?? join(root, 'dist/mutation');
const again = given.includes('--again');
const soFar = given.includes('--so-far');
const goesOn = again || soFar || given.includes('--continue');
if (goesOn && !existsSync(join(path, 'plan.json')))
  fail('There is no earlier run to go on with: leave that option out · 没有可以继续的上次运行，请去掉该选项');
if (!goesOn) rmSync(path, { recursive: true, force: true });
const work = new WorkFolder(path);
work.save('run', { pid: process.pid });
if (!goesOn) await plan();
if (again) forgetSurvivors();
let idleAttempts = 0;
while (!soFar && work.entries('results').length < work.read('plan').mutants.length) await attempt();
tellOfFailing();
report(root, work, { record });

async function plan() {
  const { instrument } = await import('./instrument.mjs');
  const tests = testFiles();
  const { texts, mutants } = await instrument(root, files);
  work.save('texts', texts);
  work.save('plan', { tests, mutants, sources: sources() });
  console.log(`${mutants.length} mutants of ${files.length} files, against ${tests.length} test files`);
}

function testFiles() {
  return named.some(isTest) ? named.filter(isTest) : testsThatImport(root, files, testFolders);
}

function sources() {
  return Object.fromEntries(files.map((file) => [file, readFileSync(join(root, file), 'utf8')]));
}

/** What tests noticed stays; what each of them reaches is looked at anew. */
function forgetSurvivors() {
  const { mutants, sources: before } = work.read('plan');
  const changed = files.filter((file) => before[file] !== readFileSync(join(root, file), 'utf8'));
  if (changed.length > 0)
    fail(`These were not in the last run as they are now: ${changed.join(', ')} · 与上次运行时不同`);
  const noticed = work.entries('results').filter(({ status }) => isNoticed(status));
  work.clear('results');
  work.clear('coverage');
  for (const result of noticed) work.append('results', result);
  work.save('plan', { tests: testFiles(), mutants, sources: before });
}

/** One process of vitest, which goes on where the last one stopped. */
async function attempt() {
  if (work.read('run').pid !== process.pid) fail(`Another run has begun in ${path} · 该目录中已有另一次运行`);
  const before = work.entries('progress').length;
  work.append('progress', { started: true });
  const vitest = spawn(
    process.execPath,
    ['node_modules/vitest/vitest.mjs', 'run', '--config', 'scripts/mutate/vitest.config.ts'],
    {
      cwd: root,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, MUTATE_WORK: path },
    },
  );
  let errors = '';
  vitest.stderr.on('data', (data) => {
    errors = (errors + data).slice(-4000);
  });
  await new Promise((resolve) => vitest.on('exit', resolve));
  idleAttempts = work.entries('progress').length === before + 1 ? idleAttempts + 1 : 0;
  // On a busy machine vitest gives up waiting for its worker to start.
  if (idleAttempts === 10) fail(`vitest does not run: ${errors}`);
}

/** A test that fails without a mutant notices none, so what survives may be noticed by it: run it against fewer files. */
function tellOfFailing() {
  for (const { file, tests, failed } of work.entries('coverage'))
    if (failed)
      console.log(
        `${file}: ${tests.filter((test) => test.failed).length} tests failed without a mutant and were not used · 未变异时即失败，未采用: ${failed.message}`,
      );
}

function install() {
  if (existsSync(join(here, 'node_modules', '.package-lock.json'))) return;
  console.log('Installing Stryker (once) · 首次运行，正在安装 Stryker …');
  const { status } = spawnSync(
    'npm',
    ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
    {
      cwd: here,
      stdio: 'inherit',
      shell: process.platform === 'win32',
    },
  );
  if (status !== 0) process.exit(2);
}

function fail(message) {
  console.error(message);
  process.exit(2);
}
