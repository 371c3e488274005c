import { useMemo, useState } from 'preact/hooks';
import { Empty, Pill, SearchField } from '../components/content.tsx';
import { StoryContext } from '../components/copies.tsx';
import { Split } from '../components/split.tsx';
import { clockTime, date, duration } from '../components/time.ts';
import { LaneHeads } from '../components/timeline/lanes.tsx';
import { OrderHead } from '../components/timeline/order-head.tsx';
import { StepRow } from '../components/timeline/step-row.tsx';
import { StoryMarks } from '../components/timeline/story-marks.tsx';
import { VirtualList } from '../components/virtual-list.tsx';
import { type Say, useSay } from '../i18n.ts';
import {
  arrivalLabel,
  functionLabel,
  stateLabel,
  titleLabel,
  toneOfState,
  transferTitle,
  yuan,
} from '../labels.ts';
import { problemOf } from '../model/failures.ts';
import type { Phase } from '../model/phases.ts';
import type { Story } from '../model/story.ts';
import { timelineOf } from '../model/timeline.ts';
import { phaseLabels } from '../phase-labels.ts';
import { feed, open, sandboxNow, standalone, usePage, useTopics } from '../store.ts';

const shownStates = ['SUCCESS', 'NOTPAY', 'CLOSED', 'FAILED', 'transfer', 'anomaly', 'held'] as const;

/** One order from the first tap to the last document: who called whom, and the result. */
export function TimelineView() {
  const say = useSay();
  const { chosen } = usePage();
  useTopics('stories');
  const [search, setSearch] = useState('');
  const [state, setState] = useState('');
  if (feed.storyCount === 0) {
    return <NoOrders />;
  }
  const wanted = search.trim().toLowerCase();
  const stories = [...feed.stories]
    .reverse()
    .filter((story) => isInState(story, state) && (wanted === '' || story.matches(wanted)));
  const current = feed.story(chosen.timeline) ?? stories[0];
  return (
    <Split
      tab="timeline"
      list={
        <>
          <div class="filter">
            <SearchField
              label={say('搜索订单', 'Search orders')}
              hint={say('单号、商品、备注、付款人、错误', 'Number, goods, remark, payer, error')}
              value={search}
              change={setSearch}
            />
            <select
              class="input"
              aria-label={say('状态', 'State')}
              value={state}
              onChange={(event) => setState(event.currentTarget.value)}
            >
              <option value="">{say('全部', 'All')}</option>
              {shownStates.map((each) => (
                <option key={each} value={each}>
                  {filterLabel(each, say)}
                </option>
              ))}
            </select>
          </div>
          <VirtualList
            items={stories}
            rowHeightPx={64}
            label={say('订单', 'Orders')}
            keyOf={(story) => story.paymentNo}
            chosen={current?.paymentNo}
            choose={(paymentNo, entry) => open('timeline', paymentNo, entry)}
            row={(story) => <StoryRow story={story} />}
          />
        </>
      }
    >
      {current ? (
        <StoryTimeline key={current.paymentNo} story={current} />
      ) : (
        <Empty icon="search" title={say('没有符合的订单', 'Nothing matches')} hint={search} />
      )}
    </Split>
  );
}

function NoOrders() {
  const say = useSay();
  const hint = standalone
    ? say(
        '用你的程序下一笔订单（见「接入」）：从下单、付款到回调，每一步、每一次签名都会出现在这里。',
        'Place an order with your program (see Connect): from order and payment to callback, each step and each signature appears here.',
      )
    : say(
        '在手机里买一件商品：从下单、付款到回调、入账，每一步、每一次签名都会出现在这里。',
        'Buy something on the phone: from order and payment to callback and record, each step and each signature appears here.',
      );
  return <Empty icon="wallet" title={say('还没有订单', 'No orders yet')} hint={hint} />;
}

