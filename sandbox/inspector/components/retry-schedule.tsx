import { type Say, useSay } from '../i18n.ts';
import type { NotificationLog } from '../model/feed.ts';
import { dateTime, duration } from './time.ts';

/** Waits between attempts, in seconds: pay.weixin.qq.com/doc/v3/merchant/4012791882. */
const waitsSeconds = [15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600, 10800, 10800, 10800, 21600, 21600];

/** The sixteen attempts as a row of dots: made, next, and still to come. */
export function RetrySchedule({ log }: { log: NotificationLog }) {
  const say = useSay();
  const made = log.attempts.filter((entry) => entry.kind === 'scheduled');
  const waiting = log.nextAtMs !== undefined;
  return (
    <>
      <ol class="schedule">
        {[0, ...waitsSeconds].map((wait, index) => {
          const entry = made[index];
          const state = entry
            ? entry.ok
              ? 'ok'
              : 'bad'
            : waiting && index === made.length
              ? 'next'
              : 'todo';
          return (
            <li key={index} class={state} title={titleOf(index, wait, say)}>
              <span class="schedule-dot" />
              <span class="schedule-wait mono">
                {index === 0 ? '0' : `+${duration(wait * 1000).replace(' ', '')}`}
              </span>
            </li>
          );
        })}
      </ol>
      <p class="lead">{outcomeOf(log, made.length, say)}</p>
    </>
  );
}

function outcomeOf({ state, nextAtMs }: NotificationLog, made: number, say: Say): string {
  if (nextAtMs !== undefined)
    return say(`下次重试：${dateTime(nextAtMs)}`, `Next retry: ${dateTime(nextAtMs)}`);
  switch (state) {
    case 'delivered':
      return say(
        `第 ${made} 次投递得到确认，不再重试。`,
        `Acknowledged at attempt ${made}; no retry is due.`,
      );
    case 'exhausted':
      return say(
        `投递 ${made} 次都没有得到确认，已放弃。`,
        `Gave up: none of the ${made} attempts was acknowledged.`,
      );
    case 'held':
      return say('已扣住，放行后才投递。', 'Held: it is delivered after it is released.');
    case 'undeliverable':
      return say('地址不在本机，没有投递。', 'Not delivered: its URL is not on this machine.');
    case 'pending':
      return say('正在投递。', 'Being delivered.');
  }
}

function titleOf(index: number, waitSeconds: number, say: Say): string {
  if (index === 0) return say('第 1 次，立即', 'Attempt 1, immediately');
  const wait = duration(waitSeconds * 1000);
  return say(
    `第 ${index + 1} 次，上一次之后 ${wait}`,
    `Attempt ${index + 1}, ${wait} after the previous one`,
  );
}
