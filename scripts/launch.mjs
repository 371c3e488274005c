// The entry of every npm script. Plain JavaScript without dependencies, so that it also runs on a fresh
// clone: it installs from the lockfile when node_modules is missing or older than the lockfile, then
// starts the task. Each task is a command line of a locally installed tool.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const run = (file) => ['--import', 'tsx', `scripts/${file}.ts`];
const tasks = {
  start: [run('start')],
  demo: [run('demo')],
  sandbox: [run('sandbox')],
  build: [run('build')],
  provision: [run('provision')],
  deploy: [run('deploy')],
  rollback: [run('rollback')],
  status: [run('status')],
  anomalies: [run('anomalies')],
  sellers: [run('sellers')],
  order: [run('order')],
  ledger: [run('ledger')],
  bench: [run('bench')],
  'package:wechatpay': [run('package-wechatpay')],
  'pack:sandbox': [run('pack-sandbox')],
  setup: [run('setup')],
  doctor: [run('doctor')],
  products: [run('products')],
  test: [run('build'), run('test')],
  simulate: [run('simulate')],
  sdks: [run('sdks')],
  fuzz: [run('fuzz')],
  faults: [run('build'), run('process-faults')],
  mutate: [['scripts/mutate/mutate.mjs']],
  'check:miniprogram': [['scripts/check-miniprogram/check.mjs']],
  pictures: [run('pictures')],
  check: [
    ['node_modules/typescript/bin/tsc'],
    ['node_modules/typescript/bin/tsc', '-p', 'sandbox/inspector'],
    ['node_modules/typescript/bin/tsc', '-p', 'sandbox/phone'],
    ['node_modules/typescript/bin/tsc', '-p', 'miniprogram'],
    ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings'],
    ['node_modules/knip/bin/knip.js'],
  ],
};

const [task, ...args] = process.argv.slice(2);
if (!task || !tasks[task]) fail(`Unknown task "${task ?? ''}". Tasks: ${Object.keys(tasks).join(', ')}.`);
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  fail(
    `Node ${process.versions.node} is too old: this project needs Node 20.19 or newer. 需要 Node 20.19 以上版本。`,
  );
}
if (!installed()) install();
for (const [index, command] of tasks[task].entries()) {
  const last = index === tasks[task].length - 1;
  const { status, signal } = spawnSync(process.execPath, [...command, ...(last ? args : [])], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? (signal === 'SIGINT' ? 130 : 1));
}

/** npm writes node_modules/.package-lock.json at the end of an install; a newer lockfile means another install. */
function installed() {
  const marker = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(marker)) return false;
  return statSync(marker).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs;
}

function install() {
  process.stderr.write('Installing dependencies from package-lock.json (once) · 首次运行，正在安装依赖 …\n');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const { status } = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status !== 0) fail('npm ci failed; see its message above. 依赖安装失败，请看上面的信息。');
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}
