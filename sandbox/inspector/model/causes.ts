/** What caused what: the sandbox does not say, but tells enough to find out. */
import { notificationIdOf } from './numbers.ts';
import type { AttemptStep, DocumentStep, InvocationStep, Step } from './timeline.ts';

/** An invocation is told when it ends: what it caused was told before, and began within its time. */
export function isWithin(cause: InvocationStep, id: number, startMs: number): boolean {
  return id < cause.event.id && startMs >= cause.startMs && startMs <= cause.endMs;
}

/** The delivery that started this invocation: told right after the invocation has answered. */
export function callbackOf(step: Step, attempts: readonly AttemptStep[]): AttemptStep | undefined {
  if (step.kind !== 'invocation' || step.event.data.door !== 'http') return undefined;
  const id = notificationIdOf(step.event.data);
  return attempts.find(({ event }) => event.id > step.event.id && event.data.id === id);
}

/** The function that caused a step: one that ran for this order before one that runs for all. */
export function causeOf(
  step: Step,
  own: readonly InvocationStep[],
  shared: readonly InvocationStep[],
): InvocationStep | undefined {
  if (step.kind === 'order' || step.kind === 'attempt' || step.kind === 'waiting') return undefined;
  if (step.kind === 'invocation' && step.event.data.door !== 'function') return undefined;
  return likeliest(step, own) ?? likeliest(step, shared);
}

/** Of those that were running, one that logged just this; else the innermost, which began last. */
function likeliest(step: Step, causes: readonly InvocationStep[]): InvocationStep | undefined {
  const running = causes.filter((cause) => cause !== step && isWithin(cause, step.event.id, step.startMs));
  if (running.length <= 1 || step.kind !== 'document') return latest(running);
  return latest(running.filter((cause) => owns(cause, step))) ?? latest(running);
}

function latest(causes: readonly InvocationStep[]): InvocationStep | undefined {
  return causes.reduce<InvocationStep | undefined>(
    (best, cause) => (best && best.startMs > cause.startMs ? best : cause),
    undefined,
  );
}

/** A callback and a query often run side by side; each logs the change of state that it made itself. */
function owns({ event }: InvocationStep, step: DocumentStep): boolean {
  const { collection, id, after } = step.event.data;
  if (collection === 'notifications') return event.data.door === 'http';
  const wanted = [`"${id}"`, `"state":"${String(after?.state)}"`, '"event":"order.state"'];
  return (
    collection === 'orders' && event.data.logs.some((line) => wanted.every((part) => line.includes(part)))
  );
}
