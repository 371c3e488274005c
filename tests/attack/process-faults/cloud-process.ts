/**
 * A program: the cloud with its database and functions, on its port and with its state files. WeChat Pay is another
 * process. Its argument is the JSON of {@link CloudProcess}.
 */
import { startSystem } from '../../../sandbox/system/system.ts';
import { root } from '../../house/source.ts';
import { serveCommands } from './commands.ts';
import { breakDatabase, randomOf } from './faults.ts';

export interface CloudProcess {
  readonly port: number;
  /** That of WeChat Pay: the same keys and merchants. */
  readonly seed: string;
  readonly folder: string;
  readonly wechatpayUrl: string;
  readonly faultSeed: number;
}

const { port, seed, folder, wechatpayUrl, faultSeed } = JSON.parse(process.argv[2]!) as CloudProcess;
const system = await startSystem({
  ...{ root, port, seed, stateFolder: folder },
  adjustValues: (values) => ({
    ...values,
    WECHATPAY_API_BASES: wechatpayUrl,
    WECHAT_API_BASE: wechatpayUrl,
  }),
});
const faults = breakDatabase(system, randomOf(faultSeed));
serveCommands(system.url, {
  save: () => system.emulator.save(),
  strike: () => {
    faults.isOn = true;
  },
  calm: () => {
    faults.isOn = false;
  },
  struck: () => faults.struck,
});
