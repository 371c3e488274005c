/** A program: WeChat Pay alone, on its port and with its state file. Its argument is the JSON of {@link WechatpayProcess}. */
import { join } from 'node:path';
import { SandboxBus } from '../../../sandbox/bus.ts';
import { SandboxClock } from '../../../sandbox/clock.ts';
import { serve } from '../../../sandbox/server.ts';
import { HistoryFile } from '../../../sandbox/system/history-file.ts';
import { createSimulator } from '../../../sandbox/wechatpay/index.ts';
import { serveCommands } from './commands.ts';

export interface WechatpayProcess {
  readonly port: number;
  readonly seed: string;
  readonly folder: string;
}

const { port, seed, folder } = JSON.parse(process.argv[2]!) as WechatpayProcess;
const clock = new SandboxClock();
const bus = new SandboxBus(() => clock.now());
const stateFile = join(folder, 'wechatpay.json');
const simulator = await createSimulator({ clock, bus, seed, stateFile, transportTime: 'virtual' });
new HistoryFile(join(folder, 'history.jsonl'), bus);
const { url } = await serve((request) => simulator.fetch(request), { port });
serveCommands(url, { save: () => simulator.save() });
