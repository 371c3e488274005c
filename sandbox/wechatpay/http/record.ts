import type { Text } from '../../text.ts';
import { AuthRefusal, type Incoming } from '../auth/auth.ts';
import type { ApiAnswer, Endpoint } from '../context.ts';
import { pageOfRefusal } from '../documented/pages.ts';
import { type ExchangeLog, recordedBody } from './exchanges.ts';
import type { Fault } from './faults.ts';
import type { ApiProblem } from './problem.ts';
import type { Routed } from './route.ts';

/** The outcome of a request, before the answer is signed. */
export interface Outcome {
  readonly status: number;
  readonly body: string;
  /** Sent instead of the body. */
  readonly file?: ApiAnswer['file'];
  readonly internalCode: number;
  /** Answers of the gateway, and to requests whose signature was not accepted, carry no signature. */
  readonly signed: boolean;
  readonly mchid?: string;
  readonly subject?: { readonly outTradeNo?: string; readonly warnings?: readonly string[] };
  readonly refusal?: AuthRefusal | ApiProblem;
  /** Why no API answered, for the exchange record. */
  readonly notSimulated?: Text;
}

export interface Handled {
  readonly atMs: number;
  readonly startedMs: number;
  readonly incoming: Incoming;
  readonly routed: Routed<Endpoint> | undefined;
  readonly outcome: Outcome | undefined;
  readonly fault: Fault | undefined;
  readonly final: Outcome | undefined;
  readonly response: Response;
}

/** Adds a request and its answer to the exchange log, which publishes it. */
export function record(log: ExchangeLog, handled: Handled): void {
  const { incoming, outcome, fault, final, response } = handled;
  const refusal = outcome?.refusal;
  const problem = refusal instanceof AuthRefusal ? refusal.problem : refusal;
  const check = refusal instanceof AuthRefusal ? refusal.check : outcome?.notSimulated ? 'route' : 'rules';
  const refused = outcome !== undefined && outcome.status >= 400;
  const page = refused ? pageOfRefusal(check, handled.routed?.route) : undefined;
  log.add({
    atMs: handled.atMs,
    durationMs: Math.round((performance.now() - handled.startedMs) * 100) / 100,
    ...(handled.routed && {
      api: handled.routed.route.name,
      fidelity: handled.routed.route.fidelity ?? 'behaviour',
    }),
    ...(outcome?.mchid !== undefined && { mchid: outcome.mchid }),
    ...outcome?.subject,
    request: {
      method: incoming.method,
      target: incoming.target,
      headers: Object.fromEntries(incoming.headers),
      body: recordedBody(incoming.rawBody, incoming.headers.get('content-type') ?? ''),
    },
    ...(final && {
      answer: { status: final.status, headers: Object.fromEntries(response.headers), body: shownBody(final) },
    }),
    verdict: fault ? 'fault' : refused ? 'refused' : 'passed',
    ...(problem && { code: problem.code }),
    ...(refused && { check }),
    ...(page !== undefined && { page }),
    ...(problem?.setting && { setting: problem.setting }),
    explanation: outcome?.notSimulated ?? problem?.explanation,
    ...(refusal instanceof AuthRefusal && refusal.signature && { signature: refusal.signature }),
    ...(fault && { fault: `${fault.kind}${fault.afterEffect ? ' after effect' : ''}` }),
  });
}

function shownBody({ body, file }: Outcome): string {
  return file ? `(${file.contentType}, ${file.bytes.length} bytes)` : body;
}
