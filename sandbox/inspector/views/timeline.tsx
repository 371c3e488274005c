import { useMemo } from 'preact/hooks';
import { Empty, Pill } from '../components/content.tsx';
import { Split } from '../components/split.tsx';
import { clockTime, date, duration } from '../components/time.ts';
import { LaneHeads } from '../components/timeline/lanes.tsx';
import { OrderHead } from '../components/timeline/order-head.tsx';
import { StepRow } from '../components/timeline/step-row.tsx';
import { VirtualList } from '../components/virtual-list.tsx';
import { useSay } from '../i18n.ts';
import { functionLabel, phaseLabels, stateLabel, toneOfState, yuan } from '../labels.ts';
import { problemOf } from '../model/failures.ts';
import type { Phase } from '../model/phases.ts';
import type { Story } from '../model/story.ts';
import { timelineOf } from '../model/timeline.ts';
import { feed, open, sandboxNow, usePage, useTopics } from '../store.ts';

/** One order from the first tap to the last document: who called whom, and what came of it. */
export function TimelineView() {
  const say = useSay();
  const { chosen } = usePage();
  useTopics('stories');
  if (feed.storyCount === 0) {
    return (
      <Empty
        icon="wallet"
        title={say('还没有订单', 'No orders yet')}
        hint={say(
          '在手机里买点什么：从下单、付款到回调、入账，每一步、每一次签名都会出现在这里。',
          'Buy something on the phone: each step and each signature will appear here as it happens.',
        )}
      />
    );
  }
  const stories = [...feed.stories].reverse();
  const current = feed.story(chosen.timeline) ?? stories[0]!;
  return (
    <Split
      tab="timeline"
      list={
        <VirtualList
          items={stories}
          rowHeightPx={64}
          label={say('订单', 'Orders')}
          keyOf={(story) => story.paymentNo}
          chosen={current.paymentNo}
          choose={(paymentNo) => open('timeline', paymentNo)}
          row={(story) => <StoryRow story={story} />}
        />
      }
    >
      <StoryTimeline key={current.paymentNo} story={current} />
    </Split>
  );
}

function StoryRow({ story }: { story: Story }) {
  const say = useSay();
  return (
    <>
      <span class="main">
        <span class="list-title">
          {story.call
            ? `${functionLabel(story.call.functionName, say)} · ${problemOf(story.call)}`
            : (story.title ?? say('未下成的订单', 'Not placed'))}
        </span>
        <span class="sub mono">
          {clockTime(story.createdAtMs, sandboxNow())} · {story.paymentNo}
        </span>
      </span>
      <span class="aside">
        {story.amountFen !== undefined && <span class="amount">{yuan(story.amountFen)}</span>}
        <Pill tone={toneOfState(story.state)}>{stateLabel(story.state, say)}</Pill>
      </span>
    </>
  );
}

function StoryTimeline({ story }: { story: Story }) {
  const { language } = usePage();
  // The same elements as before are not compared again: other orders' events cost nothing here.
  return useMemo(
    () => (
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
