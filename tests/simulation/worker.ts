/** A process that plays stories. Bundled by bundle.ts; its time is the stories'. */
import { labelOfRenewed } from '../../sandbox/wechatpay/control/merchant-keys.ts';
import { createRsaKey } from '../../sandbox/wechatpay/keys/rsa.ts';
import { readCertificate } from '../../sandbox/wechatpay/state/merchants.ts';
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
let newKeys: Promise<void> | undefined;

process.on('message', async (message: Origins | Order) => {
  if (!('seed' in message)) {
    origins = message;
    return;
  }
  process.send!(await answer(message));
});

async function answer(order: Order): Promise<Answer> {
  try {
    newKeys ??= makeNewKeys(origins!);
    await newKeys;
    const played = await play({ ...order, origins: origins! });
    return { played, processorMs: processorMs() };
  } catch (error) {
    const crashed = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { crashed, processorMs: processorMs() };
  }
}

/** Of the next certificates, before the first story: it would go on while they are made. */
async function makeNewKeys(origins: Origins): Promise<void> {
  for (const bits of [1024, 2048] as const) {
    const { seed, merchants } = origins[bits];
    await createRsaKey('platform/2', seed, bits);
    for (const { mchid, certificatePem } of merchants)
      await createRsaKey(labelOfRenewed({ mchid, ...readCertificate(certificatePem) }), seed, bits);
  }
}

function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
