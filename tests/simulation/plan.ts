/**
 * What the people of a story do and when, as the seed decides before it begins. Most stories are small: few kinds of
 * people, one or two visits, some minutes. What goes wrong only between two things is found sooner in many small stories
 * than in a few that have everything; one in fifty has everything all the same.
 */
import { planVisits } from './people/buyers.ts';
import type { Action, Kind } from './people/kind.ts';
import { kinds } from './people/kinds.ts';
import { between, pick, Streams } from './random.ts';

export interface Plan {
  readonly kinds: readonly Kind[];
  readonly actions: readonly Action[];
  /** Epoch ms; at any time of the day. */
  readonly startMs: number;
  /** From the start until faults end. */
  readonly busyMs: number;
  /** From then until everything must have settled. */
  readonly settlingMs: number;
  readonly providerKind: 'partner' | 'ecommerce';
  /** Of all RSA keys. */
  readonly keyBits: KeyBits;
}

export type KeyBits = 1024 | 2048;

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** Long enough for unpaid orders to expire, and for what waits to be tried again. */
const usualSettlingMs = 30 * hourMs;
/** 2026-03-02 00:00 in Beijing. */
const firstDayMs = Date.UTC(2026, 2, 1, 16);
const largeChance = 0.01;
/** As WeChat Pay's are. Shorter ones sign six times as fast. */
const fullKeysChance = 0.03;

export function planOf(seed: number): Plan {
  const streams = new Streams(seed);
  const random = streams.of('plan');
  const large = random() < largeChance;
  // Each by a stream of its own: another kind of people leaves the stories without it as they were.
  const chosen = kinds.filter(({ name, chance }) => streams.of(`are there ${name}`)() < chance || large);
  const busyMs = large
    ? pick(random, [6 * hourMs, 12 * hourMs])
    : pick(random, [10 * minuteMs, 40 * minuteMs, 40 * minuteMs, 3 * hourMs]);
  const visits = planVisits(random, large ? between(random, 3, 5) : pick(random, [1, 1, 2]), busyMs);
  const ofPlatform = chosen.some((kind) => kind.ofPlatform);
  const providerKind = ofPlatform || random() < 0.5 ? 'ecommerce' : 'partner';
  const actions = chosen.flatMap((kind) => kind.plan(streams.of(kind.name), { busyMs, visits }));
  actions.sort((a, b) => a.atMs - b.atMs);
  const keyBits = random() < fullKeysChance ? 2048 : 1024;
  const lastMs = actions.at(-1)?.atMs ?? 0;
  const settlingMs = Math.max(
    usualSettlingMs,
    lastMs + hourMs - busyMs,
    ...chosen.map((kind) => kind.settlingMs ?? 0),
  );
  const startMs = firstDayMs + between(random, 0, 24 * 60 - 1) * minuteMs;
  return { kinds: chosen, actions, settlingMs, startMs, busyMs, providerKind, keyBits };
}
