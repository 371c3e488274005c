/** Bundles scripts with esbuild: one CommonJS text each, minified. */
import { dirname, relative, resolve } from 'node:path';
import { type BuildOptions, build, type Metafile, type OutputFile, type Plugin, version } from 'esbuild';
import { leaveOutUnused } from './left-out.ts';
import { type Entry, stampsOf } from './manifest.ts';

/**
 * Scripts that functions share, and load when they first use them; a function has those that it names beside it.
 * wx-server-sdk is for the cloud call alone, and carries an SDK of its own.
 */
const sharedScripts: Readonly<Record<string, string>> = {
  sdk: '@cloudbase/node-sdk',
  'wx-sdk': 'wx-server-sdk',
};

const settings = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  minify: true,
  metafile: true,
  write: false,
  legalComments: 'none',
  logLevel: 'silent',
  // ASCII is decoded faster and takes half the memory. Only regular expressions and raw templates stay unescaped.
  charset: 'ascii',
  // `import()` becomes `require()`: a script that is run from a code cache has no module loader for the real one.
  supported: { 'dynamic-import': false },
  define: { 'process.env.NODE_ENV': '"production"' },
} satisfies BuildOptions;

/** The tools that an output depends on. */
export const tools = `node ${process.version} esbuild ${version}`;

export interface Bundle {
  code: string;
  entry: Omit<Entry, 'recipe'>;
}

/**
 * For deployment; readable, for the local system; or with a source map as well, which takes longer to make than the
 * script and names the sources by their absolute paths.
 */
export type BundlePurpose = 'deployment' | 'development' | 'debugging';

/** Bundles the entry points in one go. Keys are names, values are files. */
export async function bundleFunctions(
  root: string,
  entryPoints: Record<string, string>,
  purpose: BundlePurpose,
): Promise<Map<string, Bundle>> {
  const names = Object.keys(entryPoints);
  const lazy =
    purpose === 'deployment' ? await findLazyModules(root, entryPoints) : new Map<string, string[]>();
  const result = await build({
    ...settings,
    minify: purpose === 'deployment',
    ...(purpose === 'debugging' && { sourcemap: 'external' }),
    absWorkingDir: root,
    entryPoints: names.map((name) => ({ in: `entry:${name}`, out: name })),
    outdir: resolve(root, 'out'),
    plugins: [entries(root, entryPoints, lazy), sharedBeside(), leaveOutUnused()],
  });
  return new Map(
    names.map((name) => {
      const file = result.outputFiles.find(({ path }) => path === resolve(root, 'out', `${name}.js`));
      const output = result.metafile.outputs[relative(root, resolve(root, 'out', `${name}.js`))];
      if (!file || !output) throw new Error(`esbuild gave no output for ${name}.`);
      const map = result.outputFiles.find(({ path }) => path === `${file.path}.map`);
      const code = map ? `${file.text}${inlineMap(map)}` : file.text;
      return [name, toBundle(root, code, output, sourcesOf(result.metafile, output))];
    }),
  );
}

/** The comment by which a debugger finds the sources, wherever the script was copied. */
function inlineMap({ path, text }: OutputFile): string {
  const map = JSON.parse(text) as { sources: string[] };
  const sources = map.sources.map((source) => resolve(dirname(path), source));
  const bytes = Buffer.from(JSON.stringify({ ...map, sources }));
  return `//# sourceMappingURL=data:application/json;base64,${bytes.toString('base64')}\n`;
}

/** Name → modules that the function loads with `import()` when it needs them, relative to the root. */
async function findLazyModules(
  root: string,
  entryPoints: Record<string, string>,
): Promise<Map<string, string[]>> {
  const names = Object.keys(entryPoints);
  const { metafile } = await build({
    ...settings,
    minify: false,
    absWorkingDir: root,
    entryPoints: names.map((name) => ({ in: entryPoints[name]!, out: name })),
    outdir: resolve(root, 'out'),
    plugins: [sharedBeside(), leaveOutUnused()],
  });
  return new Map(
    Object.values(metafile.outputs).map((output) => {
      const imports = sourcesOf(metafile, output).flatMap((path) => metafile.inputs[path]?.imports ?? []);
      const lazy = imports.filter(({ kind, external }) => kind === 'dynamic-import' && !external);
      const name = names.find((each) => relative(root, entryPoints[each]!) === output.entryPoint) ?? '';
      return [name, [...new Set(lazy.map(({ path }) => path))]];
    }),
  );
}

