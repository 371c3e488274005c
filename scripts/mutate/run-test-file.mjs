// Runs tests of one file inside the worker, without a word to vitest's main process.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { TestRunner } from 'vitest';
import { reuseKeyPairs, startOverWithKeyPairs } from './once-generated-keys.mjs';

// The instance that vitest itself uses.
const require = createRequire(createRequire(import.meta.url).resolve('vitest/package.json'));
const { startTests } = await import(pathToFileURL(require.resolve('@vitest/runner')).href);

globalThis.__stryker__ ??= {};
const stryker = globalThis.__stryker__;
stryker.mutantCoverage ??= { static: {}, perTest: {} };
reuseKeyPairs();
let unhandled;
for (const event of ['unhandledRejection', 'uncaughtException']) {
  process.on(event, (error) => {
    unhandled ??= error;
  });
}

/**
 * `only` are the ids of the tests to run, until the first that fails; without it all are run, and with `cover` what each reaches is
 * noted.
 */
export async function runTestFile(outer, filepath, { only, cover = false }) {
  const runner = new QuietRunner(outer, only);
  outer.workerState.filepath = filepath;
  stryker.mutantCoverage.perTest = {};
  unhandled = undefined;
  startOverWithKeyPairs(filepath);
  const startedMs = cpuMs();
  const [file] = await startTests([{ filepath, testLocations: undefined }], runner);
  if (unhandled) runner.failed ??= { test: `${file.name}: unhandled ${String(unhandled).slice(0, 200)}` };
  if (!runner.failed && file.result?.state === 'fail') runner.failed = failure(file);
  if (!cover) return { failed: runner.failed };
  const tests = covered(file, runner);
  const importMs = cpuMs() - startedMs - tests.reduce((sum, { ms }) => sum + ms, 0);
  return { importMs, tests, whole: stryker.mutantCoverage.perTest.file ?? {}, failed: runner.failed };
}

/** Of this process: how long something takes depends on what else the machine does. */
function cpuMs() {
  const { user, system } = process.cpuUsage();
  return Math.round((user + system) / 1000);
}

class QuietRunner extends TestRunner {
  startedMs = new Map();
  cpuMs = new Map();

  constructor(outer, only) {
    super(outer.config);
    this.moduleRunner = outer.moduleRunner;
    this._otel = outer._otel;
    this.only = only;
  }

  onCollectStart(file) {
    super.onCollectStart(file);
    stryker.currentTestId = 'file';
  }

  onCollected([file]) {
    if (this.only) skipOthers(file, this.only);
  }

  async onBeforeRunTask(test) {
    if (this.failed && this.only) test.mode = 'skip';
    await super.onBeforeRunTask(test);
    this.startedMs.set(test.id, cpuMs());
    stryker.currentTestId = test.id;
  }

  onAfterRunTask(test) {
    stryker.currentTestId = 'file';
    this.cpuMs.set(test.id, cpuMs() - this.startedMs.get(test.id));
    if (test.result?.state === 'fail') this.failed ??= failure(test);
    super.onAfterRunTask(test);
  }
}

function failure(task) {
  const message = String(task.result.errors?.[0]?.message ?? '');
  return {
    test: `${task.file?.name ?? task.name}: ${task.name}`,
    message: message.slice(0, 200),
    timedOut: /timed out in|Hit count limit/.test(message),
  };
}

/** Whether anything is left to run. */
function skipOthers(task, only) {
  const kept =
    task.type === 'test'
      ? only.has(task.id)
      : task.tasks.filter((child) => skipOthers(child, only)).length > 0;
  if (!kept) task.mode = 'skip';
  return kept;
}

function covered(file, runner) {
  const { perTest } = stryker.mutantCoverage;
  const tests = [];
  const walk = (task) => {
    if (task.type === 'suite') return task.tasks.forEach(walk);
    if (!task.result || task.mode === 'skip') return;
    const ms = runner.cpuMs.get(task.id) ?? 0;
    tests.push({ id: task.id, ms, failed: task.result.state === 'fail', cover: perTest[task.id] ?? {} });
  };
  walk(file);
  return tests;
}

/**
 * vitest asks its main process about each import again, and walks the graph of modules for each. No file changes here, so what is
 * known stays true.
 */
export function trustKnownModules({ moduleRunner, workerState: { evaluatedModules } }) {
  const { cachedModule, cachedRequest } = moduleRunner;
  moduleRunner.cachedModule = async (url, importer) => {
    const known = evaluatedModules.getModuleByUrl(url);
    return known?.meta ? known : cachedModule.call(moduleRunner, url, importer);
  };
  moduleRunner.cachedRequest = async (url, module, callstack = [], ...rest) => {
    if (!module.evaluated || !module.exports)
      return cachedRequest.call(moduleRunner, url, module, callstack, ...rest);
    if (callstack.length > 0) module.importers.add(callstack.at(-1));
    return module.exports;
  };
}
