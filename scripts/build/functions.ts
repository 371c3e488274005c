/** Builds functions/<name>/index.ts into dist/functions/<name>/, ready to be deployed or run by the sandbox. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type Bundle, type BundlePurpose, bundleFunctions, bundleShared, tools } from './bundle.ts';
import { writeCodeCaches } from './code-cache.ts';
import { readTriggers, writeFunctionFolder } from './folder.ts';
import { type Entry, isUnchanged, type Manifest, readManifest, writeManifest } from './manifest.ts';
import { writeWhole } from './write.ts';

export interface BuildFunctionsOptions {
  /** Folder of the repository. */
  root: string;
  /** Default `<root>/functions`. */
  sourceFolder?: string;
  /** Default `<root>/dist/functions`. What the build remembers is written beside it. */
  outFolder?: string;
  /** Builds even what has not changed. */
  force?: boolean;
  /**
   * For the local system: what has changed is built readable, and without compiled code, which takes longer to make
   * than all the rest. The next build for deployment makes it anew.
   */
  forDevelopment?: {
    /** Names of functions that get a source map for a debugger, even when nothing has changed. */
    debugged: readonly string[];
  };
  onProgress?: (done: BuiltFunction) => void;
}

export interface BuiltFunction {
  name: string;
  folder: string;
  /** The function's own script, without the SDK and the code cache. */
  codeBytes: number;
  /** Everything in the folder. */
  totalBytes: number;
  /** What the script is made of, by package or folder, the largest first. */
  parts: readonly { name: string; bytes: number }[];
  /** Nothing had changed since the last build. */
  unchanged: boolean;
}

interface Build {
  root: string;
  sourceFolder: string;
  outFolder: string;
  sdkFolder: string;
  manifestFile: string;
  manifest: Manifest;
  force: boolean;
  development: BuildFunctionsOptions['forDevelopment'];
}

type Triggers = ReturnType<typeof readTriggers>;

/** What every output depends on besides its sources. */
const toolsRecipe = `${tools} ${['loader.cjs', 'warm.mjs', 'left-out.ts', 'bundle.ts'].map(ownText).join('')}`;

/** @throws when a function does not build (esbuild's message, with file and line) or cannot be loaded. */
export async function buildFunctions(options: BuildFunctionsOptions): Promise<BuiltFunction[]> {
  const { root, onProgress, force = false } = options;
  const sourceFolder = options.sourceFolder ?? join(root, 'functions');
  const outFolder = options.outFolder ?? join(root, 'dist', 'functions');
  const manifestFile = `${outFolder}.build.json`;
  const build: Build = {
    root,
    sourceFolder,
    outFolder,
    sdkFolder: `${outFolder}.sdk`,
    manifestFile,
    manifest: readManifest(manifestFile),
    force,
    development: options.forDevelopment,
  };
  const names = functionNames(sourceFolder);
  removeOthers(outFolder, names);
  const triggers = readTriggers(root);
  const stale = names.filter((name) => force || !isDone(build, name, triggers));
  if (stale.length > 0) {
    const bundles = await bundleStale(build, stale);
    const shared = new Set([...bundles.values()].flatMap(({ entry }) => entry.beside));
    await Promise.all([...shared].map((name) => prepareShared(build, name)));
    await writeFolders(build, bundles, triggers);
  }
  return names.map((name) => {
    const built = describe(build, name, !stale.includes(name));
    onProgress?.(built);
    return built;
  });
}

async function bundleStale(build: Build, stale: readonly string[]): Promise<Map<string, Bundle>> {
  const bundles = new Map<string, Bundle>();
  for (const purpose of ['deployment', 'development', 'debugging'] as const) {
    const names = stale.filter((name) => purposeOf(build, name) === purpose);
    const files = Object.fromEntries(names.map((name) => [name, join(build.sourceFolder, name, 'index.ts')]));
    if (names.length === 0) continue;
    for (const [name, bundle] of await bundleFunctions(build.root, files, purpose)) bundles.set(name, bundle);
  }
  return bundles;
}

