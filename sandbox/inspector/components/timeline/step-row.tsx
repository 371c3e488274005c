import { useState } from 'preact/hooks';
import { useSay } from '../../i18n.ts';
import type { Step } from '../../model/timeline.ts';
import { Icon } from '../icons.tsx';
import { clockTime } from '../time.ts';
import { describe } from './describe.ts';
import { Arrow } from './lanes.tsx';
import { StepDetail } from './step-detail.tsx';

/** One step, and below it, set in, what it caused. */
export function StepRow({ step, depth }: { step: Step; depth: number }) {
  const say = useSay();
  const [open, setOpen] = useState(false);
  const described = describe(step, say);
  const { title, code, outcome, notes, took, tone } = described;
  const id = `step-${step.key}`;
  return (
    <li class={`step ${step.kind} ${tone}`}>
      <div class="step-line">
        <time class="step-time">{depth === 0 ? clockTime(step.startMs) : ''}</time>
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
            <span class="step-title">{title}</span>
            {code && <span class="step-code mono">{code}</span>}
            {notes.map((note) => (
              <span key={note.text} class={`note ${note.tone}`}>
                {note.text}
              </span>
            ))}
            <span class="spacer" />
            {outcome && <span class={`outcome ${tone}`}>{outcome}</span>}
            <span class="step-took mono">{took}</span>
            <Icon name="chevron" size={14} />
          </button>
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
            <StepRow key={child.key} step={child} depth={depth + 1} />
          ))}
        </ol>
      )}
    </li>
  );
}
