import { useEffect, useState } from 'preact/hooks';
import { get, post } from '../api.ts';
import { useSay } from '../i18n.ts';
import { attempt, feed, toast, useTopics } from '../store.ts';
import { dateTime, duration } from './time.ts';

const hourMs = 3_600_000;

/** What the sandbox's clock says, and the moments one wants to be at. */
export function ClockControls() {
  const say = useSay();
  const nowMs = useNow();
  const advance = async (advanceMs: number) => {
    const body = { advanceMs: Math.max(0, Math.round(advanceMs)) };
    await post('/_sandbox/clock', body);
    if (advanceMs > 0)
      toast(say(`时钟前进了 ${duration(advanceMs)}`, `The clock moved on by ${duration(advanceMs)}`));
  };
  const toNextRetry = async () => {
    const { nowMs: at, pending } = await get<ClockView>('/_sandbox/clock');
    const next = pending.find(({ label }) => label.startsWith('notification '));
    if (next) await advance(next.dueAtMs - at);
    else toast(say('没有待重试的回调', 'No callback is waiting for a retry'));
  };
  const aheadMs = feed.clockOffsetMs;
  return (
    <fieldset class="clock" aria-label={say('沙箱时钟', "The sandbox's clock")}>
      <time
        dateTime={new Date(nowMs).toISOString()}
        title={say('沙箱时间（中国）', "The sandbox's time, in China")}
      >
        {dateTime(nowMs)}
      </time>
      <span class={`ahead ${aheadMs > 2_000 ? '' : 'none'}`}>
        {aheadMs > 2_000 ? `+${duration(aheadMs)}` : '+0'}
      </span>
      <span class="jumps">
        <button type="button" onClick={() => attempt(() => advance(15_000))}>
          {say('+15 秒', '+15 s')}
        </button>
        <button type="button" onClick={() => attempt(() => advance(hourMs))}>
          {say('+1 小时', '+1 h')}
        </button>
        <button type="button" onClick={() => attempt(toNextRetry)}>
          {say('下次重试', 'Next retry')}
        </button>
        <button type="button" onClick={() => attempt(() => advance(untilBillTime(nowMs)))}>
          {say('明天 10:05', 'Tomorrow 10:05')}
        </button>
      </span>
    </fieldset>
  );
}

interface ClockView {
  nowMs: number;
  /** The next first. */
  pending: { dueAtMs: number; label: string }[];
}

/** Sandbox time, told anew each second and after each jump. */
function useNow(): number {
  const [, tick] = useState(0);
  useTopics('clock');
  useEffect(() => {
    void get<ClockView>('/_sandbox/clock').then(
      ({ nowMs }) => {
        feed.clockOffsetMs = nowMs - Date.now();
        tick((count) => count + 1);
      },
      () => undefined,
    );
    const timer = setInterval(() => tick((count) => count + 1), 1000);
    return () => clearInterval(timer);
  }, []);
  return Date.now() + feed.clockOffsetMs;
}

/** Bills of a day are ready at 10:00 in China on the next; five minutes later is safe. */
function untilBillTime(nowMs: number): number {
  const chinaOffsetMs = 8 * hourMs;
  const dayMs = 24 * hourMs;
  const midnight = Math.floor((nowMs + chinaOffsetMs) / dayMs) * dayMs - chinaOffsetMs;
  return midnight + dayMs + 10 * hourMs + 5 * 60_000 - nowMs;
}
