// Checks miniprogram/ with Tencent's own tools, offline: `node scripts/check-miniprogram/check.mjs`.
// The tools are heavy, so they are no dependency of the project: the first run installs them here, from this
// folder's lockfile. Every tool must be silent; the exit code is 1 otherwise.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..');
const source = join(root, 'miniprogram');

const checks = [
  ['TypeScript', checkTypes],
  ['wcc, the WXML compiler', () => checkWith('wcc', '.wxml', ['-d'])],
  ['wcsc, the WXSS compiler', () => checkWith('wcsc', '.wxss', ['-js'])],
  ['the whole by miniprogram-ci', compileWhole],
  ['the phone', buildPhone],
];

install();
let failed = 0;
for (const [name, check] of checks) {
  const startedAt = performance.now();
  const problems = await check();
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`${problems.length === 0 ? '✓' : '✗'} ${name} (${seconds} s)`);
  for (const problem of problems) console.log(`    ${problem.replaceAll('\n', '\n    ')}`);
  failed += problems.length;
}
process.exit(failed === 0 ? 0 : 1);

function install() {
  const marker = join(here, 'node_modules', '.package-lock.json');
  if (existsSync(marker)) return;
  console.log('Installing the tools (once, some minutes) · 首次运行，正在安装检查工具 …');
  // No install scripts: what is needed ships inside the packages.
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

function checkTypes() {
  return run(process.execPath, [
    join(root, 'node_modules/typescript/bin/tsc'),
    '-p',
    join(source, 'tsconfig.json'),
  ]);
}

/** wcc and wcsc come with miniprogram-simulate. They are older than DevTools, and stricter in syntax. */
function checkWith(tool, extension, options) {
  const system = { darwin: 'mac', linux: 'linux', win32: 'windows' }[process.platform] ?? 'linux';
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const binary = join(here, 'node_modules/miniprogram-compiler/bin', system, tool + suffix);
  if (process.platform !== 'win32') chmodSync(binary, 0o755);
  const files = filesBelow(source).filter((file) => file.endsWith(extension));
  return run(binary, [...options, ...files.map((file) => relative(source, file))], source);
}

/** The compile that DevTools does before an upload, with an appid and a key that are made up. */
async function compileWhole() {
  const ci = createRequire(join(here, 'package.json'))('miniprogram-ci');
  // It asks Tencent for a list it can do without; a closed port here keeps the check offline.
  ci.proxy('http://127.0.0.1:9');
  const { generateKeyPairSync } = await import('node:crypto');
  const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  class OfflineProject extends ci.Project {
    async attr() {
      return ci.DefaultProjectAttr;
    }
  }
  const project = new OfflineProject({
    appid: 'wx0000000000000000',
    type: 'miniProgram',
    projectPath: root,
    privateKey: key.export({ type: 'pkcs1', format: 'pem' }),
    ignores: ['node_modules/**/*'],
  });
  const { setting } = JSON.parse(readFileSync(join(root, 'project.config.json'), 'utf8'));
  try {
    const files = await ci.getCompiledResult({
      project,
      version: '0.0.0',
      desc: '',
      setting,
      onProgressUpdate() {},
    });
    return leftovers(Object.keys(files));
  } catch (error) {
    return [String(error?.message ?? error)];
  }
}

/** What must be in the package, and what must not. */
function leftovers(files) {
  const { pages } = JSON.parse(readFileSync(join(source, 'app.json'), 'utf8'));
  const missing = pages.filter((page) => !files.some((file) => file.includes(page)));
  const unwanted = files.filter((file) => /\.test\.|shared\/|typings\//.test(file));
  return [
    ...missing.map((page) => `${page} is not in the package`),
    ...unwanted.map((file) => `${file} must not be in the package`),
  ];
}

function buildPhone() {
  const script = `import { buildPhone } from './sandbox/phone/build.ts'; buildPhone('dist/check-phone').catch((error) => { console.error(error.message); process.exit(1); });`;
  return run(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], root);
}

/** Runs a tool; any complaint counts, whatever its exit code. */
function run(command, args, cwd = root) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (error) return [error.message];
  const complaints =
    status === 0
      ? stderr.trim()
      : `${stderr}${stdout.length < 20_000 ? stdout : ''}`.trim() || `exit code ${status}`;
  return complaints === '' ? [] : [complaints];
}

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory())
      return entry.name === 'miniprogram_npm' || entry.name === 'node_modules' ? [] : filesBelow(path);
    return [path];
  });
}
