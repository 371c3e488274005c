/**
 * The history of one order is linearizable: whatever the buyer's devices, the payer, callbacks, operators and the timer
 * do at once, and whatever is lost or killed meanwhile, what all of them were answered can be explained by doing it one
 * after the other. LINEARIZABILITY_SEEDS plays more histories.
 */
import { afterEach, expect, it } from 'vitest';
import type { MemoryDocuments } from '../../../shared/core/testing/documents.ts';
import { madeUpRecords } from '../../../shared/payments/testing/watched-money.ts';
import type { Fault } from '../faults.ts';
import { linearize } from './checker.ts';
import { type Ask, type Client, OrderHistory, paidFen, type Recorded } from './order-history.ts';
import { orderSpecification } from './order-specification.ts';

const specification = orderSpecification(paidFen);

let opened: OrderHistory | undefined;
afterEach(() => opened?.close());

/** mulberry32: small, and the same everywhere. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (((mixed ^ (mixed >>> 14)) >>> 0) % 4_294_967_296) % below;
  };
}

function faultOf(random: (below: number) => number): Fault {
  const dies = { writes: random(5), when: random(2) === 0 ? ('before' as const) : ('after' as const) };
  const what = random(2) === 0 ? ('request' as const) : ('answer' as const);
  return [{}, {}, {}, {}, {}, { dies }, { loses: { after: random(2), what, all: random(2) === 0 } }][
    random(7)
  ]!;
}

const refund = (name: string, fen: number): Ask => ({ does: 'refund', name, fen });
const every = (...names: Exclude<Ask['does'], 'refund'>[]) => names.map((does): Ask => ({ does }));

/** Two devices of the buyer, the payer, callbacks and the timer, before anybody knows of the payment. */
const payers: readonly (readonly Ask[])[] = [
  every('create', 'query', 'wait', 'close'),
  every('create', 'query', 'close'),
  every('pay'),
  every('notify', 'query'),
  every('timer', 'wait'),
];
/** Operators, a second callback, a page and the timer, once it is paid. */
const refunders: readonly (readonly Ask[])[] = [
  [refund('a', 2000), refund('b', 1500), refund('c', 4000)],
  [refund('d', 2000), refund('b', 1500), refund('e', 1800)],
  [refund('f', 2500), refund('a', 2000), refund('g', 6800)],
  every('notify', 'query', 'close', 'left'),
  every('timer', 'left'),
];

function clientsOf(roles: readonly (readonly Ask[])[], random: (below: number) => number): Client[] {
  return roles.map((asks) => {
    const count = 1 + random(2);
    return Array.from({ length: count }, () => ({ ask: asks[random(asks.length)]!, fault: faultOf(random) }));
  });
}

const alone = (...asks: Ask[]): Client[] => [asks.map((ask) => ({ ask, fault: {} }))];

/** All of them at once; then, without faults, what everybody sees in the end. */
async function historyOf(
  seed: number,
  change?: (documents: MemoryDocuments) => void,
): Promise<readonly Recorded[]> {
  const random = generator(seed);
  const history = await OrderHistory.open(change);
  opened = history;
  const isPaid = random(2) === 0;
  await history.play(alone(...every('create', ...(isPaid ? (['pay', 'notify'] as const) : []))), () => 0);
  await history.play(clientsOf(isPaid ? refunders : payers, random), random);
  await history.play(
    alone(...every('wait', 'query'), refund('last', 1), ...every('left', 'create')),
    () => 0,
  );
  await history.settle();
  await history.close();
  return history.operations;
}

/** The first history that has no explanation. */
async function firstUnexplained(seeds: number, change?: (documents: MemoryDocuments) => void) {
  for (let seed = 1; seed <= seeds; seed++) {
    const verdict = linearize(await historyOf(seed, change), specification);
    if (!verdict.linearizable) return { seed, ...verdict };
  }
  return undefined;
}

const seeds = Number(process.env.LINEARIZABILITY_SEEDS ?? 30);
const withTime = { timeout: seeds * 10_000 };

it('every history of an order can be explained by one operation after the other', withTime, async () => {
  expect(await firstUnexplained(seeds)).toBeUndefined();
});

it('a seed gives the same history each time', async () => {
  expect(await historyOf(3)).toEqual(await historyOf(3));
});

it('a lost compare-and-set leaves a history that cannot be explained', withTime, async () => {
  madeUpRecords();
  const forgetVersions = (documents: MemoryDocuments) => {
    const { update } = documents;
    documents.update = (collection, id, { version: _, ...where }, set) => update(collection, id, where, set);
  };
  expect(await firstUnexplained(seeds, forgetVersions)).toMatchObject({ stuck: expect.any(Array) });
});
