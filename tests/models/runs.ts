/** How many sequences a model-based test plays: `MODEL_RUNS` plays more of them, `MODEL_SEED` others. */
import type fc from 'fast-check';

/** @param runs without the variable: what takes a few seconds */
export function modelRuns(runs: number): fc.Parameters<unknown> {
  return {
    numRuns: Number(process.env.MODEL_RUNS ?? runs),
    seed: Number(process.env.MODEL_SEED ?? 20_261_128),
    endOnFailure: process.env.MODEL_RUNS === undefined,
  };
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
