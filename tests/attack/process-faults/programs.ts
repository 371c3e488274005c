/** The programs of the processes as plain JavaScript: they are started again and again, and would be compiled each time. */
import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { root } from '../../house/source.ts';

const programs = ['cloud', 'wechatpay'];

/** @returns the folder of `cloud-process.mjs` and `wechatpay-process.mjs`, to be removed by the caller */
export async function bundlePrograms(): Promise<string> {
  // Below the root, where packages are found.
  const dist = join(root, 'dist');
  mkdirSync(dist, { recursive: true });
  const folder = mkdtempSync(join(dist, 'process-faults-'));
  await build({
    absWorkingDir: root,
    entryPoints: programs.map((name) => `tests/attack/process-faults/${name}-process.ts`),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    packages: 'external',
    logLevel: 'silent',
    plugins: [whereItStands],
  });
  return folder;
}

/** Modules find the files beside them by where they stand in the source. */
const whereItStands: Plugin = {
  name: 'where-it-stands',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const contents = readFileSync(path, 'utf8')
        .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href))
        .replaceAll('import.meta.dirname', JSON.stringify(dirname(path)));
      return { contents, loader: 'ts' };
    });
  },
};
