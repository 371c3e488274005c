/** A thread that plays stories. Bundled by bundle.ts; its time is the stories'. */
import { parentPort, workerData } from 'node:worker_threads';
import { replaceHttp } from './http.ts';
import { type PlayOptions, play } from './play.ts';
import { takeOver } from './virtual-time.ts';

takeOver();
replaceHttp();
// Stacks are read for the log, and only a person needs the lines of the sources.
process.setSourceMapsEnabled(false);
const { origins } = workerData as Pick<PlayOptions, 'origins'>;

parentPort!.on('message', async (options: Omit<PlayOptions, 'origins'>) => {
  try {
    parentPort!.postMessage(await play({ ...options, origins }));
  } catch (error) {
    parentPort!.postMessage({
      seed: options.seed,
      crashed: error instanceof Error ? error.stack : String(error),
    });
  }
});
