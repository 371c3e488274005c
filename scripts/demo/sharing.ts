/** Act four: the money of a sale is shared by a rule, and every fen is accounted for. */
import type {
  CreateOrderAnswer,
  RefundOrderAnswers,
  SellerFundsAnswers,
  ShareProfitAnswers,
  ShareProfitRequest,
  SharingView,
} from '../../shared/contract/index.ts';
import { type DemoClient, requestToken, until } from './client.ts';
import { type Act, expectThat, type Step, yuan } from './stage.ts';

interface People {
  readonly payer: string;
  readonly operator: string;
}

export function sharingAct(client: DemoClient, people: People): Act {
  return {
    zh: '第四幕 · 分账',
    en: 'Act four: sharing the money',
    steps: new SharingStory(client, people).steps(),
  };
}

const dayMs = 24 * 3600_000;
const minuteMs = 60_000;

interface Movement {
  readonly outTradeNo: string;
  readonly kind: string;
  readonly amountFen: number;
}

interface BillDay {
  readonly mchid: string;
  readonly date: string;
  readonly state: string;
  readonly flow: { readonly rows: number } | null;
}

class SharingStory {
  readonly #client: DemoClient;
  readonly #people: People;
  #sellerId = '';
  #platform = '';
  #orderNo = '';
  #amountFen = 0;
  #withdrawnDay = '';

  constructor(client: DemoClient, people: People) {
    this.#client = client;
    this.#people = people;
  }

