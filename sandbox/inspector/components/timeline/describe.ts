/** A step in words: who acted on whom, what it was, and how it went. */
import { apiLabel } from '../../api-labels.ts';
import type { Say } from '../../i18n.ts';
import {
  attemptLabel,
  collectionLabel,
  complaintChangeLabel,
  fieldLabel,
  forgeryLabel,
  functionLabel,
  operationLabel,
  orderChangeLabel,
  sourceLabel,
  stateLabel,
  type Tone,
  transferChangeLabel,
} from '../../labels.ts';
import { changesOf } from '../../model/changes.ts';
import type { DocumentChange, Exchange, Invocation } from '../../model/events.ts';
import { problemOf, reportedToPhone } from '../../model/failures.ts';
import type { AttemptStep, DocumentStep, Step } from '../../model/steps.ts';
import { faultLabel } from '../fault-form.tsx';
import { duration } from '../time.ts';

/** Who takes part, from left to right. */
export const lanes = ['phone', 'cloud', 'wechat', 'database'] as const;
export type Lane = (typeof lanes)[number];

export interface Described {
  from: Lane;
  to: Lane;
  /** The message did not arrive, or its answer did not. */
  broken?: boolean;
  title: string;
  /** The same in the field's own terms. */
  code?: string;
  tone: Tone;
  /** How it ended, in a word. */
  outcome?: string;
  /** Notes behind the title. */
  notes: { text: string; tone: Tone }[];
  took?: string;
  /** What the phone got, when the call failed. */
  reply?: string;
}

export function describe(step: Step, say: Say): Described {
  switch (step.kind) {
    case 'invocation':
      return describeInvocation(step.event.data, step.times, say);
    case 'exchange':
      return {
        ...describeExchange(step.event.data, say),
        notes: step.effects.map(({ data }) => ({
          text: orderChangeLabel(data.change, say),
          tone: 'ok' as const,
        })),
      };
    case 'attempt':
      return describeAttempt(step, say);
    case 'document':
      return describeDocument(step, say);
    case 'waiting':
      return describeWaiting(step.event.data.state, say);
    case 'complaint': {
      const { change, state } = step.event.data;
      return {
        from: change.startsWith('USER_') ? 'phone' : 'wechat',
        to: 'wechat',
        title: complaintChangeLabel(change, say),
        code: state,
        tone: state === 'PROCESSED' ? 'ok' : 'warn',
        notes: [],
      };
    }
    case 'transfer': {
      const { change, state } = step.event.data;
      return {
        from: 'wechat',
        to: 'wechat',
        title: transferChangeLabel(change, say),
        code: state,
        tone: state === 'FAIL' ? 'bad' : state === 'SUCCESS' ? 'ok' : 'info',
        notes: [],
      };
    }
    case 'order': {
      const { change, state } = step.event.data;
      const byPayer = change === 'paid' || change === 'payment failed';
      return {
        from: byPayer ? 'phone' : 'wechat',
        to: 'wechat',
        title: orderChangeLabel(change, say),
        code: state,
        tone: state === 'PAYERROR' ? 'bad' : 'ok',
        notes: [],
      };
    }
  }
}

function describeInvocation(invocation: Invocation, times: number, say: Say): Described {
  const { functionName, source, cold, durationMs } = invocation;
  const problem = problemOf(invocation);
  const reported = reportedToPhone(invocation);
  return {
    from: source === 'user' ? 'phone' : 'cloud',
    to: 'cloud',
    title: functionLabel(functionName, say),
    code: functionName,
    tone: problem ? 'bad' : 'ok',
    ...(problem !== undefined && { outcome: problem }),
    notes: [
      ...(times > 1 ? [{ text: `×${times}`, tone: 'quiet' as const }] : []),
      ...(source === 'http' || source === 'user'
        ? []
        : [{ text: sourceLabel(source, say), tone: 'quiet' as const }]),
      ...(cold ? [{ text: say('冷启动', 'cold start'), tone: 'warn' as const }] : []),
    ],
    ...(reported && { reply: say(reported.zh, reported.en) }),
    took: duration(durationMs),
  };
}

