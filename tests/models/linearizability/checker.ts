/**
 * Whether what concurrent operations answered can be explained by doing them one after the other, each at some moment
 * between its call and its return: linearizability. The search is Wing and Gong's, with Lowe's memory of configurations.
 *
 * J. Wing, C. Gong: Testing and Verifying Concurrent Objects (1993). G. Lowe: Testing for Linearizability (2017).
 */

export interface Operation<I, O> {
  readonly input: I;
  /** Undefined when it is unknown: it may have had its effect, at any time since, or none. */
  readonly output: O | undefined;
  readonly calledAt: number;
  /** Infinity when the outcome is unknown. */
  readonly returnedAt: number;
}

/** What the operations do when they are done one after the other. States are plain data. */
export interface Specification<S, I, O> {
  readonly initial: S;
  /** The states that this may lead to with this output; none when it must not be. @param output undefined: unknown */
  readonly next: (state: S, input: I, output: O | undefined) => readonly S[];
}

export type Verdict<I, O> =
  | { readonly linearizable: true; readonly order: readonly Operation<I, O>[] }
  /** The longest explanation that was found, and what cannot follow it. */
  | {
      readonly linearizable: false;
      readonly order: readonly Operation<I, O>[];
      readonly stuck: readonly Operation<I, O>[];
    };

/** @throws RangeError for more operations than a number has bits */
export function linearize<S, I, O>(
  history: readonly Operation<I, O>[],
  { initial, next }: Specification<S, I, O>,
): Verdict<I, O> {
  if (history.length > 31) throw new RangeError(`${history.length} operations are too many to explain.`);
  const tried = new Set<string>();
  const order: number[] = [];
  let longest: readonly number[] = [];

  /** @param done one bit for each operation of `order`. @returns whether the rest can be explained from here */
  const search = (state: S, done: number): boolean => {
    if (order.length > longest.length) longest = [...order];
    const left = [...history.keys()].filter((index) => (done & (1 << index)) === 0);
    if (left.every((index) => history[index]!.output === undefined)) return true;
    const configuration = `${done} ${JSON.stringify(state)}`;
    if (tried.has(configuration)) return false;
    tried.add(configuration);
    const firstReturn = Math.min(...left.map((index) => history[index]!.returnedAt));
    for (const index of left) {
      const { input, output, calledAt } = history[index]!;
      if (calledAt > firstReturn) continue;
      order.push(index);
      for (const after of next(state, input, output)) if (search(after, done | (1 << index))) return true;
      order.pop();
    }
    return false;
  };

  const linearizable = search(initial, 0);
  const explained = (linearizable ? order : longest).map((index) => history[index]!);
  if (linearizable) return { linearizable, order: explained };
  return { linearizable, order: explained, stuck: history.filter((each) => !explained.includes(each)) };
}
