import type { Clock, Document, Documents, FunctionCaller } from '../../core/ports.ts';

export interface HeartbeatPorts {
  readonly clock: Clock;
  readonly documents: Documents;
  readonly functions: FunctionCaller;
}

export const heartbeatsCollection = 'heartbeats';
export const heartbeatId = 'reconcile';

/** What the platform passed with a call, without personal data. */
export type CallerFacts = Readonly<Record<string, unknown>>;

/** The document that shows that the timer runs, and how calls arrive in this environment. */
export interface HeartbeatRecord extends Document {
  /** When the timer's run last began. */
  readonly ranAtMs: number;
  readonly timerCaller: CallerFacts;
  /** A deployment requests a function-to-function call here, with a unique text; the next run makes it. */
  readonly request: string | null;
  /** The last such call: what the platform passed to the called function, or why it failed. */
  readonly functionCall: {
    readonly request: string;
    readonly atMs: number;
    readonly ok: boolean;
    readonly caller: CallerFacts | null;
    readonly error: string | null;
  } | null;
  /** When old documents were last removed. */
  readonly cleanedAtMs: number;
}

/** What reconcile answers another function about the call itself. */
export const describeCallerAction = 'describeCaller';

/**
 * Records that the timer runs, and calls this function through the platform when a deployment asked for it, so that a
 * wrong assumption about the platform shows before a customer pays.
 * @returns the document as it was before; undefined at the first run
 */
export async function beat(
  ports: HeartbeatPorts,
  timerCaller: CallerFacts,
): Promise<HeartbeatRecord | undefined> {
  const { documents, clock } = ports;
  const ranAtMs = clock.nowMs();
  const known = await documents.get<HeartbeatRecord>(heartbeatsCollection, heartbeatId);
  if (!known) {
    await insertFirst(documents, ranAtMs, timerCaller);
    return undefined;
  }
  const { request } = known;
  const asked = request !== null && request !== known.functionCall?.request;
  const functionCall = asked ? { functionCall: await callFunction(ports, request) } : {};
  await documents.update(heartbeatsCollection, heartbeatId, {}, { ranAtMs, timerCaller, ...functionCall });
  return known;
}

async function insertFirst(documents: Documents, ranAtMs: number, timerCaller: CallerFacts): Promise<void> {
  const first: HeartbeatRecord = {
    _id: heartbeatId,
    ranAtMs,
    timerCaller,
    request: null,
    functionCall: null,
    cleanedAtMs: ranAtMs,
  };
  await documents.insertIfAbsent(heartbeatsCollection, first);
}

async function callFunction(
  { clock, functions }: HeartbeatPorts,
  request: string,
): Promise<NonNullable<HeartbeatRecord['functionCall']>> {
  const call = { request, atMs: clock.nowMs(), ok: false, caller: null, error: null };
  try {
    const answer = await functions.call(heartbeatId, { action: describeCallerAction });
    const { ok, data, error } = Object(answer) as {
      ok?: unknown;
      data?: CallerFacts;
      error?: { code?: string };
    };
    return ok === true && data
      ? { ...call, ok: true, caller: data }
      : { ...call, error: error?.code ?? 'no answer' };
  } catch (error) {
    return { ...call, error: error instanceof Error ? error.message : String(error) };
  }
}
