/** One story from a seed: what happens, whether everything holds, and how it went. */
import type { StoredSeedData } from '../../sandbox/wechatpay/state/seed.ts';
import type { FaultPoint } from './faults.ts';
import { Invariants } from './invariants.ts';
import { kinds } from './people/kinds.ts';
import { type KeyBits, planOf } from './plan.ts';
import { Shop } from './shop.ts';
import { readTheirs } from './theirs.ts';

export interface PlayOptions {
  readonly seed: number;
  /** WeChat Pay before each story, by the length of its keys. */
  readonly origins: Readonly<Record<KeyBits, StoredSeedData>>;
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
  const { seed, origins, withoutActions = [], withoutFaults = [], keepLines = false } = options;
  const plan = planOf(seed);
  const shop = new Shop({
    ...{ seed, startMs: plan.startMs, providerKind: plan.providerKind },
    ...{ origin: origins[plan.keyBits], without: withoutFaults, keepLines },
  });
  for (const kind of kinds) if (!plan.kinds.includes(kind)) kind.leaveOut?.(shop);
  const invariants = new Invariants(shop);
  const { timeline } = shop;
  const beganMs = shop.nowMs;
  const endMs = beganMs + plan.busyMs;
  for (const [position, { atMs, what, act }] of plan.actions.entries()) {
    if (withoutActions.includes(position)) continue;
    timeline.at(beganMs + atMs, () => {
      shop.story.tell(`> ${what}`);
      void act(shop).catch((error) => invariants.crashed(error));
    });
  }
  shop.wake(beganMs);
  // Nothing that comes later makes up for what did not hold.
  const goesOn = () => invariants.violation === undefined;
  await timeline.run(endMs, () => invariants.afterStep(), goesOn);
  shop.calmDown();
  await timeline.run(endMs + plan.settlingMs, () => invariants.afterStep(), goesOn);
  const theirs = readTheirs(shop.simulator.snapshot());
  if (goesOn()) invariants.atTheEnd(theirs);
  await shop.simulator.close();
  const { story } = shop;
  return {
    seed,
    violation: invariants.violation,
    fingerprint: story.fingerprint(),
    hits: [...shop.faults.hits],
    counts: invariants.counts(theirs),
    story: story.lines,
  };
}
