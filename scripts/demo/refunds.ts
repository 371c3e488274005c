/** Act three: money goes back, goods go out, money is transferred, and the next morning the bill proves every fen. */
import type {
  CreateOrderAnswer,
  ReceiveTransferAnswers,
  RefundOrderAnswers,
  RequestRefundAnswer,
  ShipOrderAnswer,
  TransferMoneyAnswers,
} from '../../shared/contract/index.ts';
import { requestDay } from '../../shared/payments/bills/days.ts';
import { openLocal } from '../operate/local-data.ts';
import { type DemoClient, requestToken, until } from './client.ts';
import { type Act, expectThat, type Step, yuan } from './stage.ts';

interface People {
  readonly payer: string;
  readonly operator: string;
}

export function refundsAct(client: DemoClient, people: People): Act {
  const story = new RefundStory(client, people);
  return {
    zh: '第三幕 · 退款、发货、转账与对账',
    en: 'Act three: refunds, shipping, a transfer, and the bill of the day',
    steps: story.steps(),
  };
}

interface Stored {
  readonly _id: string;
  readonly outTradeNo: string;
  readonly state: string;
}

type Sums = Readonly<
  Record<'rows' | 'paidFen' | 'refundedFen' | 'feeFen' | 'incomeFen' | 'expenseFen', number>
>;

interface BillDay {
  readonly _id: string;
  readonly date: string;
  readonly mchid: string;
  readonly state: string;
  readonly sums: Partial<Sums> | null;
  readonly flow: Partial<Sums> | null;
  readonly checkedAtMs: number;
}

interface BillDifference {
  readonly mchid: string;
  readonly kind: string;
  readonly reference: string;
  readonly state: string;
  readonly remedy: { readonly zh: string };
}

