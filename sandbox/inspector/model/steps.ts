/** What happened in a story, as one step for each action. */
import type {
  ComplaintEvent,
  DocumentEvent,
  ExchangeEvent,
  InvocationEvent,
  NotificationEvent,
  OrderEvent,
  SandboxEvent,
  TransferEvent,
} from './events.ts';

interface StepBase<Kind extends string, Event extends SandboxEvent> {
  kind: Kind;
  /** Stable, so that an open step stays open. */
  key: string;
  event: Event;
  startMs: number;
  endMs: number;
  children: Step[];
}

interface ExchangeStep extends StepBase<'exchange', ExchangeEvent> {
  /** What it did to the order at WeChat Pay. */
  effects: OrderEvent[];
}
export interface AttemptStep extends StepBase<'attempt', NotificationEvent> {
  /** 1 for the first delivery of this callback; absent for replays and probes. */
  ordinal?: number;
  nextAtMs?: number;
}
export interface InvocationStep extends StepBase<'invocation', InvocationEvent> {
  /** How often in a row it ran without effect, as polling does. */
  times: number;
}
export type DocumentStep = StepBase<'document', DocumentEvent>;
type OrderStep = StepBase<'order', OrderEvent>;
type ComplaintStep = StepBase<'complaint', ComplaintEvent>;
type TransferStep = StepBase<'transfer', TransferEvent>;
/** A callback that is held, or whose delivery was given up. */
type WaitingStep = StepBase<'waiting', NotificationEvent>;

export type Step =
  | ExchangeStep
  | AttemptStep
  | InvocationStep
  | DocumentStep
  | OrderStep
  | ComplaintStep
  | TransferStep
  | WaitingStep;

/** @param events by id */
export function stepsOf(events: readonly SandboxEvent[]): Step[] {
  const steps: Step[] = [];
  const ordinals = new Map<string, number>();
  /** Changes of the order by an exchange that is not over yet. */
  let changes: OrderEvent[] = [];
  for (const event of events) {
    switch (event.type) {
      case 'order':
        changes.push(event);
        break;
      case 'exchange':
        steps.push(exchangeStep(event, changes.filter(sameInvocation(event))));
        changes = changes.filter((change) => !sameInvocation(event)(change));
        break;
      case 'notification':
        addNotification(steps, event, ordinals);
        break;
      case 'invocation':
        steps.push(invocationStep(event));
        break;
      case 'document':
        steps.push({ kind: 'document', ...base(event) });
        break;
      case 'complaint':
        steps.push({ kind: 'complaint', ...base(event) });
        break;
      case 'transfer':
        steps.push({ kind: 'transfer', ...base(event) });
        break;
      default:
    }
    // Without an invocation id, only events published right before an exchange are attributed to it.
    if (event.type !== 'order') changes = changes.filter((change) => keepWaiting(change, steps));
  }
  for (const change of changes) steps.push({ kind: 'order', ...base(change) });
  return steps;
}

function sameInvocation(exchange: ExchangeEvent): (change: OrderEvent) => boolean {
  return (change) => change.invocationId === exchange.invocationId;
}

/** @returns false when the order changed by itself, which is a step of its own */
function keepWaiting(change: OrderEvent, steps: Step[]): boolean {
  if (change.invocationId !== undefined) return true;
  steps.push({ kind: 'order', ...base(change) });
  return false;
}

function exchangeStep(event: ExchangeEvent, effects: OrderEvent[]): ExchangeStep {
  const startMs = event.data.atMs;
  return { kind: 'exchange', ...base(event), startMs, effects };
}

function invocationStep(event: InvocationEvent): InvocationStep {
  return { kind: 'invocation', ...base(event), startMs: event.data.startedAtMs, times: 1 };
}

function addNotification(steps: Step[], event: NotificationEvent, ordinals: Map<string, number>): void {
  const { change, id, state, attempt, nextAtMs } = event.data;
  if (attempt) {
    const step: AttemptStep = { kind: 'attempt', ...base(event), startMs: attempt.atMs };
    if (attempt.kind === 'scheduled') {
      step.ordinal = (ordinals.get(id) ?? 0) + 1;
      ordinals.set(id, step.ordinal);
    }
    steps.push(step);
  } else if (change === 'scheduled') {
    const last = steps.findLast((step) => step.kind === 'attempt' && step.event.data.id === id);
    if (last?.kind === 'attempt' && nextAtMs !== undefined) last.nextAtMs = nextAtMs;
  } else if (change === 'exhausted' || state === 'held' || state === 'undeliverable') {
    steps.push({ kind: 'waiting', ...base(event) });
  }
}

function base<E extends SandboxEvent>(event: E) {
  return { key: `${event.id}`, event, startMs: event.atMs, endMs: event.atMs, children: [] };
}
