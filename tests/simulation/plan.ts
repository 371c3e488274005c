/** What the people of a story do and when, as the seed decides before it begins. */
import { between, pick, type Random, Streams } from './random.ts';

/** What a buyer puts into the cart. */
const carts = ['own', 'own two', 'tip', 'seller', 'two sellers'] as const;
export type Cart = (typeof carts)[number];

export type Action = { readonly atMs: number } & (
  | {
      readonly does: 'buy';
      readonly visit: number;
      readonly buyer: number;
      readonly cart: Cart;
      readonly ends: 'pay' | 'fail to pay' | 'cancel' | 'leave';
      readonly payAfterMs: number;
    }
  | { readonly does: 'pay again' | 'look' | 'close'; readonly visit: number }
  | { readonly does: 'refund'; readonly visit: number; readonly permille: number | null }
  | { readonly does: 'ask for a refund' | 'deliver the rest'; readonly visit: number }
  | { readonly does: 'bank refuses the refund'; readonly visit: number }
  | {
      readonly does: 'set a sharing rule';
      readonly own: boolean;
      readonly permille: number;
      readonly freeAfterDays: number;
    }
  | { readonly does: 'share by hand' | 'free the rest' | 'take a share back'; readonly visit: number }
  | {
      readonly does: 'transfer';
      readonly transfer: number;
      readonly buyer: number;
      readonly amountFen: number;
    }
  | {
      readonly does: 'confirm the transfer' | 'cannot receive the transfer' | 'cancel the transfer';
      readonly transfer: number;
    }
  | { readonly does: 'withdraw'; readonly withdrawal: number; readonly amountFen: number }
  | {
      readonly does: 'bank returns the withdrawal';
      readonly withdrawal: number;
      readonly result: 'FAIL' | 'REFUND';
    }
  | { readonly does: 'change a price'; readonly product: string; readonly amountFen: number }
  | { readonly does: 'renew the platform certificate'; readonly step: 'announce' | 'switch' | 'finish' }
);

export interface Plan {
  readonly actions: readonly Action[];
  /** When faults end. */
  readonly busyMs: number;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

export function planOf(seed: number): Plan {
  const random = new Streams(seed).of('plan');
  const busyMs = pick(random, [40 * minuteMs, 6 * hourMs, 30 * hourMs]);
  const visits = between(random, 2, 5);
  const actions: Action[] = [];
  for (let visit = 0; visit < visits; visit++) {
    const atMs = between(random, 0, busyMs * 0.6);
    actions.push({
      atMs,
      does: 'buy',
      visit,
      buyer: between(random, 0, 2),
      cart: pick(random, carts),
      ends: pick(random, ['pay', 'pay', 'pay', 'pay', 'fail to pay', 'cancel', 'leave']),
      payAfterMs: between(random, 500, pick(random, [5_000, 5 * minuteMs, 3 * hourMs])),
    });
    actions.push(...later(random, visit, atMs, busyMs));
  }
  actions.push(...sharingRules(random), ...transfers(random, busyMs), ...withdrawals(random, busyMs));
  if (random() < 0.3) {
    const step = pick(random, ['announce', 'switch', 'finish'] as const);
    actions.push({ atMs: between(random, 0, busyMs), does: 'renew the platform certificate', step });
  }
  return { actions: actions.sort((a, b) => a.atMs - b.atMs), busyMs };
}

function later(random: Random, visit: number, atMs: number, busyMs: number): Action[] {
  const at = () =>
    atMs + between(random, 1_000, pick(random, [10 * minuteMs, Math.max(10 * minuteMs, busyMs - atMs)]));
  const some = (chance: number, make: () => Action): Action[] => (random() < chance ? [make()] : []);
  return [
    ...some(0.4, () => ({ atMs: at(), does: 'look', visit })),
    ...some(0.3, () => ({ atMs: at(), does: 'pay again', visit })),
    ...some(0.2, () => ({ atMs: at(), does: 'close', visit })),
    ...refund(random, visit, at()),
    ...some(0.2, () => ({ atMs: at(), does: 'refund', visit, permille: between(random, 1, 1000) })),
    ...some(0.2, () => ({ atMs: at(), does: 'ask for a refund', visit })),
    ...some(0.2, () => ({ atMs: at(), does: 'deliver the rest', visit })),
    ...some(0.15, () => ({ atMs: at(), does: 'share by hand', visit })),
    ...some(0.15, () => ({ atMs: at(), does: 'take a share back', visit })),
    ...some(0.15, () => ({ atMs: at(), does: 'free the rest', visit })),
    ...some(0.15, () => ({
      atMs: at(),
      does: 'change a price',
      product: pick(random, ['tea-longjing', 'cup-celadon', 'bread-rye']),
      amountFen: between(random, 100, 20_000),
    })),
  ];
}

/** Half of the orders are refunded, and the bank refuses some of that while it is on its way. */
function refund(random: Random, visit: number, atMs: number): Action[] {
  if (random() < 0.5) return [];
  const made: Action = {
    atMs,
    does: 'refund',
    visit,
    permille: random() < 0.4 ? null : between(random, 1, 700),
  };
  const laterMs = between(random, 5_000, 110_000);
  return random() < 0.3 ? [made, { atMs: atMs + laterMs, does: 'bank refuses the refund', visit }] : [made];
}

function sharingRules(random: Random): Action[] {
  return [true, false].flatMap((own) => {
    if (random() < 0.4) return [];
    const [permille, freeAfterDays] = [between(random, 1, 300), pick(random, [0, 0, 1])];
    return [{ atMs: 0, does: 'set a sharing rule', own, permille, freeAfterDays } as const];
  });
}

function transfers(random: Random, busyMs: number): Action[] {
  if (random() < 0.6) return [];
  return Array.from({ length: between(random, 1, 2) }, (_, transfer) => {
    const atMs = between(random, 0, busyMs * 0.6);
    const does = pick(random, [
      'confirm the transfer',
      'confirm the transfer',
      'cannot receive the transfer',
      'cancel the transfer',
    ] as const);
    const made = {
      atMs,
      does: 'transfer',
      transfer,
      buyer: between(random, 0, 1),
      amountFen: between(random, 30, 5_000),
    };
    const ends = { atMs: atMs + between(random, 1_000, 40 * minuteMs), does, transfer };
    return random() < 0.8 ? [made as Action, ends] : [made as Action];
  }).flat();
}

function withdrawals(random: Random, busyMs: number): Action[] {
  if (random() < 0.6) return [];
  return Array.from({ length: between(random, 1, 2) }, (_, withdrawal) => {
    const atMs = between(random, 0, busyMs * 0.6);
    const made: Action = { atMs, does: 'withdraw', withdrawal, amountFen: between(random, 1, 3_000) };
    const result = pick(random, ['FAIL', 'REFUND'] as const);
    const laterMs = between(random, 1_000, pick(random, [hourMs, 40 * hourMs]));
    const bounces: Action = { atMs: atMs + laterMs, does: 'bank returns the withdrawal', withdrawal, result };
    return random() < 0.5 ? [made, bounces] : [made];
  }).flat();
}