const dayMs = 24 * 3600_000;
const chinaOffsetMs = 8 * 3600_000;

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
      step('发货，买家在手机上确认收货', 'The order is shipped, and its buyer confirms receipt', () =>
        this.#ship(),
      ),
      step('商家转账，收款人在手机上确认', 'Money is transferred, and who receives confirms it', () =>
        this.#transfer(),
      ),
      step('未发货的订单，买家自助退款', 'A buyer takes back an order that was not delivered', () =>
        this.#buyer(),
      ),
      step('次日账单少一行，对账找出这一处差异', "The next day's bill lacks a line, and that is found", () =>
        this.#lackingBill(),
      ),
      step(
        '重新核对，账单与流水双向一致到分',
        'Compared again, the bills agree with the ledger to the fen',
        () => this.#goodBill(),
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

  /** What wx.openBusinessView does on the phone, and the page after it. */
  async #ship(): Promise<string> {
    const { payer, operator } = this.#people;
    const outTradeNo = this.#orderNo;
    const parcels = [{ company: 'ZTO', trackingNo: '75611788998298', itemDesc: '青瓷主人杯' }];
    const event = { action: 'ship', outTradeNo, logistics: 'express', parcels };
    const { shipment } = await this.#client.must<ShipOrderAnswer>('shipOrder', event, operator);
    expectThat(shipment.state === 'SHIPPED', `the shipment is ${shipment.state}`);
    const before = await this.#client.orderState(outTradeNo, payer);
    expectThat(before.shipping?.state === 'SHIPPED', 'receipt counts as confirmed before the buyer did so');
    const receipt = { merchant_id: await this.#mchid(), merchant_trade_no: outTradeNo, openid: payer };
    await this.#client.post('/_sandbox/receipts/open', receipt);
    await this.#client.post('/_sandbox/receipts/confirm', receipt);
    await this.#client.must('confirmReceipt', { outTradeNo }, payer);
    const orders = await this.#client.documents<Stored & { receivedAtMs?: number | null }>('orders');
    const receivedAtMs = orders.find(({ _id }) => _id === outTradeNo)?.receivedAtMs ?? 0;
    expectThat(receivedAtMs > 0, 'get_order does not have the receipt');
    return `${parcels[0]!.trackingNo} → SHIPPED → RECEIVED ${new Date(receivedAtMs).toISOString()}`;
  }

  /** What wx.requestMerchantTransfer does on the phone, and the page after it. */
  async #transfer(): Promise<string> {
    const { payer, operator } = this.#people;
    const event = {
      action: 'transfer',
      requestToken: requestToken(),
      openid: payer,
      amountFen: 500,
      remark: '新会员有礼',
      sceneId: '1000',
      reports: { 活动名称: '新会员有礼', 奖励说明: '一等奖' },
    };
    const made = await this.#client.must<TransferMoneyAnswers['transfer']>('transferMoney', event, operator);
    const { outBillNo } = made.transfer;
    const query = { action: 'query', outBillNo };
    const seen = () => this.#client.must<ReceiveTransferAnswers['query']>('receiveTransfer', query, payer);
    const { confirmation } = (await seen()).transfer;
    expectThat(confirmation, `the transfer is ${made.transfer.state}, there is nothing to confirm`);
    await this.#client.post('/_sandbox/transfers/open', confirmation);
    await this.#client.post(`/_sandbox/transfers/${outBillNo}/confirm`, { openid: payer });
    const ended = await until('the end of the transfer', async () => {
      const { transfer } = await seen();
      return transfer.state === 'SUCCESS' ? transfer : undefined;
    });
    return `${outBillNo}: ${yuan(ended.amountFen)} → ${ended.state}`;
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

  async #lackingBill(): Promise<string> {
    const mchid = await this.#mchid();
    const route = '/v3/bill/tradebill';
    await this.#client.put('/_sandbox/faults', [{ route, mchid, kind: 'bill-missing-line', times: 1 }]);
    const { nowMs } = await this.#client.get<{ nowMs: number }>('/_sandbox/clock');
    const sinceMidnightMs = (nowMs + chinaOffsetMs) % dayMs;
    await this.#client.post('/_sandbox/clock', { advanceMs: dayMs - sinceMidnightMs + 10.1 * 3600_000 });
    const day = await this.#compared(({ state }) => state === 'DONE');
    const open = await this.#openDifferences();
    const [found] = open;
    expectThat(open.length === 1 && found?.kind === 'NOT_BILLED', `${open.length} differences were found`);
    return `${day.date}: ${found?.kind} ${found?.reference} → ${found?.remedy.zh}`;
  }

  async #goodBill(): Promise<string> {
    const before = await this.#compared(({ state }) => state === 'DONE');
    await this.#client.post('/_sandbox/clock', { advanceMs: 60_000 });
    // As npm run ledger -- --date … --compare does.
    const { nowMs } = await this.#client.get<{ nowMs: number }>('/_sandbox/clock');
    const ports = { clock: { nowMs: () => nowMs }, documents: openLocal(this.#client.url) };
    await requestDay(ports, { kind: 'direct', mchid: before.mchid }, before.date);
    const day = await this.#compared(
      ({ checkedAtMs, state }) => state === 'DONE' && checkedAtMs > before.checkedAtMs,
    );
    const [open] = await this.#openDifferences();
    expectThat(open === undefined, `the bill differs: ${open?.kind} ${open?.reference}`);
    const { rows = 0, paidFen = 0, refundedFen = 0, feeFen = 0 } = day.sums ?? {};
    const { incomeFen = 0, expenseFen = 0 } = day.flow ?? {};
    const sums = `${rows} rows, ${yuan(paidFen)} paid, ${yuan(refundedFen)} refunded, fees ${yuan(feeFen)}`;
    return `${sums}; in ${yuan(incomeFen)}, out ${yuan(expenseFen)}; no difference`;
  }

  /** The direct account's day, once the timer has compared it. */
  async #compared(isDone: (day: BillDay) => boolean): Promise<BillDay> {
    const mchid = await this.#mchid();
    return until('the bill of the day', async () => {
      await this.#client.post('/_cloud/timers/reconcile', {});
      const days = await this.#client.documents<BillDay>('bill_days');
      return days.find((day) => day.mchid === mchid && day.sums !== null && isDone(day));
    });
  }

  async #openDifferences(): Promise<BillDifference[]> {
    const mchid = await this.#mchid();
    const all = await this.#client.documents<BillDifference>('bill_differences');
    return all.filter((each) => each.mchid === mchid && each.state === 'OPEN');
  }

  async #mchid(): Promise<string> {
    const { direct } = await this.#client.get<{ direct: { mchid: string } }>('/_sandbox/credentials');
    return direct.mchid;
  }

  /** @param delivered whether its payer queries the order, which delivers it */
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
