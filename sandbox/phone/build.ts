/**
 * Builds the phone: the mini-program of this repository, unchanged, as static files for a real browser,
 * run by WeChat's own component framework (glass-easel). Serve the folder under `/phone/`.
 *
 * A preview: it catches most mistakes in seconds; WeChat DevTools and real devices are authoritative.
 */
import { cpSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { watchFolders } from '../watch-folder.ts';
import { type Project, readProject } from './build/project.ts';
import { bundleScripts } from './build/scripts.ts';
import { compileStyles, scopeNameOf } from './build/styles.ts';
import { compileTemplates } from './build/templates.ts';
import { type PhoneUser, pageHtml } from './page.ts';

export interface PhoneBuildOptions {
  /** The mini-program's folder; this repository's own by default. */
  readonly miniprogramDir?: string;
  /** Rebuild on save, and make open pages reload themselves. Problems are then shown in the phone instead of thrown. */
  readonly watch?: boolean;
  /** The users of the phone; the first is the default. Each has a separate storage. */
  readonly users?: readonly PhoneUser[];
  /** After every build but the first. */
  readonly onRebuild?: (outcome: PhoneBuildOutcome) => void;
}

export interface PhoneBuildOutcome {
  /** Changes with every build; also in `version.json`, which open pages read again when they are notified of a build. */
  readonly version: string;
  /** Each with file and position. Empty when all is well: warnings of the compilers count as problems. */
  readonly problems: readonly string[];
  readonly tookMs: number;
}

export interface PhoneBuild extends PhoneBuildOutcome {
  /** Stops watching. */
  stop(): Promise<void>;
}

/** The users of the sandbox's shop. */
const defaultUsers: readonly PhoneUser[] = [
  { openid: 'oSandboxUser0000000000000001', name: '小林', nameEn: 'Lin' },
  { openid: 'oSandboxUser0000000000000002', name: '阿梅', nameEn: 'Mei' },
  { openid: 'oSandboxUser0000000000000003', name: '老周', nameEn: 'Zhou' },
];

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..');
const modulesDir = join(root, 'node_modules');
/** Files that the build reads; everything else in the folder is copied as an asset. */
const sourceExtensions = new Set(['.ts', '.js', '.json', '.wxml', '.wxss', '.wxs', '.md']);
const ignoredFolders = new Set(['node_modules', 'miniprogram_npm', 'typings']);

/**
 * Builds into `outDir` (index.html, phone.js, app.js, version.json, app/ with the assets).
 * @throws Error that lists the problems, unless watching.
 */
export async function buildPhone(outDir: string, options: PhoneBuildOptions = {}): Promise<PhoneBuild> {
  const dir = options.miniprogramDir ?? join(root, 'miniprogram');
  mkdirSync(outDir, { recursive: true });
  await buildRuntime(outDir);
  writeFileSync(join(outDir, 'index.html'), pageHtml(options.watch === true, options.users ?? defaultUsers));
  const first = await buildApp(dir, outDir);
  if (first.problems.length > 0 && !options.watch) {
    throw new Error(`The mini-program does not build:\n${first.problems.join('\n')}`);
  }
  const stop = options.watch
    ? await watchFolders([dir], async () => options.onRebuild?.(await buildApp(dir, outDir)))
    : async () => {};
  return { ...first, stop };
}

/** The engine and everything around the page. It does not depend on the mini-program. */
async function buildRuntime(outDir: string): Promise<void> {
  await build({
    entryPoints: { phone: join(here, 'runtime', 'main.ts') },
    outdir: outDir,
    bundle: true,
    format: 'iife',
    target: 'es2022',
    platform: 'browser',
    minify: true,
    loader: { '.css': 'text' },
    define: {
      'process.env.NODE_ENV': '"production"',
      'process.env.TARO_ENV': '"h5"',
      'process.env.TARO_PLATFORM': '"web"',
    },
    logLevel: 'error',
    logOverride: { 'empty-glob': 'silent' },
  });
}

async function buildApp(dir: string, outDir: string): Promise<PhoneBuildOutcome> {
  const startedAtMs = performance.now();
  const version = `${process.pid.toString(36)}-${(buildCount++).toString(36)}`;
  const problems: string[] = [];
  let code = '';
  try {
    const project = readProject(dir, modulesDir);
    const templates = compileTemplates(project);
    const styles = compileStyles(project);
    const scripts = await bundleScripts(project);
    problems.push(...templates.problems, ...styles.problems, ...scripts.problems);
    code = appScript(project, templates.code, styles.css, scripts.code);
    copyAssets(dir, join(outDir, 'app'));
  } catch (error) {
    problems.push((error as Error).message);
  }
  if (problems.length > 0) code = `__phone.showProblems(${JSON.stringify(problems)});`;
  writeFileSync(join(outDir, 'app.js'), code);
  writeFileSync(join(outDir, 'version.json'), JSON.stringify({ version }));
  return { version, problems, tookMs: performance.now() - startedAtMs };
}

let buildCount = 0;

function appScript(
  project: Project,
  templates: string,
  css: Record<string, string>,
  scripts: string,
): string {
  const units = project.units.map((unit) => ({
    path: unit.path,
    isPage: unit.isPage,
    scopeName: unit.isPage ? '' : scopeNameOf(unit),
    config: unit.config,
  }));
  return [
    scripts,
    `__phone.start({app:${JSON.stringify(project.app)},units:${JSON.stringify(units)},`,
    `css:${JSON.stringify(css)},templates:${templates},modules:__phoneModules});`,
  ].join('\n');
}

function copyAssets(from: string, to: string): void {
  for (const name of readdirSync(from)) {
    if (name.startsWith('.') || ignoredFolders.has(name)) continue;
    const path = join(from, name);
    if (statSync(path).isDirectory()) copyAssets(path, join(to, name));
    else if (!sourceExtensions.has(extname(name))) cpSync(path, join(to, name));
  }
}
