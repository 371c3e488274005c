/** `npm run ledger`: an order's money, or a day's bills, in the cloud or in the local sandbox. */
import type { AccountKind } from '../shared/core/account.ts';
import type { Documents } from '../shared/core/ports.ts';
import { requestDay } from '../shared/payments/bills/days.ts';
import { openCloud, type Project, runCommand } from './cloud/command.ts';
import { Problem } from './cloud/problem.ts';
import { describeBilledDay, describeOrderMoney, readBilledDay, readOrderMoney } from './operate/ledger.ts';
import { openLocal } from './operate/local-data.ts';

const usage = `用法 · Usage: npm run ledger -- --order OUT_TRADE_NO | --date YYYY-MM-DD [options]
  --order NO     一个订单的资金流水与余额 · an order's movements, and what it holds
  --date DAY     某一天的对账结果与差异 · how the bills of a day agreed with the ledger
  --compare      让定时器（重新）核对那一天 · have the timer compare that day, again if it was
  --local [URL]  查本地沙箱而不是云端 · in the local sandbox instead of the cloud: http://127.0.0.1:8420
  --json         在标准输出打印一个 JSON 对象 · print one JSON object`;

const options = {
  order: { type: 'string' },
  date: { type: 'string' },
  compare: { type: 'boolean', default: false },
  local: { type: 'boolean', default: false },
} as const;

await runCommand({ usage, options }, async ({ terminal, project, words, flags }) => {
  const data = flags.local ? openLocal(words[0]) : (await openCloud(project)).data;
  if (typeof flags.order === 'string') {
    const found = await readOrderMoney(data, flags.order);
    for (const line of describeOrderMoney(found)) terminal.say(line);
    terminal.result({ ok: found.contradictions.length === 0, ...found });
    return found.contradictions.length === 0 ? 0 : 1;
  }
  const date = readDate(flags.date);
  if (flags.compare === true) {
    await compare(data, project, date);
    terminal.say({ zh: '定时器会在一分钟内开始核对。', en: 'The timer begins within a minute.' });
  }
  const days = await readBilledDay(data, date);
  for (const day of days) for (const line of describeBilledDay(day)) terminal.say(line);
  const open = days.some(({ day }) => day.differences > 0 || day.state === 'FAILED');
  terminal.result({ ok: !open, days });
  return open ? 1 : 0;
});

/** Puts the day into the timer's queue, for each account that is configured. */
async function compare(data: Documents, { accounts, values }: Project, date: string): Promise<void> {
  const clock = { nowMs: () => Date.now() };
  for (const kind of accounts) {
    const mchid = values[kind === 'direct' ? 'WECHATPAY_DIRECT_MCHID' : 'WECHATPAY_PROVIDER_MCHID'];
    if (mchid) await requestDay({ clock, documents: data }, { kind: kind as AccountKind, mchid }, date);
  }
}

function readDate(given: unknown): string {
  if (typeof given === 'string' && /^\d{4}-\d\d-\d\d$/.test(given)) return given;
  throw new Problem(
    'no-number',
    { zh: '没有给出 --order 或 --date。', en: 'Neither --order nor --date was given.' },
    {
      zh: '例如 npm run ledger -- --order 9045e560fed15ae957ed6c9c443262e7，或 --date 2026-11-27。',
      en: 'For example npm run ledger -- --order 9045e560fed15ae957ed6c9c443262e7, or --date 2026-11-27.',
    },
  );
}
