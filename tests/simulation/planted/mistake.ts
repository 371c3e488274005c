import type { Patch } from '../bundle.ts';

/** A line that is replaced as a person would get it wrong. */
export interface Mistake extends Patch {
  readonly name: string;
  /** The test that shows it, where no story is likely to: relative to the root of the checkout. */
  readonly foundBy?: string;
}
