/** What must be true of one payer's orders at one shop, whatever happens: pure, from what is seen of both sides. */

import type { Call, Order, OrdersSeen, Told } from './orders-facts.ts';

export interface OrdersModel {
  /** Payments that the payer may have open at WeChat Pay. */
  readonly limit: number;
  /** By out_trade_no. */
  readonly orders: Map<string, Order>;
  /** Orders with a refund whose callback was acknowledged. */
  readonly refundsAcknowledged: Set<string>;
  /** Payments that somebody was told are closed, while WeChat Pay could close them: they can never be paid. */
  readonly closedForGood: Set<string>;
  /** How many calls of the fulfilment function have been looked at. */
  calls: readonly Call[];
  carts: ReadonlyMap<string, string>;
  /** When it was looked at last, and whether WeChat Pay was going to refuse something then. */
  nowMs: number;
  isTroubled: boolean;
}

export const newModel = (limit: number): OrdersModel => ({
  limit,
  orders: new Map(),
  refundsAcknowledged: new Set(),
  closedForGood: new Set(),
  calls: [],
  carts: new Map(),
  nowMs: 0,
  isTroubled: false,
});

const next: Readonly<Record<string, readonly string[]>> = {
  CREATED: ['NOTPAY', 'PAYERROR', 'CLOSED', 'SUCCESS', 'REFUND'],
  NOTPAY: ['PAYERROR', 'CLOSED', 'SUCCESS', 'REFUND'],
  PAYERROR: ['CLOSED', 'SUCCESS', 'REFUND'],
  // Money that arrives for a closed order is recorded all the same.
  CLOSED: ['SUCCESS', 'REFUND'],
  SUCCESS: ['REFUND'],
  REFUND: [],
};
const nextThere: Readonly<Record<string, readonly string[]>> = {
  NOTPAY: ['PAYERROR', 'CLOSED', 'SUCCESS', 'REFUND'],
  PAYERROR: ['CLOSED', 'SUCCESS', 'REFUND'],
  CLOSED: [],
  SUCCESS: ['REFUND'],
  REFUND: [],
};
const nextDelivery: Readonly<Record<string, readonly string[]>> = {
  NONE: ['PENDING', 'DONE', 'HELD'],
  PENDING: ['DONE', 'HELD'],
  DONE: [],
  // Until it is known what became of a refund; then it is held again.
  HELD: ['PENDING'],
};

export const isPaid = (state: string | undefined) => state === 'SUCCESS' || state === 'REFUND';
export const isOpen = (state: string | undefined) =>
  state === 'CREATED' || state === 'NOTPAY' || state === 'PAYERROR';

const moves = (table: typeof next, before: string | undefined, now: string | undefined) =>
  before === undefined || before === now || (now !== undefined && table[before]?.includes(now) === true);

/** How much later than the truth an instance may believe that something is not over yet. */
const skewMs = 2 * 60_000;

/** Takes in what is seen now. @returns what must not be, each as a line */
export function observe(model: OrdersModel, seen: OrdersSeen): string[] {
  const problems = [...seen.wrong];
  for (const [no, order] of seen.orders) {
    const found = [
      ...changesOf(model.orders.get(no), order),
      ...differencesOf(order, seen),
      ...moneyOf(order),
      ...deliveryOf(order, seen.calls.get(no) ?? []),
    ];
    problems.push(...found.map((problem) => `${no}: ${problem}`));
  }
  for (const no of model.orders.keys()) if (!seen.orders.has(no)) problems.push(`${no} is gone`);
  problems.push(...callsOf(model, seen));
  problems.push(...seen.told.flatMap((each) => takenBack(each, seen.orders.get(each.outTradeNo))));
  for (const no of seen.paymentsAcknowledged)
    if (!isPaid(seen.orders.get(no)?.here?.state))
      problems.push(`${no}: its payment is acknowledged, and not recorded`);
  for (const no of seen.refundsAcknowledged) model.refundsAcknowledged.add(no);
  for (const no of seen.closed) model.closedForGood.add(no);
  for (const [no, order] of seen.orders) model.orders.set(no, order);
  problems.push(...paymentsOf(model, seen));
  model.carts = seen.carts;
  model.nowMs = seen.nowMs;
  model.isTroubled = seen.isTroubled;
  return problems;
}

