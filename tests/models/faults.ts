/** What may happen to one instance of a function while it does one thing. */
import fc from 'fast-check';
import { clockToleranceMs } from '../../shared/core/lease.ts';
import type { Clock, Documents } from '../../shared/core/ports.ts';
import type { Transport } from '../../shared/wechatpay/http/client-types.ts';
import { TransportError } from '../../shared/wechatpay/http/transport-error.ts';
import { dyingDocuments } from '../payments/dying-documents.ts';

export interface Fault {
  /** Counted from 0: so many requests to WeChat Pay succeed, then all or one of them are lost, or their answers. */
  readonly loses?: {
    readonly after: number;
    readonly what: 'request' | 'answer';
    readonly all: boolean;
  };
  /** The instance ends at this write, counted from 0: before it, or after it. */
  readonly dies?: { readonly writes: number; readonly when: 'before' | 'after' };
  /** By how much the clock of the instance is ahead, or behind: another may then take its lease for expired. */
  readonly aheadMs?: number;
}

export const faults: fc.Arbitrary<Fault> = fc.oneof(
  { weight: 5, arbitrary: fc.constant({}) },
  {
    weight: 2,
    arbitrary: fc.record({
      dies: fc.record({
        writes: fc.constantFrom(0, 0, 1, 1, 2, 3, 4, 5, 6),
        when: fc.constantFrom('before', 'after'),
      }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      loses: fc.record({
        after: fc.nat(2),
        what: fc.constantFrom('request', 'answer'),
        all: fc.boolean(),
      }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ aheadMs: fc.constantFrom(-clockToleranceMs, clockToleranceMs) }),
  },
);

/** The clock of an instance with a fault. */
export function faultyClock(clock: Clock, { aheadMs = 0 }: Fault): Clock {
  return { nowMs: () => clock.nowMs() + aheadMs };
}

/** Requests of an instance with a fault. @param turn called before each is sent, and before each is answered */
export function faultyTransport({ loses }: Fault, turn: () => Promise<void>) {
  return (transport: Transport): Transport => {
    let sent = 0;
    return async (request) => {
      await turn();
      const number = sent++;
      const isLost = loses !== undefined && (loses.all ? number >= loses.after : number === loses.after);
      if (isLost && loses.what === 'request') throw new TransportError('lost', 'the connection broke');
      const answer = await transport(request);
      await turn();
      if (isLost) throw new TransportError('lost', 'the connection broke');
      return answer;
    };
  };
}

/** Documents of an instance with a fault. @param turn called before each operation */
export function faultyDocuments(documents: Documents, { dies }: Fault, turn: () => Promise<void>): Documents {
  const ordered: Documents = {
    get: (...args) => turn().then(() => documents.get(...args)),
    find: (...args) => turn().then(() => documents.find(...args)),
    remove: (...args) => turn().then(() => documents.remove(...args)),
    insertIfAbsent: (...args) => turn().then(() => documents.insertIfAbsent(...args)),
    update: (...args) => turn().then(() => documents.update(...args)),
  };
  return dies ? dyingDocuments(ordered, dies.writes, dies.when) : ordered;
}