function isInState(story: Story, state: string): boolean {
  if (state === '') return true;
  if (state === 'transfer') return story.transfer !== undefined;
  if (state === 'anomaly') return story.hasAnomaly;
  if (state === 'held') return story.heldCallbacks.size > 0;
  if (state === 'FAILED') return ['FAILED', 'FAIL', 'REFUSED', 'PAYERROR', 'CREATED'].includes(story.state);
  // A transfer that arrived is no paid order.
  return story.state === state && !story.transfer;
}

function filterLabel(state: (typeof shownStates)[number], say: Say): string {
  if (state === 'transfer') return say('商家转账', 'Transfers');
  if (state === 'anomaly') return say('有异常', 'With an anomaly');
  if (state === 'held') return say('回调扣住', 'Callback held');
  return state === 'FAILED' ? say('失败', 'Failed') : stateLabel(state, say);
}

function rowTitle(story: Story, say: Say): string {
  if (story.call) return functionLabel(story.call.functionName, say);
  if (story.transfer) return transferTitle(story.transfer, say);
  return titleLabel(story, say) ?? say('未创建的订单', 'Not placed');
}

function StoryRow({ story }: { story: Story }) {
  const say = useSay();
  const { call, state } = story;
  return (
    <>
      <span class="main">
        <span class="list-title">{rowTitle(story, say)}</span>
        <span class="sub mono">
          {clockTime(story.createdAtMs, sandboxNow())} · {call ? problemOf(call) : story.paymentNo}
        </span>
      </span>
      <span class="aside">
        {story.amountFen !== undefined && <span class="amount">{yuan(story.amountFen)}</span>}
        <span class="marks">
          <StoryMarks story={story} />
          <Pill tone={toneOfState(state)}>
            {story.transfer ? arrivalLabel(state, say) : stateLabel(state, say)}
          </Pill>
        </span>
      </span>
    </>
  );
}

function StoryTimeline({ story }: { story: Story }) {
  const { language } = usePage();
  // Returning the same elements skips their comparison, so events of other orders cost nothing here.
  return useMemo(
    () => (
      <StoryContext.Provider value={story}>
        <article class="story">
          <OrderHead story={story} />
          <LaneHeads />
          {timelineOf(story, feed.traces).map((phase, index, all) => (
            <PhaseBlock
              key={phase.key}
              phase={phase}
              before={all[index - 1]}
              beside={all[index - 1]?.axis === phase.axis ? all[index - 1] : undefined}
              teaching={all.findIndex(({ kind }) => kind === phase.kind) === index}
            />
          ))}
        </article>
      </StoryContext.Provider>
    ),
    [story.revision, language],
  );
}

interface PhaseProps {
  phase: Phase;
  before: Phase | undefined;
  /** The phase before, when both ran at the same time. */
  beside: Phase | undefined;
  /** The first of its kind says what it is for. */
  teaching: boolean;
}

function PhaseBlock({ phase, before, beside, teaching }: PhaseProps) {
  const say = useSay();
  const { name, teaches } = phaseLabels[phase.kind];
  const tookMs = phase.endMs - phase.startMs;
  return (
    <section class={`phase ${phase.concurrent ? 'concurrent' : ''}`}>
      <header class="phase-head">
        <h3>{say(...name)}</h3>
        {before && date(before.endMs) !== date(phase.startMs) && (
          <span class="note">{date(phase.startMs)}</span>
        )}
        {beside && (
          <span class="note info">
            {say(
              `与「${say(...phaseLabels[beside.kind].name)}」同时`,
              `at the same time as ${say(...phaseLabels[beside.kind].name)}`,
            )}
          </span>
        )}
        <p>{teaching && say(...teaches)}</p>
        {tookMs > 0 && <span class="mono faint">{duration(tookMs)}</span>}
      </header>
      <ol class="steps">
        {phase.steps.map((step) => (
          <StepRow key={step.key} step={step} depth={0} axis={phase.axis} originMs={step.startMs} />
        ))}
      </ol>
    </section>
  );
}
