/** Carries out what a plan says: buyers, operators, the bank. */
import { users } from '../../sandbox/system/shop.ts';
import type { CreateOrderAnswer } from '../../shared/contract/index.ts';
import type { Document } from '../../shared/core/ports.ts';
import type { OrderRecord } from '../../shared/payments/orders/records.ts';
import type { RefundRecord } from '../../shared/payments/refunds/records.ts';
import { Operators } from './operators.ts';
import type { Action, Cart } from './plan.ts';
import { operator, type Shop } from './shop.ts';

type Buy = Extract<Action, { does: 'buy' }>;

interface Visit {
  readonly openid: string;
  readonly name: 'createOrder' | 'createPartnerOrder';
  readonly request: object;
}

export class People {
  readonly #shop: Shop;
  readonly #operators: Operators;
  readonly #visits = new Map<number, Visit>();
  #tokens = 0;

  constructor(shop: Shop) {
    this.#shop = shop;
    this.#operators = new Operators(shop);
  }

  async act(action: Action): Promise<void> {
    this.#shop.story.tell(`> ${JSON.stringify(action)}`);
    switch (action.does) {
      case 'buy':
        return this.#buy(action);
      case 'change a price':
        return this.#changePrice(action.product, action.amountFen);
      case 'renew the platform certificate':
        return this.#renew(action.step);
      case 'set a sharing rule':
      case 'transfer':
      case 'confirm the transfer':
      case 'cannot receive the transfer':
      case 'cancel the transfer':
      case 'withdraw':
      case 'bank returns the withdrawal':
        return this.#operators.act(action);
      default:
        return this.#later(action);
    }
  }

  async #later(action: Extract<Action, { visit: number }>): Promise<void> {
    const visit = this.#visits.get(action.visit);
    if (!visit) return;
    switch (action.does) {
      case 'pay again':
        return this.#pay(visit, undefined);
      case 'look':
        return void (await this.#shop.call('queryOrder', visit.openid, { list: 'mine' }));
      case 'close':
        for (const { paymentNo } of this.#orders(visit).slice(0, 1))
          await this.#shop.call('closeOrder', visit.openid, { paymentNo });
        return;
      case 'refund':
        return this.#refund(visit, action.permille);
      case 'ask for a refund':
        for (const { _id } of this.#orders(visit))
          await this.#shop.call('requestRefund', visit.openid, { action: 'ask', outTradeNo: _id });
        return;
      case 'deliver the rest':
        for (const { _id, fulfilment } of this.#orders(visit))
          if (fulfilment === 'HELD')
            await this.#shop.call('refundOrder', operator, { action: 'deliverRest', outTradeNo: _id });
        return;
      case 'bank refuses the refund':
        return this.#refuseRefund(visit);
      case 'share by hand':
      case 'free the rest':
      case 'take a share back':
        for (const order of this.#orders(visit)) await this.#operators.share(action.does, order);
    }
  }

  async #buy(action: Buy): Promise<void> {
    const openid = users[action.buyer]!.openid;
    const items = itemsOf(action.cart);
    const token = `visit-${action.visit}`.padEnd(16, '0');
    const own = action.cart === 'own' || action.cart === 'own two' || action.cart === 'tip';
    const name = own ? 'createOrder' : 'createPartnerOrder';
    const visit = { openid, name, request: { requestToken: token, items } } as const;
    this.#visits.set(action.visit, visit);
    await this.#pay(visit, action);
  }

  /** Places the order, or takes up the one that is there, and pays it as far as the plan says. */
  async #pay(visit: Visit, action: Buy | undefined): Promise<void> {
    const { timeline } = this.#shop;
    const created = await this.#shop.call<CreateOrderAnswer>(visit.name, visit.openid, visit.request);
    if (!created?.payment || action?.ends === 'leave') return;
    await timeline.sleep(action?.payAfterMs ?? 2_000);
    const cashier = await this.#shop.control('POST', '/cashier', created.payment);
    if ('error' in cashier) {
      this.#shop.story.tell(`the cashier does not open: ${String(cashier.error)}`);
      const ours = !['ORDERPAID', 'ORDER_CLOSED', 'ORDER_EXPIRED', 'PREPAY_EXPIRED'].includes(
        String(cashier.error),
      );
      if (ours) this.#shop.wrong(`the cashier does not open: ${JSON.stringify(cashier)}`);
      return;
    }
    const result = { 'fail to pay': 'PAYERROR', cancel: 'CANCELLED', pay: 'SUCCESS' }[action?.ends ?? 'pay'];
    const body = { openid: visit.openid, result };
    await this.#shop.control('POST', `/orders/${created.paymentNo}/pay`, body);
  }

  async #refund(visit: Visit, permille: number | null): Promise<void> {
    for (const order of this.#orders(visit)) {
      const amountFen =
        permille === null ? undefined : Math.max(1, Math.floor((order.amountFen * permille) / 1000));
      const requestToken = `refund-${++this.#tokens}`.padEnd(16, '0');
      const request = {
        action: 'refund',
        outTradeNo: order._id,
        requestToken,
        ...(amountFen && { amountFen }),
      };
      await this.#shop.call('refundOrder', operator, request);
    }
  }

  async #refuseRefund(visit: Visit): Promise<void> {
    const numbers = new Set(this.#orders(visit).map(({ _id }) => _id));
    const refund = this.#shop.memory
      .all<RefundRecord>('refunds')
      .find(({ state, outTradeNo }) => state === 'PROCESSING' && numbers.has(outTradeNo));
    if (refund) await this.#shop.control('POST', `/refunds/${refund._id}/settle`, { result: 'CLOSED' });
  }

  async #changePrice(product: string, amountFen: number): Promise<void> {
    const doc = this.#shop.memory.peek<Document>('products', product);
    if (doc) this.#shop.memory.put('products', { ...doc, price: { kind: 'fixed', amountFen } } as Document);
  }

  async #renew(step: 'announce' | 'switch' | 'finish'): Promise<void> {
    const rotate = step === 'finish' ? true : step;
    this.#shop.faults.hit(renewals[step]);
    await this.#shop.control('POST', '/keys', { rotate });
  }

  /** The orders of a visit, as they are stored. */
  #orders({ openid, request }: Visit): OrderRecord[] {
    const { items } = request as { items: readonly { productId: string }[] };
    return this.#shop.memory
      .all<OrderRecord>('orders')
      .filter(
        (order) =>
          order.openid === openid && order.items.some(({ productId }) => productId === items[0]!.productId),
      );
  }
}

const renewals = {
  announce: 'platform certificate announced',
  switch: 'platform certificate switched in flight',
  finish: 'platform certificate retired',
} as const;

function itemsOf(cart: Cart): object[] {
  const one = (productId: string) => ({ productId, quantity: 1 });
  switch (cart) {
    case 'own':
      return [one('tea-longjing')];
    case 'own two':
      return [one('cup-celadon'), { productId: 'sticker', quantity: 3 }];
    case 'tip':
      return [{ productId: 'tip', quantity: 1, amountFen: 500 }];
    case 'seller':
      return [one('bread-rye')];
    case 'two sellers':
      return [one('bread-rye'), one('honey-lychee')];
  }
}
