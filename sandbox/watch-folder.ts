import { relative } from 'node:path';
import { watch } from 'chokidar';

/** An editor may write a file in several steps. */
const quietMs = 40;

/**
 * Runs `rebuild` after changes below the folders: once things are quiet, one run at a time, and again when something
 * changed meanwhile. Changes count from the moment this resolves.
 * @param isSource a path below its folder; a change of what this refuses starts nothing. Default: everything
 * @returns stops watching
 */
export async function watchFolders(
  folders: readonly string[],
  rebuild: () => Promise<void>,
  isSource: (path: string) => boolean = () => true,
): Promise<() => Promise<void>> {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  const watcher = watch([...folders], {
    ignoreInitial: true,
    ignored: (path) => folders.some((folder) => relative(folder, path).includes('node_modules')),
  });
  watcher.on('all', (_, path) => {
    if (!isSource(path)) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      running = running.then(rebuild, rebuild);
    }, quietMs);
  });
  await new Promise<void>((resolve) => watcher.once('ready', () => resolve()));
  return async () => {
    clearTimeout(timer);
    await watcher.close();
    await running.catch(() => {});
  };
}
