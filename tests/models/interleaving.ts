/**
 * Runs operations of several instances at once, in an order that is chosen: before each step, an operation waits for its
 * turn. The same choices give the same order, so what fails is played again.
 */
import { setImmediate as nextTick } from 'node:timers/promises';

/** Chooses one of so many that wait, from 0. */
export type Choose = (waiting: number) => number;

/** An operation awaits it before each step. */
export type Turn = () => Promise<void>;

/** Runs all of them to their ends. Choosing 0 each time runs them one after the other. */
export async function interleave<T>(
  operations: readonly ((turn: Turn) => Promise<T>)[],
  choose: Choose,
): Promise<PromiseSettledResult<T>[]> {
  const waiting: { readonly operation: number; readonly go: () => void }[] = [];
  let open = operations.length;
  const ends = operations.map((run, operation) => {
    const turn = () =>
      new Promise<void>((go) => {
        const behind = waiting.findLastIndex((other) => other.operation <= operation);
        waiting.splice(behind + 1, 0, { operation, go });
      });
    return run(turn).finally(() => open--);
  });
  const settled = Promise.allSettled(ends);
  while (open > 0) {
    // By then, everything that could run has run.
    await nextTick();
    if (waiting.length === 0) continue;
    const [next] = waiting.splice(choose(waiting.length), 1);
    next?.go();
  }
  return settled;
}

/** Choices from a list, which begins again at its end: easy to generate, and to make shorter. */
export function chooseFrom(choices: readonly number[]): Choose {
  let used = 0;
  return (waiting) => (choices[used++ % choices.length] ?? 0) % waiting;
}