function changesOf(before: Order | undefined, { here, there }: Order): string[] {
  const problems: string[] = [];
  const was = before?.here;
  if (!was && here && here.amountFen !== here.pricedFen)
    problems.push(`costs ${here.amountFen} fen, and its goods ${here.pricedFen}`);
  if (was && was.amountFen !== here?.amountFen) problems.push('its amount changed');
  if (was && was.cart !== here?.cart) problems.push('what is in it changed');
  if (was?.transactionId && was.transactionId !== here?.transactionId)
    problems.push('its transaction_id changed');
  if (!moves(next, was?.state, here?.state)) problems.push(`from ${was?.state} to ${here?.state}`);
  if (!moves(nextDelivery, was?.fulfilment, here?.fulfilment))
    problems.push(`its delivery went from ${was?.fulfilment} to ${here?.fulfilment}`);
  if (!moves(nextThere, before?.there?.state, there?.state))
    problems.push(`at WeChat Pay from ${before?.there?.state} to ${there?.state}`);
  return problems;
}

function differencesOf({ here, there }: Order, { nowMs, clocksDiffer }: OrdersSeen): string[] {
  const problems: string[] = [];
  if (!here) return ['WeChat Pay has it, and we know nothing of it'];
  if (there && there.amountFen !== here.amountFen)
    problems.push(`of ${here.amountFen} fen here and ${there.amountFen} at WeChat Pay`);
  if (isPaid(here.state) && !isPaid(there?.state)) problems.push(`${here.state}, and not paid`);
  if (here.state === 'REFUND' && there?.state !== 'REFUND') problems.push('refunded here alone');
  if (isPaid(here.state) && here.transactionId !== there?.transactionId)
    problems.push(`${here.transactionId}, but ${there?.transactionId} at WeChat Pay`);
  if (!there && here.state !== 'CREATED' && here.state !== 'CLOSED')
    problems.push(`${here.state}, but WeChat Pay has no such order`);
  const marginMs = clocksDiffer ? skewMs : 0;
  const isPayable = isOpen(there?.state) && there!.expiresAtMs > nowMs + marginMs;
  if (here.state === 'CLOSED' && here.askedAtMs === null && (isPayable || isPaid(there?.state)))
    problems.push(`closed for good, and ${there?.state} at WeChat Pay`);
  return problems;
}

/** The entry is written before the state. */
function moneyOf({ here, there, entries }: Order): string[] {
  const problems: string[] = [];
  if (entries.length > 1) problems.push(`has ${entries.length} entries in the ledger`);
  if (isPaid(here?.state) && entries.length === 0) problems.push('paid, and not in the ledger');
  for (const { reference, amountFen } of entries) {
    if (!isPaid(there?.state)) problems.push('in the ledger, and not paid');
    if (reference !== there?.transactionId || amountFen !== there?.amountFen)
      problems.push(`${reference} of ${amountFen} fen in the ledger, ${there?.transactionId} was paid`);
  }
  return problems;
}

function deliveryOf({ here, there }: Order, calls: readonly Call[]): string[] {
  const problems: string[] = [];
  if (isPaid(here?.state) !== (here !== undefined && here.fulfilment !== 'NONE'))
    problems.push(`${here?.state}, and its delivery is ${here?.fulfilment}`);
  if (here?.fulfilment === 'DONE' && !calls.some(({ delivers }) => delivers))
    problems.push('DONE, and nothing was delivered');
  if (here?.fulfilment === 'HELD' && !there?.wasRefunded) problems.push('held back, and was never refunded');
  return problems;
}

/** An attempt waits so long for its answer, so that two of one order are never under way at once. */
const longestCallMs = 15_000;
/** What was confirmed a moment ago is delivered. */
const confirmedMs = 2 * 60_000;

function callsOf(model: OrdersModel, { calls, orders, clocksDiffer }: OrdersSeen): string[] {
  const problems: string[] = [];
  const known = new Set(model.calls);
  for (const [no, ofOrder] of calls) {
    const { there } = orders.get(no) ?? {};
    for (const [index, call] of ofOrder.entries()) {
      if (known.has(call)) continue;
      const wrong = (what: string) => problems.push(`${no}: delivery ${index + 1} ${what}`);
      const before = model.orders.get(no)?.here?.fulfilment;
      if (before === 'DONE' || before === 'HELD') wrong(`comes after it was ${before}`);
      if (!isPaid(there?.state)) wrong('is not paid');
      if (call.amountFen !== there?.amountFen || call.transactionId !== there.transactionId)
        wrong(`is of ${call.amountFen} fen, paid with ${call.transactionId}`);
      const lateMs = call.atMs - (there?.refundedAtMs ?? Number.POSITIVE_INFINITY);
      if (lateMs > confirmedMs + (clocksDiffer ? 2 * skewMs : 0)) wrong(`comes ${lateMs} ms after a refund`);
      if (!clocksDiffer && there?.state === 'REFUND' && model.refundsAcknowledged.has(no))
        wrong('comes after the callback of a refund');
      const last = ofOrder[index - 1];
      if (!clocksDiffer && last && call.atMs - last.atMs < longestCallMs) wrong('begins while another runs');
    }
  }
  model.calls = [...calls.values()].flat();
  return problems;
}

