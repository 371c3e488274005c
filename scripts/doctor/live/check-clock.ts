/** This machine's clock against that of the API host, which any answer shows. */
import type { Finding } from '../finding.ts';

/** WeChat Pay accepts a difference of 5 minutes. */
const toleranceMs = 5 * 60_000;
const warnMs = 60_000;

/** Says nothing when the host does not answer: the calls that follow say why. */
export async function checkClock(base: string, nowMs: () => number): Promise<Finding[]> {
  let date: string | null;
  try {
    const answer = await fetch(`${base}/v3/certificates`, {
      headers: { accept: 'application/json', 'user-agent': 'wechatpay-cloudbase' },
      signal: AbortSignal.timeout(6_000),
      redirect: 'manual',
    });
    date = answer.headers.get('date');
  } catch {
    return [];
  }
  const offMs = date === null ? 0 : nowMs() - Date.parse(date);
  if (!(Math.abs(offMs) > warnMs)) return [];
  const seconds = Math.round(Math.abs(offMs) / 1000);
  const direction = offMs > 0 ? { zh: '快', en: 'ahead' } : { zh: '慢', en: 'behind' };
  return [
    {
      id: 'live-clock-off',
      level: Math.abs(offMs) > toleranceMs ? 'error' : 'warning',
      what: {
        zh: `本机时钟${direction.zh}了 ${seconds} 秒。`,
        en: `The clock of this machine is ${seconds} seconds ${direction.en}.`,
      },
      why: {
        zh: '时间相差超过 5 分钟的签名会被微信支付拒绝。',
        en: 'WeChat Pay refuses signatures that are off by more than 5 minutes.',
      },
      fix: {
        zh: '校准本机时间（打开自动对时）。',
        en: 'Set the clock of this machine (turn on automatic time).',
      },
    },
  ];
}
