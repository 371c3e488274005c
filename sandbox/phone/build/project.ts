/** Reads a mini-program folder: which pages and components it has, and where their files are. */
import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

export interface AppJson {
  readonly pages: readonly string[];
  readonly subPackages?: readonly { readonly root: string; readonly pages: readonly string[] }[];
  readonly window?: Record<string, unknown>;
  readonly tabBar?: {
    readonly color?: string;
    readonly selectedColor?: string;
    readonly backgroundColor?: string;
    readonly list: readonly {
      readonly pagePath: string;
      readonly text: string;
      readonly iconPath?: string;
      readonly selectedIconPath?: string;
    }[];
  };
  readonly usingComponents?: Record<string, string>;
}

/** A page or a component: four files with one base name. */
export interface Unit {
  /** Its path in the mini-program without extension; npm components are under `miniprogram_npm/`. */
  readonly path: string;
  /** The same on disk, absolute. */
  readonly base: string;
  readonly isPage: boolean;
  /** Its .json, with `usingComponents` resolved to paths that start with a slash. */
  readonly config: Record<string, unknown>;
}

export interface Project {
  readonly dir: string;
  readonly app: AppJson;
  readonly units: readonly Unit[];
}

/** @throws Error that names the file when a page or component is missing or a .json is malformed. */
export function readProject(dir: string, modulesDir: string): Project {
  const app = readJson(join(dir, 'app.json')) as unknown as AppJson;
  const pages = [
    ...app.pages,
    ...(app.subPackages ?? []).flatMap((part) => part.pages.map((page) => posix.join(part.root, page))),
  ];
  const units = new Map<string, Unit>();
  const locate = new Locator(dir, modulesDir);
  const globals = mapValues(app.usingComponents ?? {}, (to) => locate.resolve('app', to));
  const add = (path: string, isPage: boolean) => {
    if (units.has(path)) return;
    const base = locate.onDisk(path);
    if (!existsSync(`${base}.wxml`))
      throw new Error(`${path}.wxml is missing: app.json or usingComponents names it`);
    const raw = existsSync(`${base}.json`) ? readJson(`${base}.json`) : {};
    const own = mapValues((raw.usingComponents ?? {}) as Record<string, string>, (to) =>
      locate.resolve(path, to),
    );
    const using = { ...globals, ...own };
    units.set(path, {
      path,
      base,
      isPage,
      config: { ...raw, usingComponents: mapValues(using, (to) => `/${to}`) },
    });
    for (const to of Object.values(using)) add(to, false);
  };
  for (const page of pages) add(page, true);
  return { dir, app, units: [...units.values()] };
}

/** Components are named relative to the file, from the root with a slash, or by npm package. */
class Locator {
  constructor(
    private readonly dir: string,
    private readonly modulesDir: string,
  ) {}

  resolve(from: string, to: string): string {
    if (to.startsWith('/')) return to.slice(1);
    const relative = posix.join(posix.dirname(from), to);
    if (to.startsWith('.') || existsSync(`${this.onDisk(relative)}.wxml`)) return relative;
    return `miniprogram_npm/${to}`;
  }

  onDisk(path: string): string {
    if (!path.startsWith('miniprogram_npm/')) return join(this.dir, path);
    const [, name = '', ...rest] = path.split('/');
    const manifest = readJson(join(this.modulesDir, name, 'package.json'));
    const folder = typeof manifest.miniprogram === 'string' ? manifest.miniprogram : 'miniprogram_dist';
    return join(this.modulesDir, name, folder, ...rest);
  }
}

function readJson(file: string): Record<string, unknown> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  } catch (cause) {
    throw new Error(`${file}: ${(cause as Error).message}`, { cause });
  }
}

function mapValues(from: Record<string, string>, to: (value: string) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(from).map(([key, value]) => [key, to(value)]));
}
