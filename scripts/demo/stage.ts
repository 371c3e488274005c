/** Plays steps and prints each outcome: a demo that says "held" only for what it saw. */
import { styleText } from 'node:util';

export interface Step {
  zh: string;
  en: string;
  /** Runs the step, checks it, and returns what was observed. Throws when the promise did not hold. */
  run(): Promise<string>;
}

export interface Act {
  zh: string;
  en: string;
  steps: Step[];
}

/** @returns how many steps held and how many did not. */
export async function play(acts: Act[]): Promise<{ held: number; broken: number }> {
  let held = 0;
  let broken = 0;
  for (const act of acts) {
    console.log(`\n${styleText('bold', act.zh)}  ${styleText('dim', act.en)}`);
    for (const step of act.steps) {
      if (await playStep(step)) held += 1;
      else broken += 1;
    }
  }
  return { held, broken };
}

async function playStep(step: Step): Promise<boolean> {
  const startedAt = performance.now();
  const title = `${step.zh}  ${styleText('dim', step.en)}`;
  if (process.stdout.isTTY) process.stdout.write(`  … ${title}`);
  const finish = (mark: string) => {
    const ms = styleText('dim', `${Math.round(performance.now() - startedAt)} ms`);
    if (process.stdout.isTTY) process.stdout.write('\r\x1b[2K');
    console.log(`  ${mark} ${title}  ${ms}`);
  };
  try {
    const seen = await step.run();
    finish(styleText('green', '✓'));
    console.log(`      ${styleText('dim', seen)}`);
    return true;
  } catch (error) {
    finish(styleText('red', '✗'));
    const reason = error instanceof Error ? error.message : String(error);
    console.log(`      ${styleText('red', reason)}`);
    return false;
  }
}

/** @throws Error with `message` when `condition` does not hold. */
export function expectThat(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(message);
}

export function yuan(amountFen: number): string {
  return `¥${(amountFen / 100).toFixed(2)}`;
}
