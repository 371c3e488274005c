/** A thread that plays stories. Bundled by bundle.ts; its time is the stories'. */
import { parentPort, workerData } from 'node:worker_threads';
import type { StoredSeedData } from '../../sandbox/wechatpay/state/seed.ts';
import { type PlayOptions, play } from './play.ts';
import { takeOver } from './virtual-time.ts';

takeOver();
const { origin } = workerData as { origin: StoredSeedData };

parentPort!.on('message', async (options: Omit<PlayOptions, 'origin'>) => {
  try {
    parentPort!.postMessage(await play({ ...options, origin }));
  } catch (error) {
    parentPort!.postMessage({
      seed: options.seed,
      crashed: error instanceof Error ? error.stack : String(error),
    });
  }
});
