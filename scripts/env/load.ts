/** The variables of a deployment, from the shell, `.env.local` and `.env`, in this order of precedence. */
import { join } from 'node:path';
import { type EnvFileProblem, parseEnvFile } from './dotenv.ts';
import { definitionOf, variables } from './variables.ts';
import { readIfThere } from './write-private.ts';

const fileNames = ['.env.local', '.env'] as const;

export interface LoadedVariables {
  /** In the form in which they are deployed, without empty ones; those that `variables` lists and what the files hold besides. */
  readonly values: Readonly<Record<string, string>>;
  /** Where each value came from. */
  readonly sources: Readonly<Record<string, 'shell' | (typeof fileNames)[number]>>;
  /** Set in a file, but another value in the shell wins. */
  readonly overridden: readonly string[];
  readonly problems: readonly (EnvFileProblem & { readonly file: string })[];
  /** Files that were there. */
  readonly files: readonly string[];
}

/** @param shell `process.env`: of it, only the variables of this project are taken. An empty one counts as unset. */
export function loadVariables(
  root: string,
  shell: Readonly<Record<string, string | undefined>>,
): LoadedVariables {
  const values: Record<string, string> = {};
  const sources: Record<string, 'shell' | (typeof fileNames)[number]> = {};
  const overridden = new Set<string>();
  for (const { name } of variables) {
    const text = normal(name, shell[name] ?? '');
    if (text) [values[name], sources[name]] = [text, 'shell'];
  }
  const problems: (EnvFileProblem & { file: string })[] = [];
  const files: string[] = [];
  for (const file of fileNames) {
    const content = readIfThere(join(root, file));
    if (content === undefined) continue;
    files.push(file);
    const parsed = parseEnvFile(content);
    problems.push(...parsed.problems.map((problem) => ({ ...problem, file })));
    for (const { name, value } of parsed.entries.values()) {
      const text = normal(name, value);
      if (text === '') continue;
      if (values[name] === undefined) [values[name], sources[name]] = [text, file];
      else if (sources[name] === 'shell' && values[name] !== text) overridden.add(name);
    }
  }
  return { values, sources, overridden: [...overridden], problems, files };
}

function normal(name: string, text: string): string {
  const definition = definitionOf(name);
  return text.trim() === '' || !definition ? text.trim() : definition.normalize(text);
}
