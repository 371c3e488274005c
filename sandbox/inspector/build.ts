/** Bundles the inspector's page into static files. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { readSamples } from '../connect/samples.ts';

const here = join(fileURLToPath(import.meta.url), '..');

export interface InspectorOptions {
  /** For the simulator without cloud functions: no logs, no database, and a cashier in place of the mini-program. */
  readonly standalone?: boolean;
}

/** Writes index.html, main.js and main.css into `outDir`. */
export async function buildInspector(outDir: string, options: InspectorOptions = {}): Promise<void> {
  await mkdir(outDir, { recursive: true });
  await build({
    entryPoints: { main: join(here, 'main.tsx') },
    outdir: outDir,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    define: { __samples: JSON.stringify(readSamples()) },
    logLevel: 'warning',
  });
  const page = await readFile(join(here, 'index.html'), 'utf8');
  const written = options.standalone ? page.replace('<html ', '<html data-standalone ') : page;
  await writeFile(join(outDir, 'index.html'), written);
}
