/** A timeline's steps grouped by purpose, and which groups overlap in time. */
import type { Step } from './steps.ts';

export type PhaseKind =
  | 'place'
  | 'pay'
  | 'callback'
  | 'query'
  | 'close'
  | 'fulfil'
  | 'ship'
  | 'complain'
  | 'transfer'
  | 'reconcile'
  | 'call';

export interface Phase {
  kind: PhaseKind;
  key: string;
  startMs: number;
  endMs: number;
  steps: Step[];
  /** It overlaps with the phase before or after it. */
  concurrent: boolean;
  /** The time range of its bars: its own, or that of all phases that overlap. */
  axis: { startMs: number; endMs: number };
}

/** @param steps by start */
export function phasesOf(steps: readonly Step[]): Phase[] {
  const phases: Phase[] = [];
  for (const step of steps) {
    const last = phases.at(-1);
    const endMs = lastMsOf(step);
    const kind = phaseOf(step) ?? last?.kind ?? 'place';
    if (last?.kind === kind) {
      last.steps.push(step);
      last.endMs = Math.max(last.endMs, endMs);
    } else phases.push(newPhase(kind, step, endMs));
  }
  return withSharedAxes(phases);
}

/** What a step caused may continue after the step has ended. */
function lastMsOf(step: Step): number {
  return Math.max(step.endMs, ...step.children.map(lastMsOf));
}

function newPhase(kind: PhaseKind, step: Step, endMs: number): Phase {
  const { key, startMs } = step;
  return { kind, key, startMs, endMs, steps: [step], concurrent: false, axis: { startMs, endMs } };
}

/** Phases come by start, so those that overlap stand next to each other. */
function withSharedAxes(phases: Phase[]): Phase[] {
  let group: Phase[] = [];
  for (const phase of phases) {
    const axis = group[0]?.axis;
    // A phase that starts exactly when the other ends does not overlap with it.
    if (axis && phase.startMs < axis.endMs) {
      axis.endMs = Math.max(axis.endMs, phase.endMs);
      group.push(phase);
      for (const each of group) Object.assign(each, { concurrent: true, axis });
    } else {
      phase.axis = { startMs: phase.startMs, endMs: phase.endMs };
      group = [phase];
    }
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
  shipOrder: 'ship',
  confirmReceipt: 'ship',
  receiveEvent: 'ship',
  handleComplaints: 'complain',
  transferMoney: 'transfer',
  receiveTransfer: 'transfer',
  reconcile: 'reconcile',
  partnerOrders: 'reconcile',
};

function phaseOf(step: Step): PhaseKind | undefined {
  switch (step.kind) {
    case 'invocation':
      return phaseByFunction[step.event.data.functionName] ?? 'call';
    case 'exchange': {
      const { method, target } = step.event.data.request;
      if (/^(\/wxa\/|\/cgi-bin\/|cloud call )/.test(target)) return 'ship';
      if (target.startsWith('/v3/fund-app/')) return 'transfer';
      if (method === 'GET') return 'query';
      return target.endsWith('/close') ? 'close' : 'place';
    }
    case 'order':
      return step.event.data.state === 'CLOSED' ? 'close' : 'pay';
    case 'transfer':
      return 'transfer';
    case 'complaint':
      return 'complain';
    case 'attempt':
    case 'waiting':
      return 'callback';
    default:
      return undefined;
  }
}
