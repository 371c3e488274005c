/** What buyers, operators and banks do meanwhile. Each operation is a few calls; the first that fails ends it. */
import { operatorOpenid } from '../../../sandbox/system/environment.ts';
import { requestToken } from '../../../scripts/demo/client.ts';
import type { CreateOrderAnswer, ShareProfitAnswers, TransferView } from '../../../shared/contract/index.ts';
import type { Random } from './faults.ts';
import type { Site } from './site.ts';

interface Bought {
  readonly openid: string;
  readonly outTradeNo: string;
  readonly amountFen: number;
  readonly kind: 'own' | 'seller' | 'sellers';
}

const carts = {
  own: [['sticker', 'tea-longjing', 'cup-celadon']],
  seller: [['bread-rye', 'cake-basque', 'honey-lychee']],
  sellers: [['bread-rye', 'cake-basque'], ['honey-lychee']],
} as const;

/** How often each of them is drawn, of the sum of all. */
const shares = {
  buyOwn: 30,
  buyFromSeller: 22,
  buyFromSellers: 10,
  refund: 6,
  share: 9,
  transfer: 8,
  withdraw: 5,
  complain: 4,
  runTimer: 4,
  passMinute: 2,
} as const;
export type OperationName = keyof typeof shares;
const names = Object.keys(shares) as OperationName[];
const sumOfShares = names.reduce((sum, name) => sum + shares[name], 0);

/** As many as can still be refunded and shared without a search through all of them. */
const mostRemembered = 200;
const balanceFen = 100_000_000;

interface Merchants {
  readonly direct: { readonly mchid: string; readonly name: string };
  readonly ecommerce: { readonly subMerchants: readonly { readonly subMchid: string }[] };
}

export class Operations {
  readonly #site: Site;
  readonly #random: Random;
  readonly #bought: Bought[] = [];
  #sellers: readonly string[] = [];
  #sharesWith = '';
  #buyers = 0;

  constructor(site: Site, random: Random) {
    this.#site = site;
    this.#random = random;
  }

