/**
 * Runs operations of several instances at once, in an order that is chosen: before each step, an operation waits for its
 * turn. The same choices give the same order, so what fails is played again.
 */
import { setImmediate as nextTick } from 'node:timers/promises';

/** Chooses one of so many that wait, from 0. */
export type Choose = (waiting: number) => number;

/** An operation awaits it before each step. */
export type Turn = () => Promise<void>;

/** Without a stop for so long, a branch has ended: everything here runs in microtasks. */
const branchTicks = 20;

/** Runs all of them to their ends. Choosing 0 each time runs them one after the other. */
export async function interleave<T>(
  operations: readonly ((turn: Turn) => Promise<T>)[],
  choose: Choose,
): Promise<PromiseSettledResult<T>[]> {
  const waiting: { readonly operation: number; readonly go: () => void }[] = [];
  let open = operations.length;
  /** Grows when an operation stops at its next step, or for good. */
  let stops = 0;
  const ends = operations.map((run, operation) => {
    const turn = () =>
      new Promise<void>((go) => {
        const behind = waiting.findLastIndex((other) => other.operation <= operation);
        waiting.splice(behind + 1, 0, { operation, go });
        stops++;
      });
    return run(turn).finally(() => {
      open--;
      stops++;
    });
  });
  const settled = Promise.allSettled(ends);
  await nextTick();
  while (open > 0) {
    const before = stops;
    const [next] = waiting.splice(choose(waiting.length), 1);
    next?.go();
    // Until it stops. One of several branches of an operation may also end, which is no stop.
    for (let ticks = 0; stops === before && (ticks < branchTicks || waiting.length === 0); ticks++)
      await nextTick();
    await nextTick();
  }
  return settled;
}

/** Choices from a list, which begins again at its end: easy to generate, and to make shorter. */
export function chooseFrom(choices: readonly number[]): Choose {
  let used = 0;
  return (waiting) => (choices[used++ % choices.length] ?? 0) % waiting;
}
