import { useSay } from '../i18n.ts';
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
            <li key={index} class={state} title={say(`第 ${index + 1} 次`, `Attempt ${index + 1}`)}>
              <span class="schedule-dot" />
              <span class="schedule-wait mono">
                {index === 0 ? '0' : `+${duration(wait * 1000).replace(' ', '')}`}
              </span>
            </li>
          );
        })}
      </ol>
      <p class="lead">
        {log.nextAtMs === undefined
          ? say(`已投递 ${made.length} 次，不再重试。`, `Delivered ${made.length} ×; no retry is due.`)
          : say(`下次重试：${dateTime(log.nextAtMs)}`, `Next retry: ${dateTime(log.nextAtMs)}`)}
      </p>
    </>
  );
}
