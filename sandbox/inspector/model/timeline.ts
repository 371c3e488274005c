/**
 * From a story's flat events to what a person follows: phases, and in each the steps with what they caused
 * below them. The sandbox tells an invocation when it ends, so whatever it caused came before it, and within
 * its time: that is how causes are found.
 */

import { callbackOf, causeOf, isWithin } from './causes.ts';
import type {
  DocumentEvent,
  ExchangeEvent,
  InvocationEvent,
  NotificationEvent,
  OrderEvent,
  SandboxEvent,
} from './events.ts';
import type { Loose } from './feed.ts';

export type PhaseKind = 'place' | 'pay' | 'callback' | 'query' | 'close' | 'fulfil' | 'reconcile';

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
/** A callback that waits to be released, or was given up. */
type WaitingStep = StepBase<'waiting', NotificationEvent>;

export type Step = ExchangeStep | AttemptStep | InvocationStep | DocumentStep | OrderStep | WaitingStep;

export interface Phase {
  kind: PhaseKind;
  key: string;
  startMs: number;
  endMs: number;
  steps: Step[];
}

/** @param loose events of no order, of which those are taken in that belong to one of this story's causes */
export function timelineOf(events: readonly SandboxEvent[], loose: Loose): Phase[] {
  const steps = stepsOf(events);
  const invocations = steps.filter((step) => step.kind === 'invocation');
  const shared = sharedInvocations(loose, steps);
  const all: Step[] = [...steps, ...shared, ...looseEffects(loose, invocations)];
  const attempts = steps.filter((step) => step.kind === 'attempt');
  const top: Step[] = [];
  for (const step of all) {
    const parent = callbackOf(step, attempts) ?? causeOf(step, invocations, shared);
    if (parent) parent.children.push(step);
    else top.push(step);
  }
  for (const step of all) step.children.sort(byStart);
  const wanted = top.filter((step) => step.children.length > 0 || !shared.includes(step as InvocationStep));
  return phasesOf(withoutRepeats(wanted.sort(byStart)));
}

function stepsOf(events: readonly SandboxEvent[]): Step[] {
  const steps: Step[] = [];
  const ordinals = new Map<string, number>();
  let placed: OrderEvent[] = [];
  for (const event of events) {
    switch (event.type) {
      case 'order':
        placed.push(event);
        break;
      case 'exchange':
        steps.push(exchangeStep(event, placed));
        placed = [];
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
      default:
    }
    // An order changes within an exchange, which is told right after it; otherwise it changed by itself.
    if (event.type !== 'order') placed = flush(placed, steps);
  }
  flush(placed, steps);
  return steps;
}

function flush(orders: OrderEvent[], steps: Step[]): OrderEvent[] {
  for (const order of orders) steps.push({ kind: 'order', ...base(order) });
  return [];
}

function exchangeStep(event: ExchangeEvent, changes: OrderEvent[]): ExchangeStep {
  const startMs = event.data.atMs;
  return { kind: 'exchange', ...base(event), startMs, effects: changes };
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

/** Timers and functions for all orders at once, that ran while this one had something happen. */
function sharedInvocations({ invocations }: Loose, steps: readonly Step[]): InvocationStep[] {
  const first = steps[0];
  const last = steps.at(-1);
  if (!first || !last) return [];
  const from = Math.min(...steps.map((step) => step.startMs));
  return invocations
    .filter(({ atMs, data }) => atMs >= from && data.startedAtMs <= last.endMs)
    .filter(({ data }) => data.door !== 'http')
    .map(invocationStep);
}

function looseEffects({ effects }: Loose, invocations: readonly InvocationStep[]): Step[] {
  const during = effects.filter((event) =>
    invocations.some((cause) => isWithin(cause, event.id, startOf(event))),
  );
  return during.map((event) =>
    event.type === 'exchange' ? exchangeStep(event, []) : { kind: 'document', ...base(event) },
  );
}

function startOf(event: ExchangeEvent | DocumentEvent): number {
  return event.type === 'exchange' ? event.data.atMs : event.atMs;
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
  const { result, error } = step.event.data;
  return error === undefined && (result as { ok?: unknown } | undefined)?.ok === true;
}

function sameFunction(a: InvocationStep, b: InvocationStep): boolean {
  return a.event.data.functionName === b.event.data.functionName;
}

function phasesOf(steps: readonly Step[]): Phase[] {
  const phases: Phase[] = [];
  for (const step of steps) {
    const last = phases.at(-1);
    const kind = phaseOf(step) ?? last?.kind ?? 'place';
    if (last?.kind === kind) {
      last.steps.push(step);
      last.endMs = Math.max(last.endMs, step.endMs);
    } else phases.push({ kind, key: step.key, startMs: step.startMs, endMs: step.endMs, steps: [step] });
  }
  return phases;
}

const phaseByFunction: Record<string, PhaseKind> = {
  createOrder: 'place',
  createPartnerOrder: 'place',
  queryOrder: 'query',
  closeOrder: 'close',
  payNotify: 'callback',
  fulfilOrder: 'fulfil',
  reconcile: 'reconcile',
  partnerOrders: 'reconcile',
};

function phaseOf(step: Step): PhaseKind | undefined {
  switch (step.kind) {
    case 'invocation':
      return phaseByFunction[step.event.data.functionName];
    case 'exchange': {
      const { method, target } = step.event.data.request;
      if (method === 'GET') return 'query';
      return target.endsWith('/close') ? 'close' : 'place';
    }
    case 'order':
      return step.event.data.state === 'CLOSED' ? 'close' : 'pay';
    case 'attempt':
    case 'waiting':
      return 'callback';
    default:
      return undefined;
  }
}
