/** A buyer who comes to the shop with something in mind. */
import { users } from '../../../sandbox/system/shop.ts';
import type { CreateOrderAnswer } from '../../../shared/contract/index.ts';
import type { OrderRecord } from '../../../shared/payments/orders/records.ts';
import type { Shop } from '../shop.ts';

const one = (productId: string) => ({ productId, quantity: 1 });

/** What a buyer puts into the cart. */
const carts = {
  own: [one('tea-longjing')],
  'own two': [one('cup-celadon'), { productId: 'sticker', quantity: 3 }],
  tip: [{ productId: 'tip', quantity: 1, amountFen: 500 }],
  seller: [one('bread-rye')],
  'two sellers': [one('bread-rye'), one('honey-lychee')],
} as const;
export type Cart = keyof typeof carts;
export const cartNames = Object.keys(carts) as Cart[];

export interface VisitPlan {
  readonly number: number;
  readonly atMs: number;
  /** Of the users of sandbox/system/shop.ts. */
  readonly buyer: number;
  readonly cart: Cart;
  readonly ends: 'pay' | 'fail to pay' | 'cancel' | 'leave';
  readonly payAfterMs: number;
}

export class Visit {
  readonly openid: string;
  readonly plan: VisitPlan;
  /** The shop's own goods. */
  readonly own: boolean;
  readonly #request: object;
  #began = false;

  constructor(plan: VisitPlan) {
    this.plan = plan;
    this.openid = users[plan.buyer]!.openid;
    this.own = plan.cart === 'own' || plan.cart === 'own two' || plan.cart === 'tip';
    const requestToken = `visit-${plan.number}`.padEnd(16, '0');
    this.#request = { requestToken, items: carts[plan.cart] };
  }

  begin(shop: Shop): Promise<void> {
    this.#began = true;
    const { ends, payAfterMs } = this.plan;
    return this.#pay(shop, ends, payAfterMs);
  }

  async payAgain(shop: Shop): Promise<void> {
    if (this.#began) await this.#pay(shop, 'pay', 2_000);
  }

  /** Places the order, or takes up the one that is there, and pays it as far as the plan says. */
  async #pay(shop: Shop, ends: VisitPlan['ends'], payAfterMs: number): Promise<void> {
    const name = this.own ? 'createOrder' : 'createPartnerOrder';
    const created = await shop.call<CreateOrderAnswer>(name, this.openid, this.#request);
    if (!created?.payment || ends === 'leave') return;
    await shop.timeline.sleep(payAfterMs);
    const cashier = await shop.control('POST', '/cashier', created.payment);
    if ('error' in cashier) return stayOut(shop, cashier);
    const result = { 'fail to pay': 'PAYERROR', cancel: 'CANCELLED', pay: 'SUCCESS' }[ends];
    await shop.control('POST', `/orders/${created.paymentNo}/pay`, { openid: this.openid, result });
  }

  /** The orders of this visit, as they are stored. */
  orders({ memory }: Shop): OrderRecord[] {
    if (!this.#began) return [];
    const { productId } = carts[this.plan.cart][0];
    return memory
      .all<OrderRecord>('orders')
      .filter(
        ({ openid, items }) => openid === this.openid && items.some((item) => item.productId === productId),
      );
  }
}

const notOurs = ['ORDERPAID', 'ORDER_CLOSED', 'ORDER_EXPIRED', 'PREPAY_EXPIRED'];

function stayOut(shop: Shop, cashier: Record<string, unknown>): void {
  shop.story.tell(`the cashier does not open: ${String(cashier.error)}`);
  if (!notOurs.includes(String(cashier.error)))
    shop.wrong(`the cashier does not open: ${JSON.stringify(cashier)}`);
}
