/** What must be true of the refunds of one paid order, whatever happens: pure, from what is seen of both sides. */

import { refusalCode } from './troubles.ts';

type Here = 'REQUESTED' | 'RESERVED' | 'PROCESSING' | 'ABNORMAL' | 'SUCCESS' | 'CLOSED' | 'REFUSED';
type There = 'PROCESSING' | 'ABNORMAL' | 'SUCCESS' | 'CLOSED';

/** A refund as it is seen now, by its out_refund_no. */
export interface Seen {
  readonly amountFen: number;
  readonly here?: Here;
  /** At WeChat Pay. */
  readonly there?: There;
  /** Made in the merchant platform, not by us. */
  readonly elsewhere?: true;
  /** Why it was refused, or waits. */
  readonly failure?: string;
}

export interface RefundsModel {
  readonly paidFen: number;
  /** By out_refund_no. */
  readonly refunds: Map<string, Seen>;
  /** Numbers that somebody was given an answer about: they may not be lost. */
  readonly answered: Map<string, number>;
}

const next: Readonly<Record<Here, readonly Here[]>> = {
  REQUESTED: ['RESERVED', 'PROCESSING', 'ABNORMAL', 'SUCCESS', 'CLOSED', 'REFUSED'],
  RESERVED: ['PROCESSING', 'ABNORMAL', 'SUCCESS', 'CLOSED', 'REFUSED'],
  PROCESSING: ['ABNORMAL', 'SUCCESS', 'CLOSED'],
  ABNORMAL: ['PROCESSING', 'SUCCESS', 'CLOSED'],
  SUCCESS: [],
  CLOSED: [],
  REFUSED: [],
};
const nextThere: Readonly<Record<There, readonly There[]>> = {
  PROCESSING: ['ABNORMAL', 'SUCCESS', 'CLOSED'],
  ABNORMAL: ['PROCESSING', 'SUCCESS', 'CLOSED'],
  SUCCESS: [],
  CLOSED: [],
};

const sumOf = (refunds: Iterable<Seen>, counts: (refund: Seen) => boolean) =>
  [...refunds].filter(counts).reduce((sum, { amountFen }) => sum + amountFen, 0);

/** Takes in what is seen now. @returns what must not be, each as a line */
export function observe(model: RefundsModel, seen: ReadonlyMap<string, Seen>): string[] {
  const problems = [...seen].flatMap(([no, refund]) =>
    problemsOf(no, model.refunds.get(no), refund).map((problem) => `${no}: ${problem}`),
  );
  for (const no of model.refunds.keys()) if (!seen.has(no)) problems.push(`${no} is gone`);
  for (const [no, amountFen] of model.answered) {
    const refund = seen.get(no);
    if (!refund?.here) problems.push(`${no} was answered about, and is not stored`);
    else if (refund.amountFen !== amountFen) problems.push(`${no} has another amount than was answered`);
  }
  for (const [no, refund] of seen) model.refunds.set(no, refund);
  if (givenFen(model) > model.paidFen) problems.push('more is refunded than was paid');
  return problems;
}

/** What is on its way to the payer or has arrived, as far as WeChat Pay knows. */
export function givenFen({ refunds }: Pick<RefundsModel, 'refunds'>): number {
  return sumOf(refunds.values(), ({ there }) => there !== undefined && there !== 'CLOSED');
}

function problemsOf(no: string, before: Seen | undefined, { here, there, elsewhere, amountFen }: Seen) {
  const problems: string[] = [];
  if (before && before.amountFen !== amountFen) problems.push('its amount changed');
  if (before?.here && before.here !== here && !(here && next[before.here].includes(here)))
    problems.push(`from ${before.here} to ${here}`);
  if (before?.there && before.there !== there && !(there && nextThere[before.there].includes(there)))
    problems.push(`at WeChat Pay from ${before.there} to ${there}`);
  if (here === undefined && !elsewhere) problems.push(`WeChat Pay has ${no}, and we know nothing of it`);
  if ((here === 'SUCCESS' || here === 'CLOSED') && there !== here)
    problems.push(`${here}, but ${there} there`);
  if (here === 'REFUSED' && there !== undefined) problems.push(`refused, but ${there} at WeChat Pay`);
  if (there === undefined && (here === 'PROCESSING' || here === 'ABNORMAL'))
    problems.push(`${here}, but WeChat Pay has no such refund`);
  return problems;
}

/**
 * Whether a new refund has room, by itself. `maybe`: an instance that ended may have left a refund that is stored and not
 * counted, or released and still stored.
 */
export function roomFor({ paidFen, refunds }: RefundsModel, amountFen: number): 'yes' | 'no' | 'maybe' {
  const all = [...refunds.values()];
  const mayBeReleased = all.some(({ elsewhere }) => elsewhere);
  const mayCount = ({ here }: Seen) => here !== undefined && here !== 'CLOSED' && here !== 'REFUSED';
  const counts = (refund: Seen) =>
    mayCount(refund) &&
    refund.here !== 'REQUESTED' &&
    refund.there !== 'CLOSED' &&
    !(refund.here === 'RESERVED' && mayBeReleased);
  if (amountFen <= paidFen - sumOf(all, mayCount)) return 'yes';
  return amountFen > paidFen - sumOf(all, counts) ? 'no' : 'maybe';
}

/** After everything that could happen has happened. @returns what must not be */
export function unfinished({ refunds }: RefundsModel): string[] {
  const others = [...refunds.values()].some(({ elsewhere }) => elsewhere);
  return [...refunds].flatMap(([no, { here, there, failure }]) => {
    if (here === there && here !== 'PROCESSING') return [];
    // Without other refunds WeChat Pay has no reason to refuse one that had room here, unless it fails itself.
    if (
      here === 'REFUSED' &&
      there === undefined &&
      (failure === 'EXCEEDS_PAID' || others || failure === refusalCode)
    )
      return [];
    return [`${no} ends as ${here} here (${failure}) and ${there} at WeChat Pay`];
  });
}

/** What the payer has got. */
export function refundedFen({ refunds }: RefundsModel): number {
  return sumOf(refunds.values(), ({ there }) => there === 'SUCCESS');
}