/**
 * The actual entry point exports the handler, and beside it a way to load what the handler loads later: the build uses
 * that to have those modules compiled into the code cache. Nothing calls it in a deployed function.
 */
function entries(root: string, files: Record<string, string>, lazy: Map<string, string[]>): Plugin {
  return {
    name: 'entries',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^entry:/ }, ({ path }) => ({
        path: path.slice('entry:'.length),
        namespace: 'entry',
      }));
      onLoad({ filter: /.*/, namespace: 'entry' }, ({ path: name }) => {
        const loads = (lazy.get(name) ?? []).map(
          (path) => `() => import(${JSON.stringify(resolve(root, path))})`,
        );
        const main = `export { main } from ${JSON.stringify(files[name])};`;
        return {
          contents: `${main}\nexport const lazy = [${loads.join(', ')}];`,
          resolveDir: root,
          loader: 'js',
        };
      });
    },
  };
}

/** A shared script by itself, without what no function uses. @param name `sdk` or `wx-sdk` */
export async function bundleShared(root: string, name: string): Promise<Bundle> {
  const result = await build({
    ...settings,
    absWorkingDir: root,
    stdin: {
      contents: `module.exports = require('${sharedScripts[name]}');`,
      resolveDir: root,
      sourcefile: 'sdk-entry.js',
    },
    // Cloud calls are sent as multipart forms.
    plugins: [leaveOutUnused(name === 'wx-sdk' ? ['form-data'] : [])],
  });
  const output = Object.values(result.metafile.outputs)[0]!;
  return toBundle(root, result.outputFiles[0]!.text, output, sourcesOf(result.metafile, output));
}

function sharedBeside(): Plugin {
  return {
    name: 'shared-beside',
    setup({ onResolve }) {
      for (const [name, module] of Object.entries(sharedScripts)) {
        const filter = new RegExp(`^${module}$`);
        onResolve({ filter }, () => ({ path: `./${name}.js`, external: true }));
      }
    },
  };
}

type Output = Metafile['outputs'][string];

/** Every file that was read for it, also those that left no byte in it, such as a constant that was inlined. */
function sourcesOf(metafile: Metafile, output: Output): string[] {
  const found = new Set<string>();
  const visit = (path: string): void => {
    const input = metafile.inputs[path];
    if (!input || found.has(path)) return;
    found.add(path);
    for (const { path: imported } of input.imports) visit(imported);
  };
  if (output.entryPoint) visit(output.entryPoint);
  for (const path of Object.keys(output.inputs)) visit(path);
  return [...found].filter((path) => !/^(entry:|left-out:|sdk-entry|<)/.test(path)).sort();
}

function toBundle(root: string, text: string, output: Output, sources: readonly string[]): Bundle {
  return {
    code: text,
    entry: {
      inputs: stampsOf(root, sources),
      codeBytes: output.bytes,
      parts: partsOf(output),
      beside: Object.keys(sharedScripts).filter((name) =>
        output.imports.some(({ path }) => path === `./${name}.js`),
      ),
    },
  };
}

function partsOf(output: Output): { name: string; bytes: number }[] {
  const sizes = new Map<string, number>();
  for (const [path, { bytesInOutput }] of Object.entries(output.inputs)) {
    const name =
      /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? path.split('/').slice(0, 2).join('/');
    sizes.set(name, (sizes.get(name) ?? 0) + bytesInOutput);
  }
  const parts = [...sizes].map(([name, bytes]) => ({ name, bytes }));
  return parts.filter(({ bytes }) => bytes > 0).sort((a, b) => b.bytes - a.bytes);
}