function describeExchange(exchange: Exchange, say: Say): Described {
  const { api, request, answer, verdict, code, fault, durationMs } = exchange;
  const failed = verdict !== 'passed';
  return {
    from: 'cloud',
    to: 'wechat',
    broken: answer === undefined,
    title: apiLabel(api, say) ?? request.target,
    code: `${request.method} ${request.target.split('?')[0]}`,
    tone: verdict === 'fault' ? 'warn' : failed ? 'bad' : 'ok',
    outcome: failed ? (code ? `${answer?.status} ${code}` : faultLabel(fault, say)) : `${answer?.status}`,
    notes: [],
    took: duration(durationMs),
  };
}

function describeAttempt({ event, ordinal, nextAtMs }: AttemptStep, say: Say): Described {
  const { attempt, eventType } = event.data;
  const { kind, tamper, status, ok, ms } = attempt!;
  const forged = tamper !== undefined;
  const title =
    kind === 'scheduled' ? say(`第 ${ordinal} 次投递`, `Delivery ${ordinal}`) : attemptLabel(kind, say);
  return {
    from: 'wechat',
    to: 'cloud',
    broken: status === undefined,
    title: forged ? `${title} · ${forgeryLabel(tamper, say)}` : title,
    code: eventType,
    tone: ok ? (forged && tamper !== 'amount' ? 'bad' : 'ok') : forged ? 'info' : 'bad',
    outcome: status === undefined ? say('没有应答', 'no answer') : outcomeOf(status, ok, forged, say),
    notes:
      nextAtMs === undefined
        ? []
        : [
            {
              text: say(
                `${duration(nextAtMs - event.atMs)} 后重试`,
                `retry in ${duration(nextAtMs - event.atMs)}`,
              ),
              tone: 'warn',
            },
          ],
    took: duration(ms),
  };
}

function outcomeOf(status: number, ok: boolean, forged: boolean, say: Say): string {
  if (forged) return ok ? `${status}` : `${status} ${say('已拒绝', 'refused')}`;
  return ok ? `${status} ${say('已确认', 'acknowledged')}` : `${status}`;
}

function describeWaiting(state: string, say: Say): Described {
  const labels: Record<string, [string, string]> = {
    held: ['回调已扣住，等待放行', 'The callback is held until released'],
    exhausted: ['16 次都没有确认，不再投递', 'Gave up after 16 attempts'],
    undeliverable: ['回调地址不在本机，没有投递', 'Not delivered: its URL is not on this machine'],
  };
  const [zh, en] = labels[state] ?? [state, state];
  return { from: 'wechat', to: 'wechat', title: say(zh, en), tone: 'warn', notes: [] };
}

function describeDocument({ event }: DocumentStep, say: Say): Described {
  const { collection, op } = event.data;
  return {
    from: 'cloud',
    to: 'database',
    title: collectionLabel(collection, say) + whatChanged(event.data, say),
    code: collection,
    tone: op === 'remove' ? 'warn' : 'ok',
    notes: [],
  };
}

/** A change of state says more than the name of the operation. */
function whatChanged({ op, before, after }: DocumentChange, say: Say): string {
  const operation = `${say('', ' ')}${operationLabel(op, say)}`;
  if (op === 'insert') {
    return typeof after?.state === 'string' ? `${operation} · ${stateLabel(after.state, say)}` : operation;
  }
  const moved = movedField(before, after);
  if (moved) return ` · ${stateLabel(moved.before, say)} → ${stateLabel(moved.after, say)}`;
  const fields = changesOf(before, after).map(({ path }) => fieldLabel(path.split('.').at(-1)!, say));
  if (fields.length === 0) return operation;
  const shown = fields.slice(0, 2).join(say('、', ', '));
  return ` · ${shown}${fields.length > 2 ? say(` 等 ${fields.length} 项`, ` and ${fields.length - 2} more`) : ''}`;
}

function movedField(
  before: Record<string, unknown> | undefined,
  after: Record<string, unknown> | undefined,
): { before: string; after: string } | undefined {
  for (const field of ['state', 'fulfilment']) {
    const [left, right] = [before?.[field], after?.[field]];
    if (typeof left === 'string' && typeof right === 'string' && left !== right)
      return { before: left, after: right };
  }
  return undefined;
}