function takenBack({ outTradeNo, state, amountFen, fulfilment }: Told, order: Order | undefined): string[] {
  const here = order?.here;
  const isSame =
    here?.amountFen === amountFen &&
    moves(next, state, here.state) &&
    moves(nextDelivery, fulfilment, here.fulfilment);
  const now = here && `${here.state} and ${here.fulfilment}, of ${here.amountFen} fen`;
  return isSame
    ? []
    : [`${outTradeNo}: the payer was told ${state} and ${fulfilment}, of ${amountFen} fen; it is ${now}`];
}

function paymentsOf(model: OrdersModel, { nowMs, clocksDiffer, numbers }: OrdersSeen): string[] {
  const problems: string[] = [];
  const payments = paymentsIn(model);
  const untilMs = nowMs + (clocksDiffer ? skewMs : 0);
  const open = [...payments.values()].filter((orders) =>
    orders.every(
      ({ here, there }) => isOpen(here?.state) && isOpen(there?.state) && here!.expiresAtMs > untilMs,
    ),
  );
  if (open.length > model.limit) problems.push(`${open.length} payments are open, of ${model.limit}`);
  for (const [no, orders] of payments) {
    const nos = orders.map(({ here }) => here!.outTradeNo);
    // Of a combined payment some are not stored yet when its instance died; nobody has heard of it then.
    const isKnown = orders.some(({ there }) => there);
    const isWhole = (expected: readonly string[]) =>
      nos.every((each) => expected.includes(each)) && (!isKnown || nos.length === expected.length);
    if (!numbers.get(no)?.some(isWhole)) problems.push(`${no} of its token is ${nos.join(' and ')}`);
    if (model.closedForGood.has(no) && orders.some(({ there }) => isPaid(there?.state)))
      problems.push(`${no} was closed, and is paid`);
  }
  return problems;
}

/** The orders that are stored, by the number that is paid. */
export function paymentsIn({ orders }: Pick<OrdersModel, 'orders'>): Map<string, Order[]> {
  const payments = new Map<string, Order[]>();
  for (const order of orders.values()) {
    const no = order.here?.paymentNo;
    if (no !== undefined) payments.set(no, [...(payments.get(no) ?? []), order]);
  }
  return payments;
}

/** When WeChat Pay has been asked about everything. @returns what must not be */
export function unsettled(model: OrdersModel): string[] {
  return [...paymentsIn(model)].flatMap(([no, orders]) => {
    const isUnrecorded = orders.some(({ here, there }) => isPaid(there?.state) && !isPaid(here?.state));
    // What was over the limit is closed here, and never handed out; WeChat Pay closes it when it expires. So it does with
    // a payment of which an instance that died closed only a part here.
    const isPayable = orders.every(
      ({ here, there }) =>
        here?.state === 'CLOSED' && isOpen(there?.state) && (here.askedAtMs ?? 0) < there!.expiresAtMs,
    );
    return isUnrecorded || isPayable
      ? [`${no} is ${isPayable ? 'closed here alone' : 'paid'}, for hours`]
      : [];
  });
}

/** After everything that could happen has happened. @returns what must not be */
export function unfinished({ orders, refundsAcknowledged }: OrdersModel): string[] {
  return [...orders].flatMap(([no, { here, there, entries }]) => {
    const problems: string[] = [];
    const ends = `${here?.state} here and ${there?.state} at WeChat Pay`;
    if (isPaid(here?.state) !== isPaid(there?.state)) problems.push(ends);
    if (!isPaid(there?.state) && here?.state !== 'CLOSED') problems.push(ends);
    if (isOpen(there?.state)) problems.push(`can be paid, and is ${here?.state}`);
    if (there?.state === 'REFUND' && refundsAcknowledged.has(no) && here?.state !== 'REFUND')
      problems.push(ends);
    if (here && here.askedAtMs !== null) problems.push('is asked about for ever');
    if (entries.length !== (isPaid(there?.state) ? 1 : 0))
      problems.push(`${entries.length} entries in the ledger`);
    if (here?.fulfilment === 'PENDING') problems.push('is not delivered');
    return problems.map((problem) => `${no} ends: ${problem}`);
  });
}
