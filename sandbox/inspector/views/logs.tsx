import { useMemo, useState } from 'preact/hooks';
import { Empty, Pill, SearchField, Section } from '../components/content.tsx';
import { Json } from '../components/json.tsx';
import { OrderLink } from '../components/order-link.tsx';
import { Split } from '../components/split.tsx';
import { dateTime, duration, preciseTime } from '../components/time.ts';
import { VirtualList } from '../components/virtual-list.tsx';
import { useSay } from '../i18n.ts';
import { functionLabel, type Tone } from '../labels.ts';
import {
  type LogEntry,
  type LogLevel,
  logEntriesOf,
  logLevels,
  matchesFilter,
} from '../model/log-entries.ts';
import { type Entry, feed, open, usePage, useTopics } from '../store.ts';

const tones: Record<LogLevel, Tone> = { debug: 'quiet', info: 'info', warn: 'warn', error: 'bad' };

/** The functions' log, newest first, with the platform's message when one of them fails. */
export function LogsView() {
  const say = useSay();
  const { chosen } = usePage();
  const revision = useTopics('invocations', 'reset');
  const [filter, setFilter] = useState<Filters>({ functionName: '', level: 'debug', search: '' });
  const [paymentNo = '', chosenKey] = (chosen.logs ?? '').split('/');
  const choose = (key: string | undefined, entry?: Entry) =>
    open('logs', key === undefined ? paymentNo || undefined : `${paymentNo}/${key}`, entry);
  const story = feed.story(paymentNo);
  const all = useMemo(() => logEntriesOf(feed.invocations).reverse(), [revision]);
  const shown = useMemo(
    () => all.filter((entry) => matchesFilter(entry, { ...filter, invocationIds: story?.traceIds })),
    [all, filter, story?.revision],
  );
  if (all.length === 0) {
    return (
      <Empty
        icon="form"
        title={say('还没有日志', 'No log lines yet')}
        hint={say(
          '云函数写的每一行都会出现在这里，可以按函数、级别和订单筛选。',
          'Every line that the functions write appears here. Filter by function, level and order.',
        )}
      />
    );
  }
  const current = shown.find(({ key }) => key === chosenKey) ?? shown[0];
  return (
    <Split
      tab="logs"
      wideList
      selection={{ present: chosenKey !== undefined, clear: () => choose(undefined) }}
      list={
        <>
          <LogFilters all={all} filter={filter} change={setFilter} count={shown.length} />
          {story && (
            <p class="filter-note">
              {story.transfer ? say('只看转账 ', 'Only the transfer ') : say('只看订单 ', 'Only the order ')}
              <code>{story.paymentNo}</code>
              <button type="button" class="link" onClick={() => open('logs', undefined)}>
                {say('全部', 'Show all')}
              </button>
            </p>
          )}
          <VirtualList
            items={shown}
            rowHeightPx={48}
            label={say('日志', 'Log lines')}
            keyOf={({ key }) => key}
            chosen={current?.key}
            choose={choose}
            row={(entry) => <LogRow entry={entry} />}
          />
        </>
      }
    >
      {current ? (
        <LogDetail key={current.key} entry={current} />
      ) : (
        <Empty icon="search" title={say('没有符合的日志', 'Nothing matches')} hint={filter.search} />
      )}
    </Split>
  );
}

interface Filters {
  functionName: string;
  level: LogLevel;
  search: string;
}

interface FilterProps {
  all: readonly LogEntry[];
  filter: Filters;
  change(filter: Filters): void;
  count: number;
}

function LogFilters({ all, filter, change, count }: FilterProps) {
  const say = useSay();
  const names = [...new Set(all.map(({ invocation }) => invocation.functionName))].sort();
  return (
    <div class="filter wrap">
      <select
        class="input"
        aria-label={say('云函数', 'Function')}
        value={filter.functionName}
        onChange={(event) => change({ ...filter, functionName: event.currentTarget.value })}
      >
        <option value="">{say('全部云函数', 'Every function')}</option>
        {names.map((name) => (
          <option key={name} value={name}>
            {functionLabel(name, say)} · {name}
          </option>
        ))}
      </select>
      <select
        class="input"
        aria-label={say('级别', 'Level')}
        value={filter.level}
        onChange={(event) => change({ ...filter, level: event.currentTarget.value as LogLevel })}
      >
        {logLevels.map((level) => (
          <option key={level} value={level}>
            {level === 'debug'
              ? say('全部级别', 'Every level')
              : say(`${level} 及以上`, `${level} and above`)}
          </option>
        ))}
      </select>
      <SearchField
        label={say('搜索日志', 'Search the log')}
        value={filter.search}
        change={(search) => change({ ...filter, search })}
      />
      <span class="count">{count}</span>
    </div>
  );
}

function LogRow({ entry }: { entry: LogEntry }) {
  const { level, message, fields, invocation, atMs } = entry;
  return (
    <>
      <span class="status">
        <Pill tone={tones[level]}>{level}</Pill>
      </span>
      <span class="main">
        <span class="list-title mono">{message}</span>
        <span class="sub mono">
          {Object.entries(fields)
            .filter(([name]) => name !== 'function')
            .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
            .join(' ')}
        </span>
      </span>
      <span class="aside">
        <span class="sub mono">{preciseTime(atMs)}</span>
        <span class="sub mono">{invocation.functionName}</span>
      </span>
    </>
  );
}

function LogDetail({ entry }: { entry: LogEntry }) {
  const say = useSay();
  const { level, message, fields, invocation, atMs } = entry;
  const { invocationId, functionName, cold, durationMs } = invocation;
  const [paymentNo] = feed.traces.get(invocationId)?.paymentNos ?? [];
  const story = feed.story(paymentNo);
  return (
    <article class="detail">
      <header class="detail-head">
        <div>
          <h2 class="mono break">{message}</h2>
          <p class="facts">
            <Pill tone={tones[level]}>{level}</Pill>
            <span>{dateTime(atMs)}</span>
          </p>
        </div>
        <OrderLink story={story} />
      </header>
      <div class="stack">
        {Object.keys(fields).length > 0 && <Json value={fields} />}
        <Section title={say('调用', 'Invocation')}>
          <p class="facts">
            <span>
              {functionLabel(functionName, say)} <code>{functionName}</code>
            </span>
            <span>{cold ? say('冷启动', 'cold start') : say('热实例', 'warm instance')}</span>
            <span>{duration(durationMs)}</span>
          </p>
          <p class="fine mono break">{invocationId}</p>
        </Section>
      </div>
    </article>
  );
}
