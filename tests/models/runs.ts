/** How many sequences a model-based test plays: `MODEL_RUNS` plays more of them, `MODEL_SEED` others. */
import fc from 'fast-check';

/** What is checked with sequences of one kind. */
export interface Claim {
  /** In words, as the name of a test. */
  readonly says: string;
  // biome-ignore lint/suspicious/noExplicitAny: each claim has its own kind of sequences.
  readonly property: fc.IAsyncPropertyWithHooks<any>;
  /** How many sequences are played in each run of the tests: what takes a few seconds. */
  readonly runs: number;
}

/** Of the sequences that the tests play. */
export const usualSeed = 20_261_128;

/** Plays sequences until one shows that the claim does not hold. */
export async function playAll({ property, runs }: Claim): Promise<void> {
  await fc.assert(property, {
    numRuns: Number(process.env.MODEL_RUNS ?? runs),
    seed: Number(process.env.MODEL_SEED ?? usualSeed),
    endOnFailure: process.env.MODEL_RUNS === undefined,
  });
}

/** None while more sequences are played, and made shorter. */
export const modelTimeout = { timeout: process.env.MODEL_RUNS === undefined ? 180_000 : 0 };

/** Outcome of something that may fail in a way that somebody is told: `OK`, or the error's code. */
export async function codeOf(running: Promise<unknown>): Promise<string> {
  try {
    await running;
    return 'OK';
  } catch (error) {
    const { code, message } = error as { code?: unknown; message: string };
    if (typeof code === 'string') return code;
    if (message === 'killed') return message;
    throw error;
  }
}

/** What a property opened is closed after each sequence: after one that failed, whatever else that shows. */
export async function afterFailure(closing: Promise<void> | undefined): Promise<void> {
  await closing?.catch(() => undefined);
}
