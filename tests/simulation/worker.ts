/** A process that plays stories. Bundled by bundle.ts; its time is the stories'. */
import { createRsaKey } from '../../sandbox/wechatpay/keys/rsa.ts';
import type { Answer } from './campaign.ts';
import { replaceHttp } from './http.ts';
import { type PlayOptions, play } from './play.ts';
import { takeOver } from './virtual-time.ts';

type Origins = PlayOptions['origins'];
type Order = Omit<PlayOptions, 'origins'>;

takeOver();
replaceHttp();
process.on('disconnect', () => process.exit());
let origins: Origins | undefined;

process.on('message', async (message: Origins | Order) => {
  if (!('seed' in message)) {
    origins = message;
    return;
  }
  process.send!(await answer(message));
});

async function answer(order: Order): Promise<Answer> {
  try {
    await makeNewKeys(origins!);
    const played = await play({ ...order, origins: origins! });
    return { played, processorMs: processorMs() };
  } catch (error) {
    const crashed = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { crashed, processorMs: processorMs() };
  }
}

/** Of the next certificates, before a story: it would go on while they are made, the first time only. */
async function makeNewKeys({ 1024: { seed } }: Origins): Promise<void> {
  for (const bits of [1024, 2048]) await createRsaKey('platform/2', seed, bits);
}

function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
