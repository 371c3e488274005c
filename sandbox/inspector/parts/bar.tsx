import { useEffect, useState } from 'preact/hooks';
import { get, post } from '../api.ts';
import { useWords } from '../i18n.ts';
import { attempt, update, useStore } from '../store.ts';
import { dateTime } from './time.ts';

const hourMs = 3_600_000;

/** The top bar: what the sandbox's clock says and how to move it, the ledger's light, settings. */
export function Bar() {
  const { language, connected } = useStore();
  const word = useWords();
  const dark = document.documentElement.dataset.theme === 'dark';
  return (
    <header class="bar">
      <h1 class="brand" style={{ fontSize: '15px' }}>
        <Mark />
        {word('title')}
      </h1>
      <span class="row" role="status">
        <span class={`light ${connected ? 'ok' : 'bad'}`} />
        <span class="lead">{word(connected ? 'connected' : 'disconnected')}</span>
      </span>
      <Clock />
      <span class="spacer" />
      <LedgerLight />
      <Saves />
      <button type="button" class="button quiet" onClick={() => update({ theme: dark ? 'light' : 'dark' })}>
        {word(dark ? 'light' : 'dark')}
      </button>
      <button
        type="button"
        class="button quiet"
        lang={language === 'zh' ? 'en' : 'zh-CN'}
        onClick={() => update({ language: language === 'zh' ? 'en' : 'zh' })}
      >
        {language === 'zh' ? 'English' : '中文'}
      </button>
    </header>
  );
}

function Mark() {
  return (
    <svg width="24" height="24" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="#07a35a" />
      <path
        d="m9 16.5 5 5 9.5-11"
        fill="none"
        stroke="#fff"
        stroke-width="3.4"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </svg>
  );
}

function Clock() {
  const { clockOffsetMs } = useStore();
  const word = useWords();
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((count) => count + 1), 1000);
    return () => clearInterval(timer);
  }, []);
  const nowMs = Date.now() + clockOffsetMs;
  const advance = (advanceMs: number) =>
    attempt(
      () => post('/_sandbox/clock', { advanceMs: Math.max(0, Math.round(advanceMs)) }),
      word('clockMoved'),
    );
  return (
    <div class="clock">
      <time dateTime={new Date(nowMs).toISOString()}>{dateTime(nowMs)}</time>
      <button type="button" class="button small" onClick={() => advance(15_000)}>
        {word('plus15s')}
      </button>
      <button type="button" class="button small" onClick={() => advance(hourMs)}>
        {word('plus1h')}
      </button>
      <button type="button" class="button small" onClick={() => void toNextRetry(advance)}>
        {word('toNextRetry')}
      </button>
      <button type="button" class="button small" onClick={() => advance(untilBillTime(nowMs))}>
        {word('toTomorrow')}
      </button>
    </div>
  );
}

async function toNextRetry(advance: (ms: number) => Promise<void>): Promise<void> {
  const { now, nextRetryAtMs } = await get<{ now: number; nextRetryAtMs?: number }>('/_sandbox/clock');
  await advance(nextRetryAtMs === undefined ? 0 : nextRetryAtMs - now);
}

/** Bills of a day are ready at 10:00 in China on the next; five minutes later is safe. */
function untilBillTime(nowMs: number): number {
  const chinaOffsetMs = 8 * hourMs;
  const dayMs = 24 * hourMs;
  const midnight = Math.floor((nowMs + chinaOffsetMs) / dayMs) * dayMs - chinaOffsetMs;
  return midnight + dayMs + 10 * hourMs + 5 * 60_000 - nowMs;
}

function LedgerLight() {
  const { revision } = useStore();
  const word = useWords();
  const [sumFen, setSum] = useState<number | undefined>();
  useEffect(() => {
    const timer = setTimeout(() => {
      get<{ sumFen: number }>('/_sandbox/ledger').then(
        (ledger) => setSum(ledger.sumFen),
        () => setSum(undefined),
      );
    }, 300);
    return () => clearTimeout(timer);
  }, [revision]);
  const balanced = sumFen === 0;
  return (
    <span class="row" title="/_sandbox/ledger">
      <span class={`light ${sumFen === undefined ? '' : balanced ? 'ok' : 'bad'}`} />
      <span class="lead">{word(balanced || sumFen === undefined ? 'ledgerBalanced' : 'ledgerOff')}</span>
    </span>
  );
}

function Saves() {
  const word = useWords();
  return (
    <span class="row">
      <button
        type="button"
        class="button quiet"
        onClick={() => attempt(() => post('/_system/snapshot'), word('snapshotSaved'))}
      >
        {word('snapshot')}
      </button>
      <button
        type="button"
        class="button quiet"
        onClick={() => attempt(() => post('/_system/restore'), word('restored'))}
      >
        {word('restore')}
      </button>
      <button
        type="button"
        class="button quiet"
        onClick={() => {
          if (confirm(word('confirmReset'))) void attempt(() => post('/_system/reset'), word('wasReset'));
        }}
      >
        {word('reset')}
      </button>
    </span>
  );
}
