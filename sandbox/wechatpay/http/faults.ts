import { SeededRandom } from '../state/random.ts';
import { ControlProblem } from './problem.ts';

/**
 * Bill faults, set on the request that applies for the bill: a line is missing, the first amount is a fen too high, an
 * order is listed that does not exist, the hash is of another file, it is not ready yet.
 */
export const billFaults = [
  'bill-missing-line',
  'bill-wrong-amount',
  'bill-unknown-order',
  'bill-line-twice',
  'bill-bad-hash',
  'bill-not-ready',
] as const;
export type BillFault = (typeof billFaults)[number];

export const faultKinds = [
  'latency',
  'reset',
  'rate-limit',
  'system-error',
  'refusal',
  'unsigned',
  'signtest',
  'stale-timestamp',
  'wrong-serial',
  ...billFaults,
] as const;
type FaultKind = (typeof faultKinds)[number];

/** A deliberately injected failure. */
export interface Fault {
  /**
   * `*`, an API's name or documented path, optionally with the method in front
   * (`POST /v3/pay/transactions/jsapi`), a path that ends in `*`, or `notify` for callbacks.
   */
  readonly route: string;
  readonly kind: FaultKind;
  /** Only requests that this merchant signs; without it, everybody's. */
  readonly mchid?: string;
  /** How many requests it affects; without it, all. */
  readonly times?: number;
  /** Probability from 0 to 1, drawn from the seed; default 1. */
  readonly probability?: number;
  /** The request takes effect first, then the answer is lost or replaced. */
  readonly afterEffect?: boolean;
  /** For `latency`; default 1000. */
  readonly latencyMs?: number;
  /** For `system-error`: 500 (default), 502 or 503. */
  readonly status?: number;
  /** For `refusal`: default INVALID_REQUEST, with status 400. */
  readonly code?: string;
}

/** The faults that are set, and how many requests each has affected. */
export class FaultSet {
  #faults: { fault: Fault; struck: number }[] = [];
  #random: SeededRandom;
  readonly #seed: string;

  constructor(seed: string) {
    this.#seed = `${seed}/faults`;
    this.#random = new SeededRandom(this.#seed);
  }

  /** Replaces all faults; the random sequence restarts from the seed. @throws ControlProblem */
  set(given: unknown): void {
    if (!Array.isArray(given)) throw refused('The body must be a list of faults.', '请求体须为故障的列表。');
    this.#faults = given.map((entry, index) => ({ fault: readFault(entry, index), struck: 0 }));
    this.#random = new SeededRandom(this.#seed);
  }

  list(): (Fault & { struck: number })[] {
    return this.#faults.map(({ fault, struck }) => ({ ...fault, struck }));
  }

  /** The fault that affects a request, if any; counts the request. @param mchid who signed the request */
  next(names: readonly string[], mchid?: string): Fault | undefined {
    for (const entry of this.#faults) {
      const { route, times, probability } = entry.fault;
      if (!names.some((name) => routeMatches(route, name))) continue;
      if (entry.fault.mchid !== undefined && entry.fault.mchid !== mchid) continue;
      if (times !== undefined && entry.struck >= times) continue;
      if (probability !== undefined && this.#random.fraction() >= probability) continue;
      entry.struck++;
      return entry.fault;
    }
    return undefined;
  }

  /** The request had nothing that the fault could damage, so the fault applies to the next one. */
  missed(fault: Fault): void {
    const entry = this.#faults.find((one) => one.fault === fault);
    if (entry) entry.struck--;
  }
}

function routeMatches(route: string, name: string): boolean {
  // `*` is every API, but a callback is only meant when it is named.
  if (route === '*') return name !== 'notify';
  return route.endsWith('*') ? name.startsWith(route.slice(0, -1)) : route === name;
}

const aliases: Record<string, FaultKind> = {
  '429': 'rate-limit',
  '500': 'system-error',
  '5xx': 'system-error',
};

function readFault(entry: unknown, index: number): Fault {
  const given = (typeof entry === 'object' && entry !== null ? entry : {}) as Record<string, unknown>;
  const { route, mchid, times, probability, afterEffect, latencyMs, status, code } = given;
  const kind = aliases[String(given.kind)] ?? faultKinds.find((one) => one === given.kind);
  const bad = (name: string, en: string, zh: string) =>
    refused(`faults[${index}]: "${name}" must be ${en}.`, `faults[${index}]："${name}" 须为${zh}。`);
  if (typeof route !== 'string' || route === '') {
    throw bad('route', 'a text, e.g. "*" or "notify"', '字符串，例如 "*" 或 "notify"');
  }
  if (!kind) {
    throw bad('kind', `one of ${faultKinds.join(', ')}`, ` ${faultKinds.join('、')} 之一`);
  }
  if (mchid !== undefined && typeof mchid !== 'string') {
    throw bad('mchid', 'a text', '字符串');
  }
  if (times !== undefined && !(Number.isInteger(times) && Number(times) >= 1)) {
    throw bad('times', '1 or more', '不小于 1 的整数');
  }
  if (probability !== undefined && !(Number(probability) >= 0 && Number(probability) <= 1)) {
    throw bad('probability', '0 to 1', ' 0 到 1 的数');
  }
  if (latencyMs !== undefined && !(Number(latencyMs) >= 0 && Number(latencyMs) <= 60_000)) {
    throw bad('latencyMs', '0 to 60000', ' 0 到 60000 的数');
  }
  if (status !== undefined && ![500, 502, 503].includes(Number(status))) {
    throw bad('status', '500, 502 or 503', ' 500、502 或 503');
  }
  if (code !== undefined && !/^[A-Z_]{1,64}$/.test(String(code))) {
    throw bad('code', 'an error code, e.g. INVALID_REQUEST', '错误码，例如 INVALID_REQUEST');
  }
  return {
    route,
    kind,
    ...(mchid !== undefined && { mchid }),
    ...(times !== undefined && { times: Number(times) }),
    ...(probability !== undefined && { probability: Number(probability) }),
    ...(afterEffect === true && { afterEffect }),
    ...(latencyMs !== undefined && { latencyMs: Number(latencyMs) }),
    ...(status !== undefined && { status: Number(status) }),
    ...(code !== undefined && { code: String(code) }),
  };
}

function refused(en: string, zh: string): ControlProblem {
  return new ControlProblem(400, 'BAD_REQUEST', en, zh);
}
