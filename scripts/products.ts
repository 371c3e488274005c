/** `npm run products`: puts products from a file into the shop. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { confirm, type Invocation, openCloud, runCommand } from './cloud/command.ts';
import { Problem } from './cloud/problem.ts';
import { CommandFailure } from './env/failure.ts';
import { importProducts } from './products/import.ts';

const usage = `用法 · Usage: npm run products -- import FILE [options]
  从 CSV 或 JSON 导入商品：先显示改动，确认后写入；不会删除文件中没有的商品。格式见 docs/guides/products.zh-CN.md。
  Imports products from CSV or JSON: shows what changes, then writes it; deletes nothing. Format: docs/guides/products.md.
  --yes          不询问，直接写入 · write without asking
  --dry-run      只显示改动 · only show what would change
  --project DIR  另一个项目目录 · another checkout`;

await runCommand({ usage, options: { yes: { type: 'boolean' }, 'dry-run': { type: 'boolean' } } }, run);

async function run({ project, terminal, words, flags }: Invocation): Promise<number> {
  const [command, file] = words;
  if (command !== 'import' || file === undefined) {
    console.error(usage);
    return 2;
  }
  const content = read(file);
  const { data } = await openCloud(project);
  try {
    await importProducts({
      fileName: basename(file),
      content,
      documents: data,
      say: (text) => terminal.say(text),
      confirm: async () =>
        flags['dry-run'] !== true && (await confirm(flags, { zh: '写入以上商品？', en: 'Write them?' })),
    });
    return 0;
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    terminal.say(error.message);
    return error.exitCode;
  }
}

function read(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Problem(
      'no-file',
      { zh: `无法读取 ${file}（${code}）。`, en: `${file} cannot be read (${code}).` },
      { zh: '请给出 CSV 或 JSON 文件的路径。', en: 'Give the path of a CSV or JSON file.' },
    );
  }
}