function purposeOf({ development }: Build, name: string): BundlePurpose {
  if (!development) return 'deployment';
  return development.debugged.includes(name) ? 'debugging' : 'development';
}

function isDone(build: Build, name: string, triggers: Triggers): boolean {
  const entry = build.manifest[name];
  const purpose = purposeOf(build, name);
  // What runs in the cloud runs here as well.
  const accepted = purpose === 'development' ? (['development', 'deployment'] as const) : [purpose];
  return accepted.some((each) =>
    isUnchanged(build.root, entry, recipeOf(build, name, triggers, each), outputsOf(build, name)),
  );
}

async function writeFolders(build: Build, bundles: Map<string, Bundle>, triggers: Triggers): Promise<void> {
  for (const [name, { code, entry }] of bundles) {
    writeFunctionFolder(join(build.outFolder, name), {
      name,
      code,
      config: configOf(build, name, triggers),
      beside: entry.beside,
      sdkFolder: build.sdkFolder,
      compiled: !build.development,
    });
    build.manifest[name] = { ...entry, recipe: recipeOf(build, name, triggers, purposeOf(build, name)) };
  }
  if (!build.development) {
    await writeCodeCaches([...bundles.keys()].map((name) => join(build.outFolder, name, 'function.js')));
  }
  writeManifest(build.manifestFile, build.manifest);
}

async function prepareShared(build: Build, name: string): Promise<void> {
  const entryName = `(${name})`;
  const script = join(build.sdkFolder, `${name}.js`);
  const outputs = [script, join(build.sdkFolder, `${name}.cache`)];
  if (!build.force && isUnchanged(build.root, build.manifest[entryName], toolsRecipe, outputs)) return;
  const { code, entry } = await bundleShared(build.root, name);
  writeWhole(script, code);
  await writeCodeCaches([script]);
  build.manifest[entryName] = { ...entry, recipe: toolsRecipe };
}

/** config.json: the triggers of cloudbaserc.json, and what functions/<name>/config.json has (permissions). */
function configOf(build: Build, name: string, triggers: Triggers): object {
  const own = join(build.sourceFolder, name, 'config.json');
  const more = existsSync(own) ? (JSON.parse(readFileSync(own, 'utf8')) as object) : {};
  return { ...more, triggers: triggers.get(name) ?? [] };
}

function recipeOf(build: Build, name: string, triggers: Triggers, purpose: BundlePurpose): string {
  return `${toolsRecipe} ${JSON.stringify(configOf(build, name, triggers))} ${purpose}`;
}

function ownText(file: string): string {
  return createHash('sha256')
    .update(readFileSync(new URL(file, import.meta.url)))
    .digest('hex')
    .slice(0, 16);
}

function functionNames(sourceFolder: string): string[] {
  if (!existsSync(sourceFolder)) return [];
  const entries = readdirSync(sourceFolder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && existsSync(join(sourceFolder, entry.name, 'index.ts')))
    .map((entry) => entry.name)
    .sort();
}

/** A function that is no longer in the sources must not be deployed from an old build. */
function removeOthers(outFolder: string, names: readonly string[]): void {
  if (!existsSync(outFolder)) return;
  for (const name of readdirSync(outFolder)) {
    if (!names.includes(name)) rmSync(join(outFolder, name), { recursive: true });
  }
}

function outputsOf(build: Build, name: string): string[] {
  const files = ['index.js', 'function.js', 'package.json', 'config.json'];
  if (!build.development) files.push('function.cache');
  for (const script of build.manifest[name]?.beside ?? []) files.push(`${script}.js`, `${script}.cache`);
  return files.map((file) => join(build.outFolder, name, file));
}

function describe(build: Build, name: string, unchanged: boolean): BuiltFunction {
  const folder = join(build.outFolder, name);
  const { codeBytes = 0, parts = [] }: Partial<Entry> = build.manifest[name] ?? {};
  const totalBytes = readdirSync(folder).reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
  return { name, folder: relative(build.root, folder), codeBytes, totalBytes, parts, unchanged };
}
