import { useState } from 'preact/hooks';
import { useSay } from '../../i18n.ts';
import type { Phase } from '../../model/phases.ts';
import type { Step } from '../../model/steps.ts';
import { Icon } from '../icons.tsx';
import { preciseTime, sinceMs } from '../time.ts';
import { describe } from './describe.ts';
import { Arrow } from './lanes.tsx';
import { StepDetail } from './step-detail.tsx';

interface Props {
  step: Step;
  depth: number;
  axis: Phase['axis'];
  /** When the outermost step began; the times of its children are relative to it. */
  originMs: number;
}

/** One step, and below it, indented, what it caused. */
export function StepRow({ step, depth, axis, originMs }: Props) {
  const say = useSay();
  const [open, setOpen] = useState(false);
  const described = describe(step, say);
  const { title, code, outcome, notes, took, tone, reply } = described;
  const id = `step-${step.key}`;
  return (
    <li class={`step ${step.kind} ${tone}`}>
      <div class="step-line">
        <time class="step-time" title={preciseTime(step.startMs)}>
          {depth === 0 ? preciseTime(step.startMs) : sinceMs(step.startMs - originMs)}
        </time>
        <Arrow described={described} active={depth > 0} />
        <div class="step-body">
          <button
            type="button"
            class="step-head"
            style={{ paddingLeft: `${8 + depth * 18}px` }}
            aria-expanded={open}
            aria-controls={id}
            onClick={() => setOpen(!open)}
          >
            <span class="step-title" title={title}>
              {title}
            </span>
            {code && <span class="step-code mono">{code}</span>}
            {notes.map((note) => (
              <span key={note.text} class={`note ${note.tone}`}>
                {note.text}
              </span>
            ))}
            <span class="spacer" />
            {outcome && (
              <span class={`outcome ${tone}`} title={outcome}>
                {outcome}
              </span>
            )}
            <Bar step={step} axis={axis} />
            <span class="step-took mono">{took}</span>
            <Icon name="chevron" size={14} />
          </button>
          {reply !== undefined && (
            <p class="step-reply" style={{ paddingLeft: `${8 + depth * 18}px` }}>
              <Icon name="phone" size={13} />
              <span>
                {say('手机收到：', 'Answer to the phone: ')}
                {reply}
              </span>
            </p>
          )}
          {open && (
            <div class="step-detail" id={id}>
              <StepDetail step={step} />
            </div>
          )}
        </div>
      </div>
      {step.children.length > 0 && (
        <ol class="steps">
          {step.children.map((child) => (
            <StepRow key={child.key} step={child} depth={depth + 1} axis={axis} originMs={originMs} />
          ))}
        </ol>
      )}
    </li>
  );
}

/** When it ran, on the axis of all that ran at the same time. */
function Bar({ step, axis }: Pick<Props, 'step' | 'axis'>) {
  const wholeMs = axis.endMs - axis.startMs;
  if (wholeMs <= 0) return <span class="step-bar" aria-hidden="true" />;
  const percent = (ms: number) => `${((100 * ms) / wholeMs).toFixed(2)}%`;
  return (
    <span class="step-bar" aria-hidden="true">
      <span
        style={{ left: percent(step.startMs - axis.startMs), width: percent(step.endMs - step.startMs) }}
      />
    </span>
  );
}
