/** Commands of fast-check for what instances of the functions do, several at once, and for what happens elsewhere. */
import fc from 'fast-check';
import { expect } from 'vitest';
import type { Fault } from './faults.ts';
import { chooseFrom, interleave, type Turn } from './interleaving.ts';

/** What one instance does, and what fails meanwhile. Plain data, so that a failing sequence can be read. */
export interface Action {
  readonly does: string;
  readonly fault: Fault;
}

/** Does an action. @returns `OK`, or the code of the error that it ended with */
export type Perform = (turn: Turn) => Promise<string>;

export interface Rules<Model, Real, A extends Action> {
  /** Decides what an action is about, before anything happens. */
  prepare(real: Real, action: A): Promise<Perform>;
  /** The answers that are right when nothing fails and nothing else happens; undefined: any. */
  answersTo(model: Model, real: Real, action: A): readonly string[] | undefined;
  /** Takes an answer in. */
  answered?(model: Model, real: Real, action: A, answer: string): void;
  /** Takes in what is to be seen now. @throws when it must not be so */
  observe(model: Model, real: Real): Promise<void>;
}

type Command<Model extends object, Real> = fc.AsyncCommand<Model, Real>;

/** One to three actions at once, each on an instance of its own, in any order. */
export function together<Model extends object, Real, A extends Action>(
  actions: fc.Arbitrary<A>,
  rules: Rules<Model, Real, A>,
): fc.Arbitrary<Command<Model, Real>> {
  const some = fc.array(actions, { minLength: 1, maxLength: 3 });
  const choices = fc.array(fc.nat(5), { minLength: 1, maxLength: 12 });
  return fc.tuple(some, choices).map(([chosen, order]) => new Together(chosen, order, rules));
}

/** More than what two instances do in a race. */
const stepsToEnd = 24;

/** By turns: the first alone, or it and the next one; and how often. */
const usualSteps = fc.tuple(fc.constantFrom<number[]>([0], [0, 1]), fc.integer({ min: 2, max: 8 }));

/**
 * The first stands still after some of its steps while one or two others come to their ends; or all go on by turns
 * before.
 */
export function race<Model extends object, Real, A extends Action>(
  first: fc.Arbitrary<A>,
  others: fc.Arbitrary<A>,
  rules: Rules<Model, Real, A>,
  steps = usualSteps,
): fc.Arbitrary<Command<Model, Real>> {
  const some = fc.array(others, { minLength: 1, maxLength: 2 });
  return fc.tuple(first, some, steps).map(([one, chosen, [turns, times]]) => {
    const before = Array<number[]>(times).fill(turns).flat();
    return new Together([one, ...chosen], [...before, ...Array<number>(stepsToEnd).fill(1)], rules);
  });
}

class Together<Model extends object, Real, A extends Action> implements Command<Model, Real> {
  readonly #actions: readonly A[];
  readonly #choices: readonly number[];
  readonly #rules: Rules<Model, Real, A>;

  constructor(actions: readonly A[], choices: readonly number[], rules: Rules<Model, Real, A>) {
    this.#actions = actions;
    this.#choices = choices;
    this.#rules = rules;
  }

  check = () => true;
  toString = () => `${JSON.stringify(this.#actions)} in the order ${this.#choices}`;

  run = async (model: Model, real: Real) => {
    const rules = this.#rules;
    const [first] = this.#actions as [A];
    const isAlone = this.#actions.length === 1 && Object.keys(first.fault).length === 0;
    const right = isAlone ? rules.answersTo(model, real, first) : undefined;
    const prepared = await Promise.all(this.#actions.map((action) => rules.prepare(real, action)));
    const outcomes = await interleave(prepared, chooseFrom(this.#choices));
    const answers = outcomes.map((outcome) => {
      if (outcome.status === 'rejected') throw outcome.reason;
      return outcome.value;
    });
    for (const [index, answer] of answers.entries()) {
      rules.answered?.(model, real, this.#actions[index]!, answer);
    }
    expect(answers.filter((answer) => right && !right.includes(answer))).toEqual([]);
    await rules.observe(model, real);
  };
}

/** Something that happens at WeChat Pay, or time that passes. */
export class Happens<Model extends object, Real> implements Command<Model, Real> {
  readonly #what: string;
  readonly #happen: (real: Real) => Promise<unknown>;
  readonly #observe: (model: Model, real: Real) => Promise<void>;

  constructor(
    what: string,
    happen: (real: Real) => Promise<unknown>,
    { observe }: Pick<Rules<Model, Real, never>, 'observe'>,
  ) {
    this.#what = what;
    this.#happen = happen;
    this.#observe = observe;
  }

  check = () => true;
  toString = () => this.#what;
  run = async (model: Model, real: Real) => {
    await this.#happen(real);
    await this.#observe(model, real);
  };
}

/** Sequences of so many commands at most. */
export function sequences<Model extends object, Real>(
  most: number,
  ...commands: fc.Arbitrary<Command<Model, Real>>[]
) {
  return fc.noBias(fc.commands(commands, { maxCommands: most, size: 'max' }));
}
