import { StateFile } from '../state-file.ts';
import { SandboxSimulator } from './simulator.ts';
import { isSavedState, type SavedChanges } from './state/saved-state.ts';
import { createSeedData, storeSeedData } from './state/seed.ts';
import type { Simulator, SimulatorOptions } from './types.ts';

export type { AccountCredentials } from './account-credentials.ts';
export type {
  KeyMode,
  Simulator,
  SimulatorOptions,
} from './types.ts';

/**
 * Starts a simulator: with a newly generated state, from a config file, or continuing from a state file.
 * @throws Error when a file cannot be used, saying why.
 */
export async function createSimulator(options: SimulatorOptions): Promise<Simulator> {
  const stored = options.stateFile === undefined ? undefined : StateFile.read(options.stateFile);
  if (stored) {
    const { snapshot, changes } = stored;
    if (!isSavedState(snapshot)) {
      // Ends the reading, and closes the file.
      for (const _ of changes) break;
      throw new Error(`${options.stateFile} is not the state of a sandbox of this version.`);
    }
    const simulator = new SandboxSimulator(options, snapshot.origin);
    await simulator.adopt(snapshot, changes as Iterable<SavedChanges>);
    return simulator;
  }
  const seedData = await createSeedData({
    seed: options.seed,
    configFile: options.configFile,
    keyMode: options.keyMode ?? 'switching',
  });
  return new SandboxSimulator(options, storeSeedData(seedData));
}
