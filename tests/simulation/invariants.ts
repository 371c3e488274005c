/** What must hold after every step, and what must hold when everything has settled. */
import type { Document } from '../../shared/core/ports.ts';
import type { NotificationRecord } from '../../shared/payments/notifications/receive.ts';
import type { AnomalyRecord } from '../../shared/payments/orders/anomalies.ts';
import type { OrderRecord } from '../../shared/payments/orders/records.ts';
import { isPaid, transitions } from '../../shared/payments/orders/transitions.ts';
import type { RefundRecord } from '../../shared/payments/refunds/records.ts';
import { kinds } from './people/kinds.ts';
import { findAtTheEnd } from './settled.ts';
import type { Shop } from './shop.ts';
import type { Theirs } from './theirs.ts';

/** Fields of a stored order that never change. */
const fixedOfOrder = [
  'amountFen',
  'openid',
  'mchid',
  'subMchid',
  'paymentNo',
  'createdAtMs',
  'expiresAtMs',
] as const;
const fixedOfRefund = ['outTradeNo', 'amountFen', 'mchid', 'subMchid'] as const;
const endedRefunds = new Set<RefundRecord['state']>(['SUCCESS', 'CLOSED', 'REFUSED']);

/** What may change without a new version: what a queue of the timer says about its next turn, and the request of an order. */
const versionless: Readonly<Record<string, readonly string[]>> = {
  orders: ['request', 'checkAfterMs', 'fulfilAfterMs', 'shipAfterMs'],
  refunds: ['nextAtMs', 'notifyAfterMs'],
  sharings: ['nextAtMs'],
  transfers: ['nextAtMs'],
  withdrawals: ['nextAtMs'],
  applications: ['nextPollAtMs'],
};

function differs(a: Document, b: Document, field: string): boolean {
  return JSON.stringify(Reflect.get(a, field)) !== JSON.stringify(Reflect.get(b, field));
}

/** More than any story needs that comes to rest. */
const mostSteps = 60_000;

export class Invariants {
  /** The first thing that did not hold. */
  violation: string | undefined;
  readonly #shop: Shop;
  readonly #before = new Map<string, Document>();
  #steps = 0;
  #acknowledged = 0;

  constructor(shop: Shop) {
    this.#shop = shop;
    shop.written = (collection, id) => this.#written(collection, id);
    shop.wrong = (what) => this.#require(false, what);
    shop.acknowledged = (body, path) => this.#wasAcknowledged(body, path);
  }

