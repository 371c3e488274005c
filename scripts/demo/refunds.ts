/** Act three: money goes back, and the next morning the bill proves every fen. */
import type {
  CreateOrderAnswer,
  RefundOrderAnswers,
  RequestRefundAnswer,
} from '../../shared/contract/index.ts';
import { type DemoClient, requestToken, until } from './client.ts';
import { type Act, expectThat, type Step, yuan } from './stage.ts';

interface People {
  readonly payer: string;
  readonly operator: string;
}

export function refundsAct(client: DemoClient, people: People): Act {
  const story = new RefundStory(client, people);
  return {
    zh: '第三幕 · 退款与对账',
    en: 'Act three: refunds, and the bill of the day',
    steps: story.steps(),
  };
}

interface Stored {
  readonly _id: string;
  readonly outTradeNo: string;
  readonly state: string;
}

interface BillDay {
  readonly date: string;
  readonly mchid: string;
  readonly state: string;
  readonly sums: { readonly rows: number; readonly paidFen: number; readonly refundedFen: number } | null;
}

interface BillDifference {
  readonly mchid: string;
  readonly kind: string;
  readonly reference: string;
}

class RefundStory {
  readonly #client: DemoClient;
  readonly #people: People;
  #orderNo = '';

  constructor(client: DemoClient, people: People) {
    this.#client = client;
    this.#people = people;
  }

  steps(): Step[] {
    const step = (zh: string, en: string, run: () => Promise<string>): Step => ({ zh, en, run });
    return [
      step('部分退款', 'A part is given back', () => this.#part()),
      step('超过余额的退款被拒绝', 'More than the rest is refused', () => this.#tooMuch()),
      step('应答丢失，同一单号重试', 'A lost answer is retried under the same number', () =>
        this.#lostAnswer(),
      ),
      step('未发货的订单，买家自助退款', 'A buyer takes back an order that was not delivered', () =>
        this.#buyer(),
      ),
      step('次日账单与流水双向一致', "The next day's bill agrees with the ledger, both ways", () =>
        this.#bill(),
      ),
    ];
  }

  async #part(): Promise<string> {
    this.#orderNo = await this.#paid('cup-celadon');
    const { refund, refundableFen } = await this.#refund({ amountFen: 2900, reason: '杯沿有小磕碰' });
    await this.#ended(refund.outRefundNo);
    return `${yuan(2900)} → SUCCESS; ${yuan(refundableFen)} left`;
  }

  async #tooMuch(): Promise<string> {
    const request = {
      action: 'refund',
      outTradeNo: this.#orderNo,
      requestToken: requestToken(),
      amountFen: 10_001,
    };
    const answer = await this.#client.call('refundOrder', request, this.#people.operator);
    expectThat(!answer.ok && answer.error.code === 'REFUND_EXCEEDS', 'more than was paid was refunded');
    return answer.ok ? '' : `${yuan(10_001)} → ${answer.error.code}`;
  }

  async #lostAnswer(): Promise<string> {
    const route = '/v3/refund/domestic/refunds';
    await this.#client.put('/_sandbox/faults', [{ route, kind: 'reset', afterEffect: true, times: 1 }]);
    const { refund } = await this.#refund({ amountFen: 1000 });
    await this.#ended(refund.outRefundNo);
    const { refunds } = await this.#client.get<{ refunds: { outTradeNo: string }[] }>('/_sandbox/refunds');
    const there = refunds.filter(({ outTradeNo }) => outTradeNo === this.#orderNo);
    expectThat(there.length === 2, `WeChat Pay has ${there.length} refunds of the order, not 2`);
    return `${refund.outRefundNo} → SUCCESS, once`;
  }

  async #buyer(): Promise<string> {
    const { payer } = this.#people;
    const outTradeNo = await this.#paid('tea-longjing', false);
    const request = { action: 'ask', outTradeNo, reason: '拍错了' };
    const answer = await this.#client.must<RequestRefundAnswer>('requestRefund', request, payer);
    const [refund] = answer.refunds;
    expectThat(answer.request?.state === 'ACCEPTED' && refund !== undefined, 'the buyer must wait');
    await this.#ended(refund!.outRefundNo);
    const view = await this.#client.orderState(outTradeNo, payer);
    expectThat(view.state === 'REFUND' && view.fulfilment !== 'DONE', 'it was delivered all the same');
    return `${yuan(view.amountFen)} → ${view.state}, nothing delivered`;
  }

  async #bill(): Promise<string> {
    const dayMs = 24 * 3600_000;
    const { direct } = await this.#client.get<{ direct: { mchid: string } }>('/_sandbox/credentials');
    const { nowMs } = await this.#client.get<{ nowMs: number }>('/_sandbox/clock');
    const sinceMidnightMs = (nowMs + 8 * 3600_000) % dayMs;
    await this.#client.post('/_sandbox/clock', { advanceMs: dayMs - sinceMidnightMs + 10.1 * 3600_000 });
    const day = await until('the bill of the day', async () => {
      await this.#client.post('/_cloud/timers/reconcile', {});
      const days = await this.#client.documents<BillDay>('bill_days');
      return days.find(({ mchid, state, sums }) => mchid === direct.mchid && state === 'DONE' && sums);
    });
    const differences = await this.#client.documents<BillDifference>('bill_differences');
    const [found] = differences.filter(({ mchid }) => mchid === direct.mchid);
    expectThat(found === undefined, `the bill differs: ${found?.kind} ${found?.reference}`);
    const { rows = 0, paidFen = 0, refundedFen = 0 } = day.sums ?? {};
    return `${day.date}: ${rows} rows, ${yuan(paidFen)} paid, ${yuan(refundedFen)} refunded, no difference`;
  }

  /** @param delivered asked about by its payer, which delivers it */
  async #paid(productId: string, delivered = true): Promise<string> {
    const { payer } = this.#people;
    const items = [{ productId, quantity: 1 }];
    const order: CreateOrderAnswer = await this.#client.createOrder(
      { requestToken: requestToken(), items },
      payer,
    );
    await this.#client.pay(order.paymentNo, payer);
    await until('the payment', async () => {
      if (delivered) await this.#client.orderState(order.paymentNo, payer);
      const orders = await this.#client.documents<Stored>('orders');
      return orders.find(({ _id, state }) => _id === order.paymentNo && state === 'SUCCESS');
    });
    return order.paymentNo;
  }

  #refund(more: object): Promise<RefundOrderAnswers['refund']> {
    const request = { action: 'refund', outTradeNo: this.#orderNo, requestToken: requestToken(), ...more };
    return this.#client.must('refundOrder', request, this.#people.operator);
  }

  /** Minutes pass, WeChat Pay ends the refund, and the timer learns of it. */
  async #ended(outRefundNo: string): Promise<void> {
    await until(`the refund ${outRefundNo}`, async () => {
      await this.#client.post('/_sandbox/clock', { advanceMs: 60_000 });
      await this.#client.post('/_cloud/timers/reconcile', {});
      const refunds = await this.#client.documents<Stored>('refunds');
      return refunds.find(({ _id, state }) => _id === outRefundNo && state === 'SUCCESS');
    });
  }
}
