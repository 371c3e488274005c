/** Puts functions, domain, simulator and story into one file that a thread can run. */
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';

export const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** One line that is replaced, as a person would get it wrong. */
export interface Patch {
  /** Relative to the root of the checkout. */
  readonly file: string;
  /** Occurs exactly once in the file. */
  readonly from: string;
  readonly to: string;
}

/** Most stories have keys of 1024 bits, which sign six times as fast. */
const shortKeys: Patch = {
  file: 'shared/wechatpay/crypto/keys.ts',
  from: 'bits === rsaBits) return key;',
  to: '(bits === rsaBits || bits === 1024)) return key;',
};

/** A new certificate has the same key in all stories: making it takes as long as a story. */
const sameNewKeys: Patch = {
  file: 'sandbox/wechatpay/keys/rsa.ts',
  from: `const name = \`\${seed}/rsa/\${label}\`;`,
  to: `const name = \`\${seed.split('/')[0]}/rsa/\${label}\`;`,
};

/** @returns the path of the bundle */
export async function bundleWorker(name: string, patches: readonly Patch[] = []): Promise<string> {
  const all = [shortKeys, sameNewKeys, ...patches];
  return bundle('tests/simulation/worker.ts', `simulation/${name}`, all, [replacements]);
}

/**
 * One file of everything that a program of this checkout imports from it.
 * @param entry relative to the root of the checkout
 * @param name relative to its `dist`, without an ending
 * @returns the path of the bundle
 */
export async function bundle(
  entry: string,
  name: string,
  patches: readonly Patch[],
  plugins: readonly Plugin[] = [],
): Promise<string> {
  const outfile = join(root, 'dist', `${name}.mjs`);
  mkdirSync(dirname(outfile), { recursive: true });
  // The simulator reads it beside itself, for the page that explains a refusal.
  copyFileSync(join(root, 'sandbox/wechatpay/documented/apis.json'), join(dirname(outfile), 'apis.json'));
  await build({
    entryPoints: [join(root, entry)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    sourcemap: 'inline',
    sourcesContent: false,
    logLevel: 'error',
    plugins: [...plugins, withoutDocumented, patched(patches)],
  });
  return outfile;
}

/**
 * The functions are started for apps of the simulation (entry.ts), unpack bills in their own thread (gunzip.ts), and get
 * at files without the SDK (instance-files.ts).
 */
const replacements: Plugin = {
  name: 'replacements',
  setup({ onResolve }) {
    onResolve({ filter: /^node:zlib$/ }, ({ importer }) =>
      relative(root, importer).startsWith('shared/payments/bills/')
        ? { path: join(root, 'tests/simulation/gunzip.ts') }
        : undefined,
    );
    onResolve({ filter: /cloudbase\/files\.ts$/ }, ({ importer }) =>
      relative(root, importer).startsWith('shared/')
        ? { path: join(root, 'tests/simulation/instance-files.ts') }
        : undefined,
    );
    onResolve({ filter: /shared\/app\/entry\.ts$/ }, ({ importer }) =>
      relative(root, importer).startsWith('functions/')
        ? { path: join(root, 'tests/simulation/entry.ts') }
        : undefined,
    );
  },
};

/** APIs of which only the shape is simulated have no part in any story or model, and take long to read. */
const withoutDocumented: Plugin = {
  name: 'without documented',
  setup({ onResolve }) {
    onResolve({ filter: /documented\/endpoints\.ts$/ }, () => ({
      path: join(root, 'tests/simulation/no-documented-endpoints.ts'),
    }));
  },
};

function patched(patches: readonly Patch[]): Plugin {
  return {
    name: 'patches',
    setup({ onLoad }) {
      for (const file of new Set(patches.map((patch) => patch.file))) {
        const escaped = join(root, file).replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
        onLoad({ filter: new RegExp(`^${escaped}$`) }, ({ path }) => ({
          contents: patches.filter((patch) => patch.file === file).reduce(apply, readFileSync(path, 'utf8')),
          loader: 'ts',
        }));
      }
    },
  };
}

function apply(text: string, { file, from, to }: Patch): string {
  if (text.split(from).length !== 2) throw new Error(`${file}: must hold this once: ${from}`);
  return text.replace(from, () => to);
}
