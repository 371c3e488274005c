/** `npm run sellers`: the sub-merchants of the shop, and the operator's freeze. */
import { listSellers } from '../shared/merchants/freeze.ts';
import { openCloud, runCommand } from './cloud/command.ts';
import { Problem } from './cloud/problem.ts';
import { describeSeller, freezeSeller } from './operate/sellers.ts';

const usage = `用法 · Usage: npm run sellers [-- command] [options]
  （无 none）                     列出商家 · list the sellers
  freeze ID --note TEXT           停止该商家收款，已付订单照常发货 · no new payments; paid orders go on
  unfreeze ID --note TEXT         恢复收款 · take payments again
  --json                          在标准输出打印一个 JSON 对象 · print one JSON object
  ID 是子商户号 · the ID is the sub-merchant number`;

await runCommand(
  { usage, options: { note: { type: 'string' } } },
  async ({ terminal, project, words, flags }) => {
    const [command = 'list', id = ''] = words;
    const { data } = await openCloud(project);
    if (command === 'list') {
      const sellers = await listSellers(data);
      for (const seller of sellers) terminal.say(describeSeller(seller));
      terminal.say({ zh: `${sellers.length} 个商家。`, en: `${sellers.length} sellers.` });
      terminal.result({ ok: true, sellers });
      return 0;
    }
    const note = String(flags.note ?? '').trim();
    if ((command !== 'freeze' && command !== 'unfreeze') || note === '') throw wrongCommand();
    const seller = await freezeSeller(data, id, command === 'freeze', note, Date.now());
    terminal.say(describeSeller(seller));
    terminal.result({ ok: true, seller });
    return 0;
  },
);

function wrongCommand(): Problem {
  return new Problem(
    'wrong-command',
    { zh: '命令不完整。', en: 'The command is incomplete.' },
    {
      zh: '例如 npm run sellers -- freeze 1900000109 --note "投诉处理中"。',
      en: 'For example npm run sellers -- freeze 1900000109 --note "complaint".',
    },
  );
}
