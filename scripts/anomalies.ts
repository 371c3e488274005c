/** `npm run anomalies`: payments that match no order, for a person to decide. */
import { listAnomalies, resolveAnomaly } from '../shared/payments/orders/anomalies.ts';
import { openCloud, runCommand } from './cloud/command.ts';
import { Problem } from './cloud/problem.ts';
import { describeAnomaly, explainAnomaly, findAnomaly } from './operate/anomalies.ts';

const usage = `用法 · Usage: npm run anomalies [-- command] [options]
  （无 none）                    列出待处理的异常 · list what is open
  show ID                        两边的数据与处理建议 · both sides, and what to do
  resolve ID --note TEXT         标记为已处理，并写明做了什么 · mark as dealt with, and say what was done
  --all                          也列出已处理的 · list resolved ones too
  --json                         在标准输出打印一个 JSON 对象 · print one JSON object
  ID 可以只写前几位 · the first characters of an ID will do`;

await runCommand(
  { usage, options: { all: { type: 'boolean' }, note: { type: 'string' } } },
  async ({ terminal, project, words, flags }) => {
    const [command = 'list', id = ''] = words;
    const { data } = await openCloud(project);
    if (command === 'list') {
      const found = await listAnomalies(data, flags.all === true);
      for (const anomaly of found) terminal.say(describeAnomaly(anomaly));
      terminal.say({ zh: `${found.length} 个异常。`, en: `${found.length} anomalies.` });
      terminal.result({ ok: true, anomalies: found });
      return 0;
    }
    if (command !== 'show' && command !== 'resolve') throw wrongCommand(command);
    const anomaly = await findAnomaly(data, id);
    if (command === 'resolve') {
      const note = String(flags.note ?? '').trim();
      if (note === '') throw noNote();
      const wasOpen = await resolveAnomaly(data, anomaly._id, note, Date.now());
      if (!wasOpen) throw alreadyResolved(anomaly._id);
    }
    const after = await findAnomaly(data, anomaly._id);
    for (const line of explainAnomaly(after)) terminal.say(line);
    terminal.result({ ok: true, anomaly: after });
    return 0;
  },
);

function wrongCommand(command: string): Problem {
  return new Problem(
    'wrong-command',
    { zh: `没有命令 ${command}。`, en: `There is no command ${command}.` },
    { zh: '请执行 npm run anomalies -- --help。', en: 'Run npm run anomalies -- --help.' },
  );
}

function noNote(): Problem {
  return new Problem(
    'no-note',
    { zh: '没有写明做了什么。', en: 'The note is missing: say what was done.' },
    {
      zh: '请加上 --note，例如 --note "已在商户平台退款"。',
      en: 'Add --note, for example --note "refunded in the merchant platform".',
    },
  );
}

function alreadyResolved(id: string): Problem {
  return new Problem(
    'already-resolved',
    {
      zh: `异常 ${id.slice(0, 8)} 此前已处理，备注未改动。`,
      en: `Anomaly ${id.slice(0, 8)} was resolved before; its note stays.`,
    },
    {
      zh: `请用 npm run anomalies -- show ${id.slice(0, 8)} 查看。`,
      en: `See npm run anomalies -- show ${id.slice(0, 8)}.`,
    },
  );
}
