/** Makes the story of a failure short: what it does not need is left out, one half after the other. */
import type { Players } from './campaign.ts';
import type { FaultPoint } from './faults.ts';
import { planOf } from './plan.ts';
import type { Played } from './play.ts';

export interface Shrunken {
  readonly played: Played;
  /** Positions in the plan, and faults, without which the story fails in the same way. */
  readonly withoutActions: readonly number[];
  readonly withoutFaults: readonly FaultPoint[];
}

export async function shrink(players: Players, failed: Played): Promise<Shrunken> {
  const { seed } = failed;
  let played = failed;
  let withoutFaults: readonly FaultPoint[] = [];
  let withoutActions: readonly number[] = [];
  const stillFails = async (actions: readonly number[], faults: readonly FaultPoint[]): Promise<boolean> => {
    const again = await players.play({ seed, withoutActions: actions, withoutFaults: faults });
    if (kindOf(again) !== kindOf(failed)) return false;
    played = again;
    return true;
  };
  const faults = failed.hits.map(([name]) => name);
  withoutFaults = await dispensable(faults, (without) => stillFails([], without));
  const actions = planOf(seed).actions.map((_, position) => position);
  withoutActions = await dispensable(actions, (without) => stillFails(without, withoutFaults));
  return { played, withoutActions, withoutFaults };
}

/** @returns as many of the parts as can be left out together, tried in ever smaller groups */
async function dispensable<T>(
  parts: readonly T[],
  fails: (without: readonly T[]) => Promise<boolean>,
): Promise<readonly T[]> {
  let without: readonly T[] = [];
  for (let size = Math.ceil(parts.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    const left = parts.filter((part) => !without.includes(part));
    for (let begin = 0; begin < left.length; begin += size) {
      const more = [...without, ...left.slice(begin, begin + size)];
      if (await fails(more)) without = more;
    }
  }
  return without;
}

/** What failed, without the numbers of this story. */
function kindOf({ violation = '' }: Played): string {
  return violation.replace(/[0-9a-f]{16,}|\d+/g, '#');
}
