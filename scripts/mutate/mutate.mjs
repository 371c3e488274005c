// Mutation tests with Stryker: `npm run mutate -- shared/shop/pricing.ts shared/payments/refunds/*.ts`.
// Each small change ("mutant") of the files is tried against the tests of their folders, or against the test files that
// are named too; one that no test notices survives. Figures, and why some survivors are none: docs/mutation.md.
// Stryker is no dependency of the project: the first run installs it here, from this folder's lockfile.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..');
const named = process.argv.slice(2);
for (const file of named) if (!existsSync(join(root, file))) fail(`There is no ${file} · 没有这个文件`);
const isTest = (file) => file.endsWith('.test.ts');
const files = named.filter((file) => !isTest(file));
const tests = named.some(isTest)
  ? named.filter(isTest)
  : files.map((file) => `${dirname(file)}/**/*.test.ts`);
if (files.length === 0)
  fail('Name the files to mutate · 请给出要变异的文件: npm run mutate -- shared/shop/pricing.ts');

install();
const folder = mkdtempSync(join(tmpdir(), 'mutate-'));
try {
  const configFile = join(folder, 'stryker.config.json');
  writeFileSync(configFile, JSON.stringify(options(folder)));
  process.exitCode = spawnSync(
    process.execPath,
    [join(here, 'node_modules/@stryker-mutator/core/bin/stryker.js'), 'run', configFile],
    { cwd: root, stdio: 'inherit', env: { ...process.env, MUTATE_TESTS: [...new Set(tests)].join() } },
  ).status;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function options(temporaryFolder) {
  return {
    testRunner: 'vitest',
    plugins: [join(here, 'node_modules/@stryker-mutator/vitest-runner/dist/src/index.js')],
    vitest: { configFile: 'scripts/mutate/vitest.config.ts' },
    mutate: files,
    // Tests do not decide whether a user-facing text is right.
    mutator: { excludedMutations: ['StringLiteral'] },
    coverageAnalysis: 'perTest',
    concurrency: 1,
    // Added to 1.5 times the normal duration, so that a mutant on a busy machine is not taken for an endless loop.
    timeoutMS: 20_000,
    reporters: ['progress-append-only', 'clear-text', 'html', 'json'],
    clearTextReporter: { logTests: false, allowColor: false },
    htmlReporter: { fileName: 'dist/mutation/report.html' },
    jsonReporter: { fileName: 'dist/mutation/report.json' },
    // Stryker would rewrite it with an API that TypeScript 7 does not have; a name without a file leaves it alone.
    tsconfigFile: 'none',
    disableTypeChecks: false,
    tempDirName: join(temporaryFolder, 'sandbox'),
    ignorePatterns: ['dist', 'docs', 'miniprogram', '.sandbox', '.releases', 'scripts/*/node_modules'],
  };
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
