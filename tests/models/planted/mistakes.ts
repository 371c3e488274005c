/** Mistakes as people make them, one line each, which the model of their process must notice. */
import type { Patch } from '../../simulation/bundle.ts';
import { attacks } from '../../simulation/planted/attacks.ts';
import { mistakes as ofStories } from '../../simulation/planted/mistakes.ts';
import { ofOrders } from './orders.ts';
import type { models } from './player.ts';

export interface ModelMistake extends Patch {
  readonly name: string;
  readonly model: keyof typeof models;
}

const ownMistakes: readonly ModelMistake[] = [
  {
    name: 'what a receiver has is not counted when its share is tried again',
    model: 'sharing',
    file: 'shared/payments/sharing/plan.ts',
    from: 'const amountFen = targetFen - sharedFen({ requests: own });',
    to: 'const amountFen = targetFen;',
  },
  {
    name: 'a share that failed counts as received',
    model: 'sharing',
    file: 'shared/payments/sharing/requests.ts',
    from: 'return { share: { ...share, result, failReason }',
    to: "return { share: { ...share, result: result === 'CLOSED' ? 'SUCCESS' : result, failReason }",
  },
  {
    name: 'a refused share is not asked about',
    model: 'sharing',
    file: 'shared/payments/sharing/requests.ts',
    from: '    if (!isUnknownThere(error)) return postpone(ports, sharing, request, error);\n  }\n  const',
    to: '  }\n  const',
  },
  {
    name: 'a return that is under way is asked for under another number',
    model: 'sharing',
    file: 'shared/payments/sharing/prepare-refund.ts',
    from: ".filter(({ state }) => state === 'FAILED')",
    to: ".filter(({ state }) => state !== 'SUCCESS')",
  },
  {
    name: 'the rule shares what was refunded before it was due',
    model: 'sharing',
    file: 'shared/payments/sharing/plan.ts',
    from: 'const netFen = order.amountFen - reservedFen(order);',
    to: 'const netFen = order.amountFen;',
  },
  ...(['sharing', 'refunds'] as const).map((model) => ({
    name: `of two changes of a record at once one is lost: ${model}`,
    model,
    file: 'shared/core/versioned.ts',
    from: '{ version: doc.version ?? null }, next',
    to: '{}, next',
  })),
  {
    name: 'of two changes of an application at once one is lost',
    model: 'applications',
    file: 'shared/merchants/apply-status.ts',
    from: '{ version: doc.version }, merged',
    to: '{}, merged',
  },
  {
    name: 'the second application of a person is not withdrawn',
    model: 'applications',
    file: 'shared/merchants/one-at-a-time.ts',
    from: '  if (others.length === 0) return;',
    to: '  if (others.length < 2) return;',
  },
  {
    name: 'an application is sent by instances that have not stored it',
    model: 'applications',
    file: 'shared/merchants/apply-status.ts',
    from: '  return changed ? { ...doc, ...merged } : undefined;',
    to: '  return { ...doc, ...merged };',
  },
  {
    name: 'an application whose instance died is never asked about',
    model: 'applications',
    file: 'shared/merchants/submit.ts',
    from: '    nextPollAtMs: nowMs + leaseMs,\n    attempts: 0,',
    to: '    nextPollAtMs: null,\n    attempts: 0,',
  },
  {
    name: 'a finished application gives no seller',
    model: 'applications',
    file: 'shared/merchants/apply-status.ts',
    from: "if (stage === 'finished' && (doc.sellerId",
    to: "if (stage === 'frozen' && (doc.sellerId",
  },
  {
    name: 'an application is asked about while it is sent',
    model: 'applications',
    file: 'shared/merchants/refresh.ts',
    from: "if (doc.stage === 'cancelled' || doc.leaseUntilMs > nowMs) return doc;",
    to: "if (doc.stage === 'cancelled') return doc;",
  },
  {
    name: 'the lease of an application ends before clocks can differ',
    model: 'applications',
    file: 'shared/merchants/send.ts',
    from: 'export const leaseMs = exclusiveLeaseMs;',
    to: 'export const leaseMs = exclusiveLeaseMs / 6;',
  },
];

/** Of refunds, but only of a shared order. */
const ofSharedOrders: ReadonlySet<string> = new Set(['a refund does not wait for the shares that come back']);
const folders = {
  sharing: ['shared/payments/sharing/'],
  refunds: ['shared/payments/refunds/'],
  orders: ['shared/payments/orders/', 'shared/payments/fulfilment/', 'shared/payments/notifications/'],
} as const;

/**
 * No sequence can show what lets a stranger in, or takes goods back: in a model all are who they say they are, and nothing
 * is delivered. The tests that are named for those mistakes show them.
 */
const ofStrangers: ReadonlySet<string> = new Set(attacks.map(({ name }) => name));

/** Those that the stories are tried with belong to a model too, where they are in its process. */
export const modelMistakes: readonly ModelMistake[] = [
  ...(['sharing', 'refunds', 'orders'] as const).flatMap((model) =>
    ofStories
      .filter(
        ({ name, file }) =>
          !ofStrangers.has(name) && folders[model].some((folder) => file.startsWith(folder)),
      )
      .map(({ name, file, from, to }) => ({
        ...{ name, file, from, to },
        model: ofSharedOrders.has(name) ? ('sharing' as const) : model,
      })),
  ),
  ...ownMistakes,
  ...ofOrders,
];
