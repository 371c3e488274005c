/** Makes the npm package `wechatpay-sandbox`: bundled JavaScript, declarations and built pages, without dependencies. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Metafile, type Plugin } from 'esbuild';
import { buildInspector } from '../../sandbox/inspector/build.ts';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../..');
const source = join(root, 'sandbox/package');

/**
 * Node 22 keeps the compiled code. The heap grows by a fifth instead of by half or more between two collections: a
 * sandbox with 100,000 orders stays below 512 MB for it, and a collection is rare as it is.
 */
const program = `#!/usr/bin/env node
require('node:v8').setFlagsFromString('--heap-growing-percent=20');
require('node:module').enableCompileCache?.();
require('../lib/bin.js');
`;

const packedDocs = [
  'coverage.md',
  ...['captures', 'fidelity', 'scenarios', 'sdks'].flatMap((name) => [`${name}.md`, `${name}.zh-CN.md`]),
];

/** @param target a folder, which is replaced. @returns the tarball, which lies beside it. */
export async function packSandbox(target: string): Promise<string> {
  rmSync(target, { recursive: true, force: true });
  mkdirSync(join(target, 'bin'), { recursive: true });
  const packages = await bundle(target);
  const facts = join(root, 'sandbox/wechatpay/documented');
  cpSync(join(facts, 'apis.json'), join(target, 'lib/apis.json'));
  await buildInspector(join(target, 'lib/pages'), { standalone: true });
  writeDeclarations(target);
  for (const name of ['Containerfile', 'SKILL.md']) cpSync(join(source, name), join(target, name));
  for (const name of ['README.md', 'README.zh-CN.md']) {
    // In the package docs/ and samples/ are beside the README.
    const text = readFileSync(join(source, name), 'utf8')
      .replaceAll('](../../docs/', '](docs/')
      .replaceAll('](../connect/samples', '](samples');
    writeFileSync(join(target, name), text);
  }
  for (const name of packedDocs) {
    cpSync(join(root, 'docs', name), join(target, 'docs', name));
  }
  cpSync(join(root, 'sandbox/connect/samples'), join(target, 'samples'), { recursive: true });
  cpSync(join(source, 'ci'), join(target, 'ci'), { recursive: true });
  cpSync(join(root, 'LICENSE'), join(target, 'LICENSE'));
  writeFileSync(join(target, 'NOTICES'), notices(packages));
  writeFileSync(join(target, 'package.json'), `${JSON.stringify(manifest(), undefined, 2)}\n`);
  writeFileSync(join(target, 'bin/wechatpay-sandbox.js'), program, { mode: 0o755 });
  return pack(target);
}

/**
 * CommonJS, which Node loads by `import` and by `require`, so that jest needs no setting.
 * @returns the folders of the npm packages that are in it
 */
async function bundle(target: string): Promise<string[]> {
  const { metafile } = await build({
    absWorkingDir: root,
    metafile: true,
    entryPoints: {
      index: join(source, 'index.ts'),
      bin: join(source, 'bin.ts'),
      mcp: join(root, 'sandbox/mcp/serve.ts'),
    },
    outdir: join(target, 'lib'),
    plugins: [apart],
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
  return packagesIn(metafile);
}

/** The MCP server stays out of the program's bundle: only its command loads it, so that the others start without. */
const apart: Plugin = {
  name: 'apart',
  setup(build) {
    build.onResolve({ filter: /\/mcp\/serve\.ts$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: './mcp.js', external: true } : undefined,
    );
  },
};

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
function notices(packages: readonly string[]): string {
  const folders = [...packages, 'node_modules/preact'].filter((folder) => !folder.endsWith('/jsrsasign'));
  const licence = (name: string, file: string) =>
    `${name}\n\n${readFileSync(join(root, file), 'utf8').trim()}\n`;
  return [
    // Its package has no licence file; the notice in its source is in lib/*.LEGAL.txt.
    'jsrsasign (c) 2010-2023 Kenji Urushima, MIT License, https://kjur.github.io/jsrsasign/license/\n',
    ...folders.map((folder) => {
      const file = readdirSync(join(root, folder)).find((name) => /^licen[cs]e(\.|$)/i.test(name));
      if (file === undefined) throw new Error(`${folder} has no file of its licence.`);
      return licence(folder.split('node_modules/').at(-1)!, join(folder, file));
    }),
    licence(
      'wechatpay-openapi (names, types and limits of fields, as data)',
      'sandbox/wechatpay/documented/LICENSE-wechatpay-openapi',
    ),
  ].join(`\n${'-'.repeat(80)}\n\n`);
}

/** Folders of the npm packages among the inputs of a build. */
function packagesIn({ inputs }: Metafile): string[] {
  const folders = Object.keys(inputs).flatMap(
    (file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? [],
  );
  return [...new Set(folders)].sort();
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