  steps(): Step[] {
    const step = (zh: string, en: string, run: () => Promise<string>): Step => ({ zh, en, run });
    return [
      step('设定规则：平台抽成 15%', 'A rule: the platform gets 15 % of a seller’s sales', () =>
        this.#rule(),
      ),
      step('付款：发货之前不分账', 'Paid: nothing is shared before it is shipped', () => this.#paid()),
      step('发货后自动分账', 'Shipped: the order is shared by itself', () => this.#shared()),
      step('部分退款，先回退分账', 'A part is refunded: the platform gives its part back first', () =>
        this.#refunded(),
      ),
      step('剩余资金解冻给商家', 'The rest is freed for the seller', () => this.#freed()),
      step('商家提现到银行卡', "The seller's money is withdrawn to its bank", () => this.#withdrawn()),
      step('次日账单与流水一致', "The next day's bill agrees with the ledger", () => this.#bill()),
    ];
  }

  async #rule(): Promise<string> {
    const { ecommerce } = await this.#client.get<{ ecommerce: { mchid: string } }>('/_sandbox/credentials');
    this.#platform = ecommerce.mchid;
    const products = await this.#client.documents<{ _id: string; sellerId?: string }>('products');
    this.#sellerId = products.find(({ sellerId }) => sellerId)?.sellerId ?? '';
    const rule = (permille: number): ShareProfitRequest => ({
      ...{ action: 'setRule', sellerId: this.#sellerId, productId: null },
      receivers: [
        {
          ...{ type: 'MERCHANT_ID', account: this.#platform, description: '平台服务费' },
          part: { permille },
        },
      ],
      ...{ after: 'SHIPPING', days: 0, freeAfterDays: 1, onFailure: 'HOLD' },
    });
    const { operator } = this.#people;
    const refused = await this.#client.call('shareProfit', rule(301), operator);
    expectThat(!refused.ok && refused.error.code === 'SHARING_RULE_INVALID', 'a rule over 30 % was accepted');
    await this.#client.must('shareProfit', rule(150), operator);
    return `301 ‰ → ${refused.ok ? '' : refused.error.code}; 150 ‰ → ${this.#platform}`;
  }

  async #paid(): Promise<string> {
    const { payer } = this.#people;
    const products = await this.#client.documents<{ _id: string; sellerId?: string }>('products');
    const product = products.find(({ sellerId }) => sellerId === this.#sellerId)!;
    const items = [{ productId: product._id, quantity: 2 }];
    const request = { requestToken: requestToken(), items };
    const order = await this.#client.must<CreateOrderAnswer>('createPartnerOrder', request, payer);
    this.#orderNo = order.orders[0]!.outTradeNo;
    this.#amountFen = order.orders[0]!.amountFen;
    await this.#client.pay(order.paymentNo, payer);
    await this.#until('WAITING');
    await this.#pass(10 * minuteMs);
    const { state, sharedFen } = await this.#sharing();
    expectThat(state === 'WAITING' && sharedFen === 0, `${sharedFen} fen were shared before the shipment`);
    return `${yuan(this.#amountFen)} paid, all of it frozen`;
  }

  async #shared(): Promise<string> {
    const { operator } = this.#people;
    const parcels = [{ company: 'YTO', trackingNo: 'YT0000000042', itemDesc: '黑麦酸面包' }];
    const shipment = { action: 'ship', outTradeNo: this.#orderNo, logistics: 'express', parcels };
    await this.#client.must('shipOrder', shipment, operator);
    const sharing = await this.#until('SHARED');
    const shareFen = Math.round(this.#amountFen * 0.15);
    expectThat(sharing.sharedFen === shareFen, `${sharing.sharedFen} fen were shared, not ${shareFen}`);
    return `YT0000000042 → ${yuan(sharing.sharedFen)} to the platform, the rest stays frozen`;
  }

  async #refunded(): Promise<string> {
    const amountFen = this.#amountFen / 2;
    const request = { action: 'refund', outTradeNo: this.#orderNo, requestToken: requestToken(), amountFen };
    const { operator } = this.#people;
    const { refund } = await this.#client.must<RefundOrderAnswers['refund']>(
      'refundOrder',
      request,
      operator,
    );
    await until('the refund', async () => {
      await this.#pass(minuteMs);
      const refunds = await this.#client.documents<{ _id: string; state: string }>('refunds');
      return refunds.find(({ _id, state }) => _id === refund.outRefundNo && state === 'SUCCESS');
    });
    const sharing = await this.#sharing();
    const ofRefund = sharing.returns.filter(({ outRefundNo }) => outRefundNo === refund.outRefundNo);
    const fen = ofRefund.reduce((sum, each) => sum + each.amountFen, 0);
    expectThat(ofRefund.every(({ state }) => state === 'SUCCESS') && fen > 0, 'nothing was given back');
    return `${yuan(amountFen)} → SUCCESS; ${yuan(fen)} of the share came back`;
  }

  async #freed(): Promise<string> {
    await this.#client.post('/_sandbox/clock', { advanceMs: dayMs });
    const sharing = await this.#until('FREED');
    const entries = await this.#client.documents<Movement>('ledger');
    // Fees are known once the bills are available.
    const own = entries.filter(
      ({ outTradeNo, kind }) => outTradeNo === this.#orderNo && !kind.startsWith('FEE'),
    );
    const heldFen = own.reduce((sum, { amountFen }) => sum + amountFen, 0);
    const wantedFen = this.#amountFen / 2 - (sharing.sharedFen - sharing.returnedFen);
    expectThat(heldFen === wantedFen, `the seller has ${heldFen} fen of it, not ${wantedFen}`);
    return `${sharing.requests.length} requests, ${sharing.state}; the seller has ${yuan(heldFen)}, less fees`;
  }

  async #withdrawn(): Promise<string> {
    await this.#toBillTime();
    const { operator } = this.#people;
    const of = { sellerId: this.#sellerId };
    const funds = (): Promise<SellerFundsAnswers['overview']> =>
      this.#client.must('sellerFunds', { action: 'overview', ...of }, operator);
    const availableFen = (await funds()).overview.balance?.availableFen ?? 0;
    const request = { action: 'withdraw', ...of, requestToken: requestToken(), amountFen: availableFen };
    const tooMuch = { ...request, requestToken: requestToken(), amountFen: availableFen + 1 };
    const refused = await this.#client.call('sellerFunds', tooMuch, operator);
    expectThat(
      !refused.ok && refused.error.code === 'BALANCE_TOO_LOW',
      'more than the balance was withdrawn',
    );
    const { withdrawal } = await this.#client.must<SellerFundsAnswers['withdraw']>(
      'sellerFunds',
      request,
      operator,
    );
    this.#withdrawnDay = dayInChina(await this.#now());
    await this.#client.post('/_sandbox/clock', { advanceMs: dayMs });
    await until('the bank to have it', async () => {
      await this.#pass(minuteMs);
      const made = await this.#client.documents<{ _id: string; state: string }>('withdrawals');
      return made.find(({ _id, state }) => _id === withdrawal.outRequestNo && state === 'SUCCESS');
    });
    const leftFen = (await funds()).overview.balance?.availableFen;
    expectThat(leftFen === 0, `${leftFen} fen are left`);
    return `${yuan(availableFen + 1)} → ${refused.ok ? '' : refused.error.code}; ${yuan(availableFen)} → SUCCESS`;
  }

  async #bill(): Promise<string> {
    const mchid = this.#platform;
    const wanted = [await this.#paidDay(), this.#withdrawnDay];
    const compare = async () => {
      await this.#pass(minuteMs);
      const days = await this.#client.documents<BillDay>('bill_days');
      const done = days.filter((each) => each.mchid === mchid && each.state === 'DONE');
      const found = wanted.flatMap((date) => done.find((each) => each.date === date) ?? []);
      return found.length === wanted.length ? found : undefined;
    };
    const compared = await until('the bills of the days', compare, 60_000);
    const differences = await this.#client.documents<{ mchid: string; kind: string }>('bill_differences');
    const found = differences.filter((each) => each.mchid === mchid);
    expectThat(found.length === 0, `the bill differs: ${found[0]?.kind}`);
    const rows = compared.map(({ date, flow }) => `${date}: ${flow?.rows ?? 0} movements`);
    return `${rows.join(', ')}; no difference`;
  }

  async #paidDay(): Promise<string> {
    return dayInChina((await this.#sharing()).paidAtMs);
  }

  async #now(): Promise<number> {
    return (await this.#client.get<{ nowMs: number }>('/_sandbox/clock')).nowMs;
  }

  /** The next 10:06 in China: the bill of the day before is ready. */
  async #toBillTime(): Promise<void> {
    const sinceMidnightMs = ((await this.#now()) + 8 * 3600_000) % dayMs;
    const readyMs = 10.1 * 3600_000;
    await this.#pass((readyMs - sinceMidnightMs + dayMs) % dayMs);
  }

  async #sharing(): Promise<SharingView> {
    const request = { action: 'query', outTradeNo: this.#orderNo };
    const { operator } = this.#people;
    return (await this.#client.must<ShareProfitAnswers['query']>('shareProfit', request, operator)).sharing;
  }

  /** Minutes pass, and the timer does what is due. */
  #until(state: SharingView['state']): Promise<SharingView> {
    return until(`the sharing to be ${state}`, async () => {
      await this.#pass(minuteMs);
      const orders = await this.#client.documents<{ _id: string }>('sharings');
      if (!orders.some(({ _id }) => _id === this.#orderNo)) return undefined;
      const sharing = await this.#sharing();
      return sharing.state === state ? sharing : undefined;
    });
  }

  async #pass(advanceMs: number): Promise<void> {
    await this.#client.post('/_sandbox/clock', { advanceMs });
    await this.#client.post('/_cloud/timers/reconcile', {});
  }
}

function dayInChina(atMs: number): string {
  return new Date(atMs + 8 * 3600_000).toISOString().slice(0, 10);
}
