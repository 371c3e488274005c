/** What WeChat Pay itself gets wrong: refusals, also of what an earlier attempt has done, and queries without an answer. */
import fc from 'fast-check';

export interface Troubles {
  /** Routes that make something. */
  readonly make: readonly string[];
  /** Routes that say what became of it. */
  readonly ask: readonly string[];
}

interface Trouble {
  /** In words, for the sequence that is printed. */
  readonly what: string;
  /** For the simulator. */
  readonly faults: readonly object[];
}

/** With which the simulator refuses. */
export const refusalCode = 'INVALID_REQUEST';

/** More often than the client repeats a request by itself. */
const askedTimes = 4;

/** Each strikes the next request of its routes only. */
export function troubles({ make, ask }: Troubles): fc.Arbitrary<Trouble> {
  const refused = (route: string, afterEffect: boolean) => ({
    route,
    kind: 'refusal',
    times: 1,
    afterEffect,
  });
  const silent = (route: string) => ({ route, kind: 'system-error', times: askedTimes });
  return fc.record({ isDone: fc.boolean(), isSilent: fc.boolean() }).map(({ isDone, isSilent }) => ({
    what: `WeChat Pay refuses the next one${isDone ? ', which is done' : ''}${isSilent ? ', and does not say so' : ''}`,
    faults: [...make.map((route) => refused(route, isDone)), ...(isSilent ? ask.map(silent) : [])],
  }));
}
