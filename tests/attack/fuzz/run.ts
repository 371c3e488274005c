/** Runs a parser over many inputs from a seed, and reports the smallest one that it does not survive. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';

export interface Parser {
  readonly name: string;
  readonly inputs: fc.Arbitrary<unknown>;
  /** Parses, or throws one of its own errors. */
  readonly parse: (input: unknown) => unknown;
  readonly allows: (error: unknown) => boolean;
}

export interface FuzzOptions {
  readonly inputs: number;
  readonly seed: number;
  readonly onProgress?: (done: number) => void;
}

/** Of processor time, so that a busy machine changes nothing. Parsers need well under a millisecond. */
const maxInputMs = 1000;
const batchInputs = 10_000;
/** What the parser may keep between two halves of a long run: a cache of bounded size. */
const maxGrowthBytes = 8 * 1024 * 1024;
const longRunInputs = 20_000;

/** @throws Error with the parser, the seed and the smallest input found; or when memory grows in a long run */
export async function fuzz(parser: Parser, { inputs, seed, onProgress }: FuzzOptions): Promise<void> {
  let halfBytes: number | undefined;
  for (let done = 0; done < inputs; ) {
    const numRuns = Math.min(batchInputs, inputs - done);
    const property = fc.asyncProperty(parser.inputs, (input) => survive(parser, input));
    const outcome = await fc.check(property, { numRuns, seed: seed + done });
    if (outcome.failed) {
      const [input] = outcome.counterexample ?? [];
      throw new Error(
        `${parser.name}, seed ${seed + done}: ${describe(outcome.errorInstance)} by ${printed(input)}`,
      );
    }
    done += numRuns;
    if (halfBytes === undefined && inputs >= longRunInputs && done >= inputs / 2) halfBytes = usedBytes();
    onProgress?.(done);
  }
  const grownBytes = halfBytes === undefined ? 0 : usedBytes() - halfBytes;
  if (grownBytes > maxGrowthBytes) throw new Error(`${parser.name} keeps ${grownBytes} bytes of its inputs`);
}

/** @throws what the parser must not throw, or that it took too long */
export async function survive(parser: Parser, input: unknown): Promise<void> {
  const startedMs = performance.now();
  await parsed(parser, input);
  if (performance.now() - startedMs <= maxInputMs) return;
  // Asking for the processor time costs more than most parsers do, so it is asked for only where an input may be slow.
  const before = process.cpuUsage();
  await parsed(parser, input);
  const { user } = process.cpuUsage(before);
  if (user > maxInputMs * 1000) throw new Error(`it took ${Math.round(user / 1000)} ms`);
}

async function parsed({ parse, allows }: Parser, input: unknown): Promise<void> {
  try {
    await parse(input);
  } catch (error) {
    if (!allows(error)) throw error;
  }
}

function usedBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  return process.memoryUsage().heapUsed;
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name} ${error.message}` : String(error);
}

function printed(input: unknown): string {
  const text = fc.stringify(input);
  return text.length > 2000 ? `${text.slice(0, 2000)}… (${text.length} characters)` : text;
}
