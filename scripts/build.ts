/** `npm run build`: bundles every function. `--force` builds what has not changed, too; `--parts` says what each is made of. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { codeCacheNote } from './build/code-cache.ts';
import { readRuntime } from './build/folder.ts';
import { type BuiltFunction, buildFunctions } from './build/functions.ts';

const root = join(fileURLToPath(import.meta.url), '../..');
const kilobytes = (bytes: number) => `${(bytes / 1024).toFixed(0)} KB`.padStart(8);

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { force: { type: 'boolean' }, parts: { type: 'boolean' } } });
  const startedAt = performance.now();
  const built = await buildFunctions({
    root,
    force: values.force ?? false,
    onProgress: (done) => print(done, values.parts ?? false),
  });
  const fresh = built.filter(({ unchanged }) => !unchanged).length;
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(
    `${built.length} 个云函数，其中 ${fresh} 个重新构建 · ${built.length} functions, ${fresh} built anew · ${seconds} s`,
  );
  const note = codeCacheNote(readRuntime(root));
  if (note !== undefined) console.log(note);
}

function print({ name, codeBytes, totalBytes, parts, unchanged }: BuiltFunction, withParts: boolean): void {
  const note = unchanged ? '  (未变 · unchanged)' : '';
  console.log(`${name.padEnd(20)} code ${kilobytes(codeBytes)}   folder ${kilobytes(totalBytes)}${note}`);
  if (!withParts) return;
  for (const part of parts.slice(0, 12)) console.log(`    ${part.name.padEnd(34)} ${kilobytes(part.bytes)}`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
