import { useEffect, useRef, useState } from 'preact/hooks';
import { get, post } from '../api.ts';
import { useSay } from '../i18n.ts';
import { attempt, feed, sandboxNow, toast, usePage, useSlowly } from '../store.ts';
import { dateTime, duration } from './time.ts';

const hourMs = 3_600_000;

/** The sandbox's clock, and buttons to move it to useful moments. */
export function ClockControls() {
  const say = useSay();
  const { connected } = usePage();
  const nowMs = useNow(connected);
  const advance = async (advanceMs: number) => {
    const body = { advanceMs: Math.max(0, Math.round(advanceMs)) };
    await post('/_sandbox/clock', body);
    if (advanceMs > 0)
      toast(say(`时钟前进了 ${duration(advanceMs)}`, `The clock moved forward by ${duration(advanceMs)}`));
  };
  const toNextRetry = async () => {
    const { nowMs: at, pending } = await get<ClockView>('/_sandbox/clock');
    const next = pending.find(({ label }) => label.startsWith('notification '));
    if (next) await advance(next.dueAtMs - at);
    else toast(say('没有待重试的回调', 'No callback is waiting for a retry'));
  };
  const toPresent = async () => {
    await post('/_sandbox/clock', { now: 'present' });
    toast(say('时钟已回到现在', 'The clock is back at the present'));
  };
  const aheadMs = feed.clockOffsetMs;
  const isAhead = aheadMs > 2_000;
  return (
    <fieldset class="clock" aria-label={say('沙箱时钟', "The sandbox's clock")}>
      <time
        dateTime={new Date(nowMs).toISOString()}
        title={say('沙箱时间（北京时间）', "The sandbox's time (Beijing)")}
      >
        {dateTime(nowMs)}
      </time>
      <span class={`ahead ${isAhead ? '' : 'none'}`} title={say('比真实时间快', 'Ahead of real time')}>
        {isAhead ? `+${duration(aheadMs)}` : '+0'}
      </span>
      <span class="jumps">
        <button
          type="button"
          disabled={!connected || !isAhead}
          title={say('回到现在', 'Back to the present')}
          onClick={() => attempt(toPresent)}
        >
          {say('现在', 'Now')}
        </button>
        <button type="button" disabled={!connected} onClick={() => attempt(() => advance(15_000))}>
          {say('+15 秒', '+15 s')}
        </button>
        <button type="button" disabled={!connected} onClick={() => attempt(() => advance(hourMs))}>
          {say('+1 小时', '+1 h')}
        </button>
        <button type="button" disabled={!connected} onClick={() => attempt(toNextRetry)}>
          {say('下次重试', 'Next retry')}
        </button>
        <button
          type="button"
          disabled={!connected}
          onClick={() => attempt(() => advance(untilBillTime(nowMs)))}
        >
          {say('明天 10:05', 'Tomorrow 10:05')}
        </button>
      </span>
    </fieldset>
  );
}

interface ClockView {
  nowMs: number;
  offsetMs: number;
  /** The next first. */
  pending: { dueAtMs: number; label: string }[];
}

/** Sandbox time, redrawn each second and after each jump. It stops while the sandbox is unreachable. */
function useNow(connected: boolean): number {
  const [, tick] = useState(0);
  const lastMs = useRef(sandboxNow());
  const moves = useSlowly(50, 'clock', 'reset');
  useEffect(() => {
    if (!connected) return;
    void get<ClockView>('/_sandbox/clock').then(
      ({ offsetMs }) => {
        feed.clockOffsetMs = offsetMs;
        tick((count) => count + 1);
      },
      () => undefined,
    );
    const timer = setInterval(() => tick((count) => count + 1), 1000);
    return () => clearInterval(timer);
  }, [connected, moves]);
  if (connected) lastMs.current = sandboxNow();
  return lastMs.current;
}

/** Bills of a day are ready at 10:00 in China on the next; five minutes later is safe. */
function untilBillTime(nowMs: number): number {
  const chinaOffsetMs = 8 * hourMs;
  const dayMs = 24 * hourMs;
  const midnight = Math.floor((nowMs + chinaOffsetMs) / dayMs) * dayMs - chinaOffsetMs;
  return midnight + dayMs + 10 * hourMs + 5 * 60_000 - nowMs;
}
