/** A whole system for tests, whose money is checked after every test. */
import { expect, vi } from 'vitest';
import { type System, type SystemOptions, startSystem } from '../sandbox/system/system.ts';
import type { Document } from '../shared/core/ports.ts';
import {
  findUnsoundMoney,
  readSimulatorLedger,
  type SimulatorLedger,
} from '../shared/payments/testing/expect-sound-money.ts';
import { watchMoney } from '../shared/payments/testing/watched-money.ts';

const patience = { timeout: 30_000, interval: 20 };

interface Watched {
  /** The tests make up callbacks: the simulator knows nothing of their money. */
  readonly madeUpCallbacks?: boolean;
}

export async function startWatchedSystem(
  options: SystemOptions,
  { madeUpCallbacks = false }: Watched = {},
): Promise<System> {
  const system = await startSystem(options);
  let failed = false;
  const checkForTheLastTime = watchMoney(async ({ withSimulator }) => {
    // What has not agreed for so long will not agree after the next test either: one failure says it.
    if (failed) return;
    failed = true;
    const compared = withSimulator && !madeUpCallbacks;
    // Functions may be between two steps.
    await vi.waitFor(async () => expect(await unsoundMoneyOf(system, compared)).toEqual([]), patience);
    failed = false;
  });
  return {
    ...system,
    async close() {
      try {
        await checkForTheLastTime();
      } finally {
        await system.close();
      }
    },
  };
}

async function unsoundMoneyOf({ emulator, simulator }: System, withSimulator: boolean): Promise<string[]> {
  const all = <T extends Document>(name: string) =>
    emulator.database.list(name, { limit: Number.MAX_SAFE_INTEGER }).documents as Document[] as T[];
  const ledger = await readSimulatorLedger(async (query) => {
    const answer = await simulator.fetch(new Request(`http://127.0.0.1/_sandbox/ledger${query}`));
    return (await answer.json()) as SimulatorLedger;
  });
  return findUnsoundMoney({ all }, withSimulator ? ledger : undefined);
}
