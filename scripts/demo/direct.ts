/** Act one: a shop with its own merchant number takes money. */
import type { CreateOrderAnswer } from '../../shared/contract/index.ts';
import { type DemoClient, requestToken, until } from './client.ts';
import { type Act, expectThat, type Step, yuan } from './stage.ts';

export function directAct(client: DemoClient, openid: string): Act {
  const story = new DirectStory(client, openid);
  return {
    zh: '第一幕 · 直连商户收款',
    en: 'Act one: a shop with its own merchant number takes money',
    steps: story.steps(),
  };
}

class DirectStory {
  readonly #client: DemoClient;
  readonly #openid: string;
  #order: CreateOrderAnswer | undefined;

  constructor(client: DemoClient, openid: string) {
    this.#client = client;
    this.#openid = openid;
  }

  steps(): Step[] {
    const step = (zh: string, en: string, run: () => Promise<string>): Step => ({ zh, en, run });
    return [
      step('金额由服务器决定', 'The server fixes the price', () => this.#price()),
      step('连点两次，只有一笔订单', 'A double tap makes one order', () => this.#doubleTap()),
      step('收银台认可签名', 'The cashier accepts paySign, and no other', () => this.#cashier()),
      step('回调验签解密后入账', 'The callback is verified, decrypted and recorded', () => this.#callback()),
      step('发货函数恰好执行一次', 'Fulfilment was called once', () => this.#fulfilment()),
      step('重复回调不重复入账', 'A duplicate callback changes nothing', () => this.#duplicate()),
      step('伪造回调被拒绝', 'Forged callbacks are refused', () => this.#forged()),
      step('平台密钥轮换无感知', 'A rotation of the platform key is survived', () => this.#rotation()),
      step('回调丢失，查单补上', 'A lost callback is made up for by a query', () => this.#lostCallback()),
      step('关单后不能再付', 'A closed order cannot be paid', () => this.#close()),
    ];
  }

  async #price(): Promise<string> {
    const items = [{ productId: 'tea-longjing', quantity: 2 }];
    const greedy = await this.#client.call(
      'createOrder',
      { requestToken: requestToken(), items, total: 1 },
      this.#openid,
    );
    expectThat(
      !greedy.ok && greedy.error.code === 'AMOUNT_NOT_ACCEPTED',
      'a total from the client was accepted',
    );
    const answer = await this.#client.createOrder({ requestToken: requestToken(), items }, this.#openid);
    expectThat(
      answer.orders[0]?.amountFen === 13600,
      `expected 13600 fen, got ${answer.orders[0]?.amountFen}`,
    );
    return `total=1 → ${greedy.error.code}; 2 × ¥68.00 → ${yuan(13600)}, ${answer.paymentNo}`;
  }

  async #doubleTap(): Promise<string> {
    const request = { requestToken: requestToken(), items: [{ productId: 'sticker', quantity: 1 }] };
    const [first, second] = await Promise.all([
      this.#client.createOrder(request, this.#openid),
      this.#client.createOrder(request, this.#openid),
    ]);
    expectThat(first.paymentNo === second.paymentNo, 'two taps made two orders');
    expectThat(first.payment && second.payment, 'a tap got no payment parameters');
    expectThat(first.payment.package === second.payment.package, 'two taps got two prepay_ids');
    this.#order = first;
    return `${first.paymentNo}, ${first.payment.package}`;
  }

  async #cashier(): Promise<string> {
    const { payment } = this.#current();
    const paySign = payment.paySign.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'));
    const forged = await this.#client.cashier({ ...payment, paySign });
    expectThat(!('order' in forged), 'the cashier opened with a wrong paySign');
    const opened = await this.#client.cashier(payment);
    expectThat('order' in opened, `the cashier refused: ${JSON.stringify(opened)}`);
    return 'RSA paySign ✓; one character changed → refused';
  }

  async #callback(): Promise<string> {
    const { paymentNo } = this.#current();
    await this.#client.pay(paymentNo, this.#openid);
    const attempt = await until('the callback to be delivered', async () => {
      const [notification] = await this.#client.notifications(paymentNo);
      return notification?.attempts.at(-1);
    });
    expectThat(attempt.status === 200 || attempt.status === 204, `payNotify answered ${attempt.status}`);
    const order = await this.#client.orderState(paymentNo, this.#openid);
    expectThat(order.state === 'SUCCESS', `the order is ${order.state}`);
    return `HTTP ${attempt.status}, ${paymentNo} → ${order.state}, ${yuan(order.amountFen)}`;
  }

  async #fulfilment(): Promise<string> {
    const { paymentNo } = this.#current();
    await until('the fulfilment', async () => {
      await this.#client.post('/_cloud/timers/reconcile', {});
      const order = await this.#client.orderState(paymentNo, this.#openid);
      return order.fulfilment === 'DONE' ? order : undefined;
    });
    const calls = await this.#client.get<{ invocations: { functionName: string; outTradeNo?: string }[] }>(
      '/_cloud/logs?limit=500',
    );
    const fulfilled = calls.invocations.filter(
      (call) => call.functionName === 'fulfilOrder' && call.outTradeNo === paymentNo,
    );
    expectThat(fulfilled.length === 1, `fulfilOrder ran ${fulfilled.length} times`);
    return 'fulfilOrder ran once and said {done: true}';
  }

  async #duplicate(): Promise<string> {
    const { paymentNo } = this.#current();
    const before = await this.#orderDocument(paymentNo);
    const [notification] = await this.#client.notifications(paymentNo);
    await this.#client.post(`/_sandbox/notifications/${notification!.id}/replay`, { times: 3 });
    const after = await this.#orderDocument(paymentNo);
    expectThat(JSON.stringify(before) === JSON.stringify(after), 'the order document changed');
    return 'replayed 3 ×; the order document is the same to the byte';
  }

  async #forged(): Promise<string> {
    const { paymentNo } = this.#current();
    const before = await this.#client.documents('notifications');
    const [notification] = await this.#client.notifications(paymentNo);
    const answers: string[] = [];
    for (const tamper of ['body', 'signature', 'serial', 'timestamp', 'signtest']) {
      const { attempts } = await this.#client.post<{ attempts: { status: number }[] }>(
        `/_sandbox/notifications/${notification!.id}/replay`,
        { tamper },
      );
      const status = attempts.at(-1)!.status;
      expectThat(status >= 400 && status < 500, `payNotify answered ${status} to a forged ${tamper}`);
      answers.push(`${tamper} ${status}`);
    }
    const unsigned = await fetch(`${this.#client.url}/pay-notify/direct`, { method: 'POST', body: '{}' });
    expectThat(unsigned.status >= 400 && unsigned.status < 500, `unsigned: ${unsigned.status}`);
    const after = await this.#client.documents('notifications');
    expectThat(before.length === after.length, 'a forged callback was recorded');
    return `${answers.join(', ')}, unsigned ${unsigned.status}; nothing recorded`;
  }

