/** Plays sequences with a mistake in place: bundled anew for each mistake by find.ts, and loaded by host.ts. */
import fc from 'fast-check';
import type { Claim } from '../runs.ts';

/** Each is loaded when it is played. */
export const models = {
  applications: () => import('../applications-claims.ts'),
  orders: () => import('../orders-claims.ts'),
  refunds: () => import('../refunds-claims.ts'),
  sharing: () => import('../sharing-claims.ts'),
};

/** One sequence: of one of the claims of a model, counted from 0, from a seed. */
export interface Sequence {
  readonly says: string;
  readonly seed: number;
  readonly sequence: number;
}

/** To play one sequence, or the first ones of each claim until one fails. */
export type Order = { readonly model: keyof typeof models } & (
  | { readonly only: Sequence }
  | { readonly seed: number; readonly most: number }
);

/** The first one that failed, with what it showed; undefined when none did. */
export type Answer = (Sequence & { readonly problem: string }) | undefined;

export async function answer(order: Order): Promise<Answer> {
  const { claims } = await models[order.model]();
  if ('only' in order) {
    const claim = claims.find(({ says }) => says === order.only.says);
    return claim && play(claim, order.only);
  }
  for (let sequence = 0; sequence < order.most; sequence++) {
    for (const claim of claims) {
      const failed = await play(claim, { says: claim.says, seed: order.seed, sequence });
      if (failed) return failed;
    }
  }
  return undefined;
}

async function play({ property }: Claim, sequence: Sequence): Promise<Answer> {
  const { failed, errorInstance } = await fc.check(property, {
    seed: sequence.seed,
    path: String(sequence.sequence),
    numRuns: 1,
    endOnFailure: true,
  });
  // Not a mistake that somebody would make: the replaced line does not fit what is around it.
  if (errorInstance instanceof ReferenceError) throw errorInstance;
  return failed ? { ...sequence, problem: String(errorInstance) } : undefined;
}
