/** Makes the npm package `wechatpay-sandbox`: bundled JavaScript, declarations and built pages, without dependencies. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { buildInspector } from '../../sandbox/inspector/build.ts';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../..');
const source = join(root, 'sandbox/package');

/** @param target a folder, which is replaced. @returns the tarball, which lies beside it. */
export async function packSandbox(target: string): Promise<string> {
  rmSync(target, { recursive: true, force: true });
  mkdirSync(join(target, 'bin'), { recursive: true });
  await bundle(target);
  const facts = join(root, 'sandbox/wechatpay/documented');
  cpSync(join(facts, 'apis.json'), join(target, 'lib/apis.json'));
  await buildInspector(join(target, 'lib/pages'), { standalone: true });
  writeDeclarations(target);
  cpSync(join(source, 'Containerfile'), join(target, 'Containerfile'));
  for (const name of ['README.md', 'README.zh-CN.md']) {
    // In the package docs/ is beside the README.
    const text = readFileSync(join(source, name), 'utf8').replaceAll('](../../docs/', '](docs/');
    writeFileSync(join(target, name), text);
  }
  for (const name of ['scenarios.md', 'coverage.md']) {
    cpSync(join(root, 'docs', name), join(target, 'docs', name));
  }
  cpSync(join(root, 'LICENSE'), join(target, 'LICENSE'));
  writeFileSync(join(target, 'NOTICES'), notices());
  writeFileSync(join(target, 'package.json'), `${JSON.stringify(manifest(), undefined, 2)}\n`);
  const bin =
    "#!/usr/bin/env node\nrequire('node:module').enableCompileCache?.();\nrequire('../lib/bin.js');\n";
  writeFileSync(join(target, 'bin/wechatpay-sandbox.js'), bin, { mode: 0o755 });
  return pack(target);
}

/** CommonJS, which Node loads by `import` and by `require`, so that jest needs no setting. */
async function bundle(target: string): Promise<void> {
  await build({
    entryPoints: [join(source, 'index.ts'), join(source, 'bin.ts')],
    outdir: join(target, 'lib'),
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    define: { 'import.meta.url': 'moduleUrl' },
    banner: { js: "const moduleUrl=require('node:url').pathToFileURL(__filename).href;" },
    legalComments: 'linked',
    logLevel: 'warning',
  });
}

/** Only those that the library's own lead to. */
function writeDeclarations(target: string): void {
  const emitted = mkdtempSync(join(tmpdir(), 'wechatpay-sandbox-types-'));
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, '-p', here, '--outDir', emitted], { cwd: root, stdio: 'inherit' });
  const files = new Set(['package/index.d.ts']);
  for (const file of files) {
    const text = readFileSync(join(emitted, file), 'utf8').replace(/(from '\.[^']+)\.ts'/g, "$1.js'");
    for (const [, specifier] of text.matchAll(/from '(\.[^']+)\.js'/g)) {
      files.add(`${join(dirname(file), specifier!)}.d.ts`);
    }
    mkdirSync(dirname(join(target, 'types', file)), { recursive: true });
    writeFileSync(join(target, 'types', file), text);
  }
  rmSync(emitted, { recursive: true });
}

/** What the bundles contain of others. */
function notices(): string {
  const licence = (name: string, file: string) =>
    `${name}\n\n${readFileSync(join(root, file), 'utf8').trim()}\n`;
  return [
    // Its package has no file of it; what its source says of itself is in lib/*.LEGAL.txt.
    'jsrsasign (c) 2010-2023 Kenji Urushima, MIT License, https://kjur.github.io/jsrsasign/license/\n',
    licence('preact', 'node_modules/preact/LICENSE'),
    licence(
      'wechatpay-openapi (names, types and limits of fields, as data)',
      'sandbox/wechatpay/documented/LICENSE-wechatpay-openapi',
    ),
  ].join(`\n${'-'.repeat(80)}\n\n`);
}

function manifest(): object {
  const { version, license, engines } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  ) as Record<string, unknown>;
  return {
    name: 'wechatpay-sandbox',
    version,
    description:
      'A WeChat Pay v3 (微信支付 APIv3) sandbox that signs, encrypts, retries and explains. For any language.',
    keywords: ['wechatpay', '微信支付', 'sandbox', 'mock', 'apiv3', 'payment', 'testing'],
    license,
    type: 'commonjs',
    bin: { 'wechatpay-sandbox': 'bin/wechatpay-sandbox.js' },
    exports: {
      '.': { types: './types/package/index.d.ts', default: './lib/index.js' },
      './package.json': './package.json',
    },
    types: './types/package/index.d.ts',
    engines,
  };
}

function pack(target: string): string {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const destination = dirname(target);
  const printed = execFileSync(npm, ['pack', target, '--pack-destination', destination, '--json'], {
    cwd: destination,
    shell: process.platform === 'win32',
  });
  const [{ filename }] = JSON.parse(printed.toString()) as [{ filename: string }];
  return join(destination, filename);
}
