/** One story from a seed: what happens, whether everything holds, and how it went. */
import type { StoredSeedData } from '../../sandbox/wechatpay/state/seed.ts';
import type { FaultPoint } from './faults.ts';
import { Invariants } from './invariants.ts';
import { People } from './people.ts';
import { planOf } from './plan.ts';
import { Shop } from './shop.ts';

const hourMs = 3_600_000;
/** Long enough for unpaid orders to expire, for what waits to be tried again, and for the bill of the last day. */
const settlingMs = 50 * hourMs;

export interface PlayOptions {
  readonly seed: number;
  readonly origin: StoredSeedData;
  /** Positions in the plan of the actions that are left out. */
  readonly withoutActions?: readonly number[];
  readonly withoutFaults?: readonly FaultPoint[];
  readonly keepLines?: boolean;
}

export interface Played {
  readonly seed: number;
  /** Undefined when everything held. */
  readonly violation: string | undefined;
  readonly fingerprint: string;
  readonly hits: readonly (readonly [FaultPoint, number])[];
  readonly counts: Readonly<Record<string, number>>;
  readonly story: readonly string[];
}

export async function play(options: PlayOptions): Promise<Played> {
  const { seed, origin, withoutActions = [], withoutFaults = [], keepLines = false } = options;
  const shop = new Shop({ seed, origin, without: withoutFaults, keepLines });
  const invariants = new Invariants(shop);
  const people = new People(shop);
  const { actions, busyMs } = planOf(seed);
  const beganMs = shop.nowMs;
  const endMs = beganMs + busyMs;
  const { timeline } = shop;
  for (const [position, action] of actions.entries()) {
    if (withoutActions.includes(position)) continue;
    timeline.at(
      beganMs + action.atMs,
      () => void people.act(action).catch((error) => invariants.crashed(error)),
    );
  }
  for (let day = 0; day * 24 * hourMs < busyMs + settlingMs; day++) shop.wake(billTimeMs(beganMs, day));
  shop.wake(beganMs);
  // Nothing that comes later makes up for what did not hold.
  const goesOn = () => invariants.violation === undefined;
  await timeline.run(endMs, () => invariants.afterStep(), goesOn);
  shop.calmDown();
  shop.wake(endMs);
  await timeline.run(endMs + settlingMs, () => invariants.afterStep(), goesOn);
  if (goesOn()) await invariants.atTheEnd();
  await shop.simulator.close();
  const { story } = shop;
  return {
    seed,
    violation: invariants.violation,
    fingerprint: story.fingerprint(),
    hits: [...shop.faults.hits],
    counts: invariants.counts(),
    story: story.lines,
  };
}

/** Bills are ready at 10:00 in Beijing. */
function billTimeMs(beganMs: number, day: number): number {
  const tenMs = Math.floor((beganMs + 8 * hourMs) / (24 * hourMs)) * 24 * hourMs + 2 * hourMs;
  return tenMs + day * 24 * hourMs + 5 * 60_000;
}
