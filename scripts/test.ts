/**
 * `npm test`: every check, with a closing line `N passed, N failed`. What takes seconds comes first, one after the other;
 * Tencent's compilers, which are installed at their first use, run beside the tests, and what they say comes at the end.
 * A check whose tool is missing on this machine says "not run", and counts as failed under CI. What takes minutes more, the
 * simulation and the fuzzing, of which the tests play a little, is played in length under CI only.
 */
import { type SpawnOptions, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Outcome {
  passed: number;
  failed: number;
  notes: string[];
}

const tsc = 'node_modules/typescript/bin/tsc';
interface Check {
  name: string;
  command: string[];
}

const checks: Check[] = [
  { name: 'types (tsc, strict)', command: [tsc] },
  { name: 'types of the inspector', command: [tsc, '-p', 'sandbox/inspector'] },
  { name: 'types of the phone', command: [tsc, '-p', 'sandbox/phone'] },
  { name: 'types of the mini-program', command: [tsc, '-p', 'miniprogram'] },
  { name: 'lint and format (biome)', command: ['node_modules/@biomejs/biome/bin/biome', 'check'] },
  { name: 'dead code (knip)', command: ['node_modules/knip/bin/knip.js', '--no-progress'] },
];
const compilers: Check = {
  name: "the mini-program, by Tencent's compilers",
  command: ['scripts/check-miniprogram/check.mjs'],
};
const tsx = ['--import', 'tsx'];
const underCi: Check[] = [
  {
    name: '2000 stories of the simulation',
    command: [...tsx, 'scripts/simulate.ts', '--seeds', '2000'],
  },
  {
    name: '20000 inputs for each parser',
    command: [...tsx, 'scripts/fuzz.ts', '--inputs', '20000', '--seed', '20260103'],
  },
];

const filters = process.argv.slice(2);
const outcomes = filters.length === 0 ? await runAll() : [await runVitest(filters)];
const passed = outcomes.reduce((sum, outcome) => sum + outcome.passed, 0);
const failed = outcomes.reduce((sum, outcome) => sum + outcome.failed, 0);
for (const note of outcomes.flatMap((outcome) => outcome.notes)) console.log(note);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;

async function runAll(): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const check of checks) {
    const { outcome, text } = await runCheck(check, 'inherit');
    process.stdout.write(text);
    outcomes.push(outcome);
  }
  const [tests, compiled] = await Promise.all([
    runVitest([]),
    runCheck(compilers, ['ignore', 'pipe', 'pipe']),
  ]);
  process.stdout.write(compiled.text);
  for (const check of process.env.CI ? underCi : []) {
    const { outcome, text } = await runCheck(check, 'inherit');
    process.stdout.write(text);
    outcomes.push(outcome);
  }
  return [...outcomes, compiled.outcome, tests];
}

/** @returns also what it printed where that is piped, so that it does not get between what others print */
async function runCheck(
  { name, command }: Check,
  stdio: SpawnOptions['stdio'],
): Promise<{ outcome: Outcome; text: string }> {
  const startedAt = performance.now();
  const { status, text } = await run(command, { stdio });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const ok = status === 0;
  return {
    outcome: { passed: ok ? 1 : 0, failed: ok ? 0 : 1, notes: ok ? [] : [`failed: ${name}`] },
    text: `${text}${ok ? '✓' : '✗'} ${name} ${seconds} s\n`,
  };
}

/** Ends with null as its status when it was killed or could not be started. */
function run(args: string[], options: SpawnOptions): Promise<{ status: number | null; text: string }> {
  const child = spawn(process.execPath, args, options);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
  }
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ status: null, text: `${text}${error.message}\n` }));
    child.on('close', (status) => resolve({ status, text }));
  });
}

async function runVitest(args: string[]): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'wechatpay-cloudbase-test-'));
  const report = join(folder, 'report.json');
  try {
    const { status } = await run(
      [
        'node_modules/vitest/vitest.mjs',
        'run',
        '--reporter=dot',
        '--reporter=json',
        `--outputFile.json=${report}`,
        ...args,
      ],
      { stdio: 'inherit' },
    );
    if (!existsSync(report)) return { passed: 0, failed: 1, notes: ['failed: vitest gave no report'] };
    return summarize(JSON.parse(readFileSync(report, 'utf8')), status === 0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface VitestReport {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  testResults: { name: string; status: string; assertionResults: { status: string; fullName: string }[] }[];
}

function summarize(report: VitestReport, exitedWell: boolean): Outcome {
  const notRun = report.testResults.flatMap((file) =>
    file.assertionResults.filter((test) => test.status === 'skipped' || test.status === 'pending'),
  );
  const brokenFiles = report.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed'),
  );
  const notes = [
    ...notRun.map((test) => `not run: ${test.fullName}`),
    ...brokenFiles.map((file) => `failed to load: ${file.name}`),
    ...report.testResults
      .flatMap((file) => file.assertionResults.filter((test) => test.status === 'failed'))
      .map((test) => `failed: ${test.fullName}`),
  ];
  const failedHere = report.numFailedTests + brokenFiles.length + (process.env.CI ? notRun.length : 0);
  return {
    passed: report.numPassedTests,
    failed: failedHere === 0 && !exitedWell ? 1 : failedHere,
    notes,
  };
}
