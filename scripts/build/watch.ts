/** Builds functions again when their sources change, so that the next call runs them. */
import { join } from 'node:path';
import { watchFolders } from '../../sandbox/watch-folder.ts';
import { type BuildFunctionsOptions, buildFunctions } from './functions.ts';

export interface FunctionsRebuild {
  /** Names of the functions that are new. */
  readonly rebuilt: readonly string[];
  /** Each with file and line. While there are any, the functions stay as they were. */
  readonly problems: readonly string[];
  readonly tookMs: number;
}

/**
 * Watches functions/ and shared/. A change that touches no function, such as one of a test, is not reported.
 * @param debugged names of functions that keep a source map
 * @returns stops watching
 */
export async function watchFunctions(
  options: Pick<BuildFunctionsOptions, 'root' | 'sourceFolder' | 'outFolder'>,
  debugged: readonly string[],
  onRebuild: (rebuild: FunctionsRebuild) => void,
): Promise<() => Promise<void>> {
  const folders = [options.sourceFolder ?? join(options.root, 'functions'), join(options.root, 'shared')];
  let broken = false;
  const rebuild = async () => {
    const outcome = await rebuildNow(options, debugged);
    if (outcome.rebuilt.length === 0 && outcome.problems.length === 0 && !broken) return;
    broken = outcome.problems.length > 0;
    onRebuild(outcome);
  };
  return watchFolders(folders, rebuild, (path) => /\.ts$/.test(path) && !/\.test\.ts$/.test(path));
}

async function rebuildNow(
  options: Pick<BuildFunctionsOptions, 'root'>,
  debugged: readonly string[],
): Promise<FunctionsRebuild> {
  const startedAtMs = performance.now();
  const tookMs = () => Math.round(performance.now() - startedAtMs);
  try {
    const built = await buildFunctions({ ...options, forDevelopment: { debugged } });
    const rebuilt = built.filter(({ unchanged }) => !unchanged).map(({ name }) => name);
    return { rebuilt, problems: [], tookMs: tookMs() };
  } catch (error) {
    return { rebuilt: [], problems: problemsOf(error), tookMs: tookMs() };
  }
}

interface EsbuildMessage {
  text: string;
  location: { file: string; line: number; column: number } | null;
}

function problemsOf(error: unknown): string[] {
  const { errors, message } = error as { errors?: EsbuildMessage[]; message: string };
  if (errors === undefined || errors.length === 0) return [message];
  return errors.map(({ text, location }) =>
    location ? `${location.file}:${location.line}:${location.column + 1}: ${text}` : text,
  );
}
