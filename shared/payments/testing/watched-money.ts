/**
 * Shops whose money is checked after every test, by `tests/check-money.ts`, which vitest loads before each test file.
 * Whoever makes a shop for tests registers it here, so that no test has to remember the check.
 */
interface CheckOptions {
  /** Whether our money is also compared with the simulator's. */
  readonly withSimulator: boolean;
}

/** Throws unless the money is sound. */
export type MoneyCheck = (options: CheckOptions) => void | Promise<void>;

const watched = new Set<MoneyCheck>();
const ofOneTest = new Set<MoneyCheck>();
let madeUp: 'nothing' | 'callbacks' | 'records' = 'nothing';

/** The check runs after each test until the returned function is called, which runs it for the last time. */
export function watchMoney(check: MoneyCheck): () => Promise<void> {
  watched.add(check);
  return async () => {
    if (watched.delete(check)) await run(check);
  };
}

/** Checks once, after the current test: for shops that are never closed. */
export function watchMoneyOfTest(check: MoneyCheck): void {
  ofOneTest.add(check);
}

/** The test that is running makes up callbacks: the simulator knows nothing of their money. */
export function madeUpCallbacks(): void {
  madeUp = 'callbacks';
}

/** The test that is running makes up records that contradict each other: its money is not checked. */
export function madeUpRecords(): void {
  madeUp = 'records';
}

/** @throws what the first failing check throws */
export async function checkWatchedMoney(): Promise<void> {
  const checks = [...watched, ...ofOneTest];
  ofOneTest.clear();
  try {
    for (const check of checks) await run(check);
  } finally {
    madeUp = 'nothing';
  }
}

async function run(check: MoneyCheck): Promise<void> {
  if (madeUp !== 'records') await check({ withSimulator: madeUp === 'nothing' });
}
