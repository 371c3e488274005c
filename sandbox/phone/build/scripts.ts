/** Bundles the scripts of the mini-program: one module each, run once, in the order WeChat runs them. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Message } from 'esbuild';
import type { Project } from './project.ts';

/** @returns the source of an expression: an object of functions by unit path (and `app`), each running its module. */
export async function bundleScripts(project: Project): Promise<{ code: string; problems: string[] }> {
  const problems: string[] = [];
  const entries: string[] = [];
  const add = (path: string, base: string) => {
    const file = ['.ts', '.js']
      .map((extension) => base + extension)
      .find((candidate) => existsSync(candidate));
    if (file) entries.push(`${JSON.stringify(path)}: () => require(${JSON.stringify(file)})`);
    else problems.push(`${path}.ts is missing`);
  };
  add('app', join(project.dir, 'app'));
  for (const unit of project.units) add(unit.path, unit.base);
  try {
    const result = await build({
      stdin: {
        contents: `module.exports = {\n${entries.join(',\n')}\n}`,
        resolveDir: project.dir,
        loader: 'js',
      },
      bundle: true,
      write: false,
      format: 'iife',
      globalName: '__phoneModules',
      platform: 'neutral',
      mainFields: ['module', 'main'],
      target: 'es2022',
      sourcemap: 'inline',
      logLevel: 'silent',
    });
    problems.push(...result.warnings.map(describe));
    return { code: result.outputFiles[0]?.text ?? '', problems };
  } catch (error) {
    const { errors } = error as { errors?: Message[] };
    if (!errors) throw error;
    return { code: '', problems: [...problems, ...errors.map(describe)] };
  }
}

function describe(message: Message): string {
  const at = message.location
    ? `${message.location.file}:${message.location.line}:${message.location.column} `
    : '';
  return at + message.text;
}
