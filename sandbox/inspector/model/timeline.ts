/**
 * From a story's flat events to what a person follows: phases, and in each the steps with what they caused below
 * them. An event names the invocation that caused it, and a delivery its Request-ID: nothing here is guessed by time.
 */
import type { SandboxEvent } from './events.ts';
import { problemOf } from './failures.ts';
import { requestIdOf } from './numbers.ts';
import { type Phase, phasesOf } from './phases.ts';
import { type InvocationStep, type Step, stepsOf } from './steps.ts';
import type { Story } from './story.ts';
import type { Traces } from './traces.ts';

export function timelineOf(story: Story, traces: Traces): Phase[] {
  const steps = stepsOf(eventsOf(story, traces));
  const invocations = new Map<string | undefined, Step>();
  const attempts = new Map<string | undefined, Step>();
  for (const step of steps) {
    if (step.kind === 'invocation') invocations.set(step.event.data.invocationId, step);
    if (step.kind === 'attempt' && step.event.data.attempt?.requestId !== undefined) {
      attempts.set(step.event.data.attempt.requestId, step);
    }
  }
  const top: Step[] = [];
  for (const step of steps) {
    const parent = invocations.get(callerOf(step)) ?? attempts.get(deliveryOf(step));
    if (parent) parent.children.push(step);
    else top.push(step);
  }
  for (const step of steps) step.children.sort(byStart);
  return phasesOf(withoutRepeats(top.sort(byStart)));
}

/** The payer and WeChat Pay's own schedule act by themselves; everything else is done by an invocation. */
function callerOf(step: Step): string | undefined {
  const actsItself = step.kind === 'attempt' || step.kind === 'waiting' || step.kind === 'order';
  return actsItself ? undefined : step.event.invocationId;
}

function deliveryOf(step: Step): string | undefined {
  return step.kind === 'invocation' ? requestIdOf(step.event.data) : undefined;
}

/** The story's own, and with them the invocations behind them and what those did that concerns no order. */
function eventsOf(story: Story, traces: Traces): SandboxEvent[] {
  const events = new Map<number, SandboxEvent>(story.events.map((event) => [event.id, event]));
  for (const id of story.traceIds) {
    const trace = traces.get(id);
    if (!trace?.event) continue;
    events.set(trace.event.id, trace.event);
    // A timer serves many orders. Its steps that name no order are shown only when the run served a single one.
    if (trace.paymentNos.size === 1) for (const event of trace.loose) events.set(event.id, event);
  }
  return [...events.values()].sort((a, b) => a.id - b.id);
}

function byStart(a: Step, b: Step): number {
  return a.startMs - b.startMs || a.event.id - b.event.id;
}

/** Polls that changed nothing become one step. */
function withoutRepeats(steps: readonly Step[]): Step[] {
  const kept: Step[] = [];
  for (const step of steps) {
    const last = kept.at(-1);
    if (last && isQuiet(step) && isQuiet(last) && sameFunction(last, step)) {
      kept[kept.length - 1] = {
        ...step,
        key: last.key,
        startMs: last.startMs,
        times: last.times + step.times,
      };
    } else kept.push(step);
  }
  return kept;
}

function isQuiet(step: Step): step is InvocationStep {
  if (step.kind !== 'invocation' || step.children.length > 0) return false;
  return problemOf(step.event.data) === undefined;
}

function sameFunction(a: InvocationStep, b: InvocationStep): boolean {
  return a.event.data.functionName === b.event.data.functionName;
}
