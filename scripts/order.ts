/** `npm run order`: everything that is recorded about one order, in the order in which it happened. */
import { openCloud, runCommand } from './cloud/command.ts';
import { Problem } from './cloud/problem.ts';
import { type Chapter, tellStory } from './operate/story.ts';
import { moment, money } from './operate/text.ts';

const usage = `用法 · Usage: npm run order -- OUT_TRADE_NO [options]
  一个订单的全部经过：下单、回调、入账、退款、发货、异常，以及接下来会发生什么。
  All that happened to an order: placed, callbacks, money, refunds, delivery, anomalies, and what comes next.
  --json         在标准输出打印一个 JSON 对象 · print one JSON object`;

await runCommand({ usage }, async ({ terminal, project, words }) => {
  const [outTradeNo] = words;
  if (!outTradeNo) throw noNumber();
  const { data } = await openCloud(project);
  const story = await tellStory(data, outTradeNo);
  const { order, happened, next, openAnomalies } = story;
  if (order) {
    terminal.say(
      `${outTradeNo}  ${money(order.amountFen)}  ${order.state}  发货 fulfilment ${order.fulfilment}`,
    );
  } else {
    terminal.say({
      zh: `${outTradeNo}：数据库里没有这个订单。`,
      en: 'The database has no such order, only records that refer to it.',
    });
  }
  const line = ({ atMs, what }: Chapter) => `${moment(atMs)}  ${what.zh}  ${what.en}`;
  for (const chapter of happened) terminal.say(`  ${line(chapter)}`);
  for (const chapter of next) terminal.say(`  … ${line(chapter)}`);
  if (openAnomalies > 0) {
    terminal.say({ zh: `⚠ ${openAnomalies} 个异常待处理：npm run anomalies`, en: 'Anomalies are open.' });
  }
  terminal.result({ ok: true, ...story });
  return 0;
});

function noNumber(): Problem {
  return new Problem(
    'no-number',
    { zh: '没有给出商户订单号。', en: 'No out_trade_no was given.' },
    {
      zh: '例如 npm run order -- 9045e560fed15ae957ed6c9c443262e7。',
      en: 'For example npm run order -- 9045e560fed15ae957ed6c9c443262e7.',
    },
  );
}