  /** The story itself went wrong: the simulation has a mistake, or a part of it threw what it must not throw. */
  crashed(error: unknown): void {
    this.#require(
      false,
      `a part of the story failed: ${error instanceof Error ? error.stack : String(error)}`,
    );
  }

  afterStep(): void {
    this.#require(++this.#steps !== mostSteps, `there is still something to do after ${mostSteps} steps`);
    const { forgeries } = this.#shop;
    for (const { kind, status } of forgeries.splice(0)) {
      const refused = status === undefined || status >= 400;
      this.#require(refused, `a callback that was forged (${kind}) was answered ${status}`);
    }
  }

  atTheEnd(theirs: Theirs): void {
    for (const each of findAtTheEnd(this.#shop, theirs)) this.#require(false, each);
  }

  counts(theirs: Theirs): Readonly<Record<string, number>> {
    const { memory, cloud, timeline, answers } = this.#shop;
    return {
      steps: timeline.steps,
      'killed instances': cloud.kills,
      'acknowledged callbacks': this.#acknowledged,
      'function answers': answers.length,
      anomalies: memory.all('anomalies').length,
      ...Object.assign({}, ...kinds.map((kind) => kind.count?.(this.#shop, theirs))),
    };
  }

  #require(holds: boolean, what: string): void {
    if (holds) return;
    this.#shop.story.tell(`VIOLATED: ${what}`);
    this.violation ??= what;
  }

  #written(collection: string, id: string): void {
    const key = `${collection}/${id}`;
    const now = this.#shop.memory.peek<Document>(collection, id);
    const before = this.#before.get(key);
    if (!now || !(collection in versionless || collection === 'ledger')) return;
    this.#before.set(key, now);
    if (before && collection !== 'ledger') this.#builtOn(collection, now, before);
    if (collection === 'orders') this.#orderWritten(now as OrderRecord, before as OrderRecord | undefined);
    if (collection === 'refunds')
      this.#refundWritten(now as RefundRecord, before as RefundRecord | undefined);
    if (collection === 'ledger') this.#require(!before, `the ledger entry ${id} was changed`);
  }

  /**
   * The history of a document is linear: each change is made to the state that the one before it left, so none is lost,
   * however many instances write at once.
   */
  #builtOn(collection: string, now: Document, before: Document): void {
    const [next, last] = [now, before].map((doc) => (doc as Document & { version: number }).version);
    const changed = Object.keys(now).filter((field) => differs(now, before, field));
    const unversioned = changed.every((field) => versionless[collection]!.includes(field));
    this.#require(
      next === last! + 1 || (next === last && unversioned),
      `${collection}/${now._id}: version ${next} after ${last}, with another ${changed.join(', ')}`,
    );
  }

  #orderWritten(now: OrderRecord, before: OrderRecord | undefined): void {
    if (isPaid(now.state) && !(before && isPaid(before.state)))
      this.#shop.recordedAtMs.set(now._id, this.#shop.nowMs);
    const reservedFen = (now.refunds ?? []).reduce((sum, { amountFen }) => sum + amountFen, 0);
    const paidFen = isPaid(now.state) ? now.amountFen : 0;
    this.#require(
      reservedFen <= paidFen,
      `${now._id}: refunds of ${reservedFen} fen of ${paidFen} that were paid`,
    );
    if (!before) return;
    for (const field of fixedOfOrder)
      this.#require(
        now[field] === before[field],
        `${now._id}: ${field} changed from ${before[field]} to ${now[field]}`,
      );
    const moved = now.state === before.state || transitions[before.state].includes(now.state);
    this.#require(moved, `${now._id}: went from ${before.state} to ${now.state}`);
    this.#require(
      !before.transactionId || now.transactionId === before.transactionId,
      `${now._id}: another transaction_id`,
    );
    this.#require(
      before.fulfilment !== 'DONE' || now.fulfilment === 'DONE',
      `${now._id}: delivered, and then ${now.fulfilment}`,
    );
  }

  #refundWritten(now: RefundRecord, before: RefundRecord | undefined): void {
    if (!before) return;
    for (const field of fixedOfRefund)
      this.#require(
        now[field] === before[field],
        `${now._id}: ${field} changed from ${before[field]} to ${now[field]}`,
      );
    const ended = endedRefunds.has(before.state) && before.state !== 'REFUSED';
    this.#require(
      !ended || now.state === before.state,
      `${now._id}: ended ${before.state}, then ${now.state}`,
    );
    const same = !before.parameters || JSON.stringify(before.parameters) === JSON.stringify(now.parameters);
    this.#require(same, `${now._id}: the stored parameters changed`);
  }

  /** What WeChat Pay will not send again is stored. */
  #wasAcknowledged(body: string, path: string): void {
    this.#acknowledged++;
    const { id, event_type: eventType } = JSON.parse(body) as { id: string; event_type: string };
    const record = this.#shop.memory.peek<NotificationRecord>('notifications', id);
    const account = path.split('/').at(-1);
    this.#require(record?.account === account, `the callback ${id} was acknowledged and is not stored`);
    if (!record || eventType !== 'TRANSACTION.SUCCESS') return;
    const anomalies = this.#shop.memory.all<AnomalyRecord>('anomalies');
    for (const outTradeNo of record.outTradeNos) {
      const order = this.#shop.memory.peek<OrderRecord>('orders', outTradeNo);
      const recorded =
        (order && isPaid(order.state)) || anomalies.some((each) => each.outTradeNo === outTradeNo);
      this.#require(recorded === true, `the payment of ${outTradeNo} was acknowledged and is not recorded`);
    }
  }
}