  /** Money to transfer and to withdraw, and a rule by which each seller's orders are shared. */
  async prepare(): Promise<void> {
    const { wechatpay } = this.#site;
    const { direct, ecommerce } = await wechatpay.get<Merchants>('/_sandbox/credentials');
    this.#sellers = ecommerce.subMerchants.map(({ subMchid }) => subMchid);
    this.#sharesWith = direct.mchid;
    for (const mchid of [direct.mchid, ...this.#sellers])
      await wechatpay.post(`/_sandbox/merchants/${mchid}/balance`, { addFen: balanceFen });
    const to = { type: 'MERCHANT_ID', account: direct.mchid };
    const receivers = [{ ...to, part: { permille: 100 }, description: '佣金' }];
    for (const [at, sellerId] of this.#sellers.entries()) {
      const { name } = direct;
      await this.#operate('shareProfit', {
        ...{ action: 'addReceiver', sellerId, relation: 'DISTRIBUTOR', ...to, name },
      });
      const when = { after: 'PAYMENT', days: 0, freeAfterDays: at % 2, onFailure: 'HOLD' };
      await this.#operate('shareProfit', {
        action: 'setRule',
        sellerId,
        productId: null,
        receivers,
        ...when,
      });
    }
  }

  draw(): OperationName {
    let drawn = this.#random() * sumOfShares;
    return names.find((name) => {
      drawn -= shares[name];
      return drawn < 0;
    })!;
  }

  /** @throws when a call is not answered, or refused */
  run(name: OperationName): Promise<void> {
    return this[name]();
  }

  buyOwn = () => this.#buy('own');
  buyFromSeller = () => this.#buy('seller');
  buyFromSellers = () => this.#buy('sellers');

  refund = async () => {
    const { outTradeNo, amountFen } = this.#earlier();
    const part = Math.max(1, Math.floor(amountFen * this.#random()));
    const refund = { action: 'refund', outTradeNo, requestToken: requestToken(), amountFen: part };
    await this.#operate('refundOrder', refund);
  };

  /** An operator shares by hand, takes a share back, or releases the rest of an order. */
  share = async () => {
    const { outTradeNo, amountFen } = this.#earlier('seller', 'sellers');
    const drawn = this.#random();
    if (drawn < 0.2) return void (await this.#operate('shareProfit', { action: 'free', outTradeNo }));
    if (drawn < 0.6) {
      const to = { type: 'MERCHANT_ID', account: this.#sharesWith, description: '佣金' };
      const receivers = [{ ...to, amountFen: Math.max(1, Math.floor(amountFen / 20)) }];
      await this.#operate('shareProfit', {
        ...{ action: 'share', outTradeNo, requestToken: requestToken(), receivers },
      });
      return;
    }
    const query = { action: 'query', outTradeNo };
    const { sharing } = await this.#operate<ShareProfitAnswers['query']>('shareProfit', query);
    const request = sharing.requests.find(({ state }) => state === 'FINISHED');
    const share = request?.receivers.find(({ result }) => result === 'SUCCESS');
    if (!request || !share) return;
    await this.#operate('shareProfit', {
      ...{ action: 'return', outTradeNo, requestToken: requestToken(), outOrderNo: request.outOrderNo },
      ...{ mchid: share.account, amountFen: Math.ceil(share.amountFen / 3) },
    });
  };

  transfer = async () => {
    const { transfer } = await this.#operate<{ transfer: TransferView }>('transferMoney', {
      ...{ action: 'transfer', requestToken: requestToken(), openid: this.#buyer(), amountFen: 30 },
      ...{ remark: '佣金', sceneId: '1005', reports: { 岗位类型: '推广员', 报酬说明: '佣金' } },
    });
    const { outBillNo } = transfer;
    const drawn = this.#random();
    if (drawn < 0.2) return;
    if (drawn < 0.35) await this.#operate('transferMoney', { action: 'cancel', outBillNo });
    else {
      const result = drawn < 0.5 ? 'FAIL' : 'SUCCESS';
      await this.#site.wechatpay.post(`/_sandbox/transfers/${outBillNo}/confirm`, { result });
    }
  };

  withdraw = async () => {
    const sellerId = this.#sellers[Math.floor(this.#random() * this.#sellers.length)]!;
    const amountFen = 1 + Math.floor(this.#random() * 5_000);
    const { withdrawal } = await this.#operate<{ withdrawal: { outRequestNo: string } }>('sellerFunds', {
      ...{ action: 'withdraw', sellerId, requestToken: requestToken(), amountFen },
    });
    const result = this.#random() < 0.3 ? 'FAIL' : 'SUCCESS';
    await this.#site.wechatpay.post(`/_sandbox/withdrawals/${withdrawal.outRequestNo}/settle`, { result });
  };

  complain = async () => {
    const { outTradeNo } = this.#earlier();
    const { complaint } = await this.#site.wechatpay.post<{ complaint: { complaintId: string } }>(
      '/_sandbox/complaints',
      { outTradeNo },
    );
    const { complaintId } = complaint;
    await this.#operate('handleComplaints', { action: 'detail', complaintId });
    const act = { complaintId, requestToken: requestToken(), seen: 0 };
    await this.#operate('handleComplaints', { action: 'reply', ...act, text: '您好，已为您处理。' });
  };

  runTimer = async () => void (await this.#site.cloud.post('/_cloud/timers/reconcile', {}));

  passMinute = () => this.#site.pass(60_000);

  async #buy(kind: Bought['kind']): Promise<void> {
    const openid = this.#buyer();
    const items = carts[kind].map((products) => ({
      productId: products[Math.floor(this.#random() * products.length)]!,
      quantity: 1 + Math.floor(this.#random() * 3),
    }));
    const { cloud, wechatpay } = this.#site;
    const name = kind === 'own' ? 'createOrder' : 'createPartnerOrder';
    const request = { requestToken: requestToken(), items };
    const { paymentNo, orders } = await cloud.must<CreateOrderAnswer>(name, request, openid);
    const drawn = this.#random();
    if (drawn < 0.08) return void (await cloud.must('closeOrder', { paymentNo }, openid));
    if (drawn < 0.14) return;
    await wechatpay.pay(paymentNo, openid);
    for (const { outTradeNo, amountFen } of orders)
      this.#bought.push({ openid, outTradeNo, amountFen, kind });
    if (this.#bought.length > mostRemembered) this.#bought.splice(0, orders.length);
    await cloud.must('queryOrder', { paymentNo }, openid);
    const [{ outTradeNo } = { outTradeNo: '' }] = orders;
    if (drawn < 0.3) await cloud.must('requestRefund', { action: 'ask', outTradeNo }, openid);
    else if (drawn < 0.42) await this.refund();
  }

  #earlier(...kinds: Bought['kind'][]): Bought {
    const possible = this.#bought.filter(({ kind }) => kinds.length === 0 || kinds.includes(kind));
    const one = possible[Math.floor(this.#random() * possible.length)];
    if (!one) throw new Error('Nothing was bought yet.');
    return one;
  }

  #buyer(): string {
    return `oFaultyBuyer${String(this.#buyers++ % 50).padStart(16, '0')}`;
  }

  #operate<T = unknown>(name: string, request: object): Promise<T> {
    return this.#site.cloud.must<T>(name, request, operatorOpenid);
  }
}