  /** The new certificate is listed for days before it signs; the timer asks for certificates twice a day. */
  async #rotation(): Promise<string> {
    await this.#client.post('/_sandbox/keys', { rotate: 'announce' });
    await this.#client.post('/_sandbox/clock', { advanceMs: 13 * 3_600_000 });
    await this.#client.post('/_cloud/timers/reconcile', {});
    const paid: string[] = [];
    for (const rotate of ['switch', true]) {
      await this.#client.post('/_sandbox/keys', { rotate });
      const paymentNo = await this.#buySticker();
      await this.#client.pay(paymentNo, this.#openid);
      await this.#paid(paymentNo);
      paid.push(paymentNo);
    }
    return `while both certificates sign, and after the old one ended; ${paid.join(' and ')} → SUCCESS`;
  }

  async #lostCallback(): Promise<string> {
    const paymentNo = await this.#buySticker();
    await this.#client.put('/_sandbox/faults', [{ route: 'notify', kind: 'reset', times: 1 }]);
    await this.#client.pay(paymentNo, this.#openid);
    const order = await this.#paid(paymentNo);
    await this.#client.put('/_sandbox/faults', []);
    return `the connection of the callback broke; queryOrder asked WeChat Pay: ${order.state}`;
  }

  async #close(): Promise<string> {
    const paymentNo = await this.#buySticker();
    const { orders } = await this.#client.must<{ orders: { state: string }[] }>(
      'closeOrder',
      { paymentNo },
      this.#openid,
    );
    expectThat(orders[0]?.state === 'CLOSED', `the order is ${orders[0]?.state}`);
    const refused = await this.#client.pay(paymentNo, this.#openid).then(
      () => undefined,
      (error: Error) => error.message,
    );
    expectThat(refused, 'a closed order was paid');
    return `${paymentNo} → CLOSED; paying it is refused`;
  }

  async #buySticker(): Promise<string> {
    const items = [{ productId: 'sticker', quantity: 1 }];
    const answer = await this.#client.createOrder({ requestToken: requestToken(), items }, this.#openid);
    return answer.paymentNo;
  }

  #paid(paymentNo: string) {
    return until(`${paymentNo} to be paid`, async () => {
      const order = await this.#client.orderState(paymentNo, this.#openid);
      return order.state === 'SUCCESS' ? order : undefined;
    });
  }

  async #orderDocument(outTradeNo: string) {
    const orders = await this.#client.documents<{ _id: string }>('orders');
    return orders.find((order) => order._id === outTradeNo);
  }

  #current(): { paymentNo: string; payment: NonNullable<CreateOrderAnswer['payment']> } {
    expectThat(this.#order?.payment, 'there is no order to go on with: an earlier step failed');
    return { paymentNo: this.#order.paymentNo, payment: this.#order.payment };
  }
}
