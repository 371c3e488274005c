import { writeFileSync } from 'node:fs';
import { accountNames } from '../../accept/own-orders.ts';
import { asJson, asJUnit, asText, summary } from '../../accept/report.ts';
import { checks, accept as play } from '../../accept/run.ts';
import { SandboxProblem } from '../problem.ts';
import type { Command } from './command.ts';
import { isHttpUrl, oneOf, readFlags, readSandboxUrl, urlFlags, usualUrl } from './flags.ts';

const usage = `
  --url URL          the running sandbox (default http://127.0.0.1:8700)          正在运行的沙箱
  --place COMMAND    lets your backend place an order, prints its out_trade_no;   让后端下单，并输出 out_trade_no；
                     $REQUEST_TOKEN is the same for a double tap                  连点两次时，两次的 $REQUEST_TOKEN 相同
  --paid COMMAND     exits with 0 when $OUT_TRADE_NO is paid for your backend     后端认为 $OUT_TRADE_NO 已支付时，退出码为 0
  --effects COMMAND  prints how often $OUT_TRADE_NO took effect, e.g. was sent    输出 $OUT_TRADE_NO 的业务（如发货）执行了几次
  --refund COMMAND   refunds $AMOUNT_FEN of $OUT_TRADE_NO                         为 $OUT_TRADE_NO 退款 $AMOUNT_FEN 分
  --wait SECONDS     how long your backend may take to find out by itself what    没有回调时，允许后端用多长时间
                     no callback told it (default 10)                             自行发现，默认 10 秒
  --notify-url URL   instead: where your backend receives callbacks, which is     不用以上命令，只说明接收回调的地址：
                     enough for the forged ones                                   足以检查伪造的回调
  --account NAME     whose callbacks --notify-url gets: direct (default),         --notify-url 收到哪个商户的回调，
                     partner or ecommerce                                         默认 direct
  --only ID,…        runs these checks only; --json lists their ids               只执行这些检查，ID 见 --json 的输出
  --json             one JSON document instead of text                            输出 JSON
  --junit FILE       writes a JUnit report too                                    另写 JUnit 报告

Your backend calls the sandbox in place of WeChat Pay; the checks let it place orders, pay them, forge, repeat,
reorder and withhold callbacks, and lose answers. Exit code: 0 when no check failed, 1 otherwise.
后端把沙箱当作微信支付；逐项检查它怎样对待伪造、重复、乱序、丢失的回调和丢失的应答。没有未通过的检查时，退出码为 0，否则为 1。
`;

/** Tests a running backend in any language. */
export const accept: Command = {
  name: 'accept',
  summary: { en: 'test a running backend in any language', zh: '验收任意语言的后端' },
  usage,
  async run(args, context) {
    const { values } = readFlags(
      args,
      {
        ...urlFlags,
        'notify-url': { type: 'string' },
        account: { type: 'string', default: 'direct' },
        place: { type: 'string' },
        paid: { type: 'string' },
        effects: { type: 'string' },
        refund: { type: 'string' },
        wait: { type: 'string', default: '10' },
        only: { type: 'string' },
        json: { type: 'boolean', default: false },
        junit: { type: 'string' },
      },
      `${context.program} accept`,
    );
    const { place, paid, effects, refund } = values;
    const notifyUrl = values['notify-url'];
    if (place === undefined && notifyUrl === undefined) {
      throw new SandboxProblem(
        `Give --place, the command by which your backend places an order, or --notify-url, where it receives callbacks. See ${context.program} accept --help.`,
        `请用 --place 指定让后端下单的命令，或用 --notify-url 指定接收回调的地址。见 ${context.program} accept --help。`,
      );
    }
    const results = await play({
      sandboxUrl: readSandboxUrl(values) ?? usualUrl,
      ...(notifyUrl !== undefined && { notifyUrl: readUrl(notifyUrl) }),
      account: oneOf('--account', values.account, accountNames),
      commands: {
        ...(place && { place }),
        ...(paid && { paid }),
        ...(effects && { effects }),
        ...(refund && { refund }),
      },
      waitMs: readSeconds(values.wait) * 1000,
      ...(values.only !== undefined && { only: readOnly(values.only) }),
      onResult: (result) => (values.json ? {} : context.print(asText(result))),
    });
    context.print(values.json ? asJson(results) : summary(results));
    if (values.junit !== undefined) writeReport(values.junit, asJUnit(results));
    return results.some(({ verdict }) => verdict.kind === 'broken') ? 1 : 0;
  },
};

function readOnly(text: string): string[] {
  const ids = text.split(',').filter(Boolean);
  const known = checks.map(({ id }) => id);
  const unknown = ids.find((id) => !known.includes(id));
  if (unknown === undefined) return ids;
  throw new SandboxProblem(
    `There is no check "${unknown}": ${known.join(', ')}.`,
    `没有名为 ${unknown} 的检查，可用的见上。`,
  );
}

function readUrl(text: string): string {
  if (isHttpUrl(text)) return text;
  throw new SandboxProblem(
    `--notify-url must be an address such as http://127.0.0.1:3000/notify, not "${text}".`,
    '--notify-url 须为完整地址，例如 http://127.0.0.1:3000/notify。',
  );
}

function readSeconds(text: string): number {
  const seconds = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && seconds <= 600) return seconds;
  throw new SandboxProblem(
    `--wait must be 0 to 600 seconds, not "${text}".`,
    `--wait 须为 0 到 600 秒，不能是 ${text}。`,
  );
}

function writeReport(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (cause) {
    const { message } = cause as Error;
    throw new SandboxProblem(`--junit ${file}: ${message}.`, `无法写入报告文件 ${file}。`, { cause });
  }
}
