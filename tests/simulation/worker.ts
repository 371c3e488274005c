/** A process that plays stories. Bundled by bundle.ts; its time is the stories'. */
import { labelOfRenewed } from '../../sandbox/wechatpay/control/merchant-keys.ts';
import { createRsaKey } from '../../sandbox/wechatpay/keys/rsa.ts';
import { readCertificate } from '../../sandbox/wechatpay/state/merchants.ts';
import type { Answer } from './campaign.ts';
import { replaceHttp } from './http.ts';
import { type KeyBits, planOf } from './plan.ts';
import { type PlayOptions, play } from './play.ts';
import { takeOver } from './virtual-time.ts';

type Origins = PlayOptions['origins'];
type Order = Omit<PlayOptions, 'origins'>;

takeOver();
replaceHttp();
process.on('disconnect', () => process.exit());
let origins: Origins | undefined;
const newKeys = new Map<KeyBits, Promise<void>>();

process.on('message', async (message: Origins | Order) => {
  if (!('seed' in message)) {
    origins = message;
    return;
  }
  process.send!(await answer(message));
});

async function answer(order: Order): Promise<Answer> {
  try {
    const { keyBits } = planOf(order.seed);
    if (!newKeys.has(keyBits)) newKeys.set(keyBits, makeNewKeys(origins![keyBits], keyBits));
    await newKeys.get(keyBits);
    const played = await play({ ...order, origins: origins! });
    return { played, processorMs: processorMs() };
  } catch (error) {
    const crashed = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { crashed, processorMs: processorMs() };
  }
}

/** Of the next certificates, before the first story with keys of that length: it would go on while they are made. */
async function makeNewKeys({ seed, merchants }: Origins[KeyBits], bits: KeyBits): Promise<void> {
  await createRsaKey('platform/2', seed, bits);
  for (const { mchid, certificatePem } of merchants)
    await createRsaKey(labelOfRenewed({ mchid, ...readCertificate(certificatePem) }), seed, bits);
}

function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
