/** Plants one mistake and plays stories until one of them shows it. */
import { Players, playAll } from '../campaign.ts';
import type { Mistake } from './mistakes.ts';

export interface Found {
  readonly seed: number;
  readonly violation: string;
}

/** @param seeds how many stories are played at most. @returns one that shows it; undefined when none does */
export async function find(mistake: Mistake, seeds: number): Promise<Found | undefined> {
  const players = await Players.start(`planted-${process.pid}`, [mistake]);
  try {
    const { failed } = await playAll(players, 1, seeds, 1);
    const [first] = failed;
    return first && { seed: first.seed, violation: first.violation! };
  } finally {
    await players.stop();
  }
}
