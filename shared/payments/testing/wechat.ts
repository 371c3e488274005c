import type {
  AccountKind,
  CombinedTransaction,
  GatewayError,
  PaymentGateway,
  Transaction,
} from '../../core/ports.ts';

type Operation = 'prepay' | 'query' | 'close';

interface Body {
  out_trade_no?: string;
  combine_out_trade_no?: string;
  sub_mchid?: string;
  amount?: { total: number };
  sub_orders?: { out_trade_no: string; sub_mchid: string; amount: { total_amount: number } }[];
}

interface Part {
  out_trade_no: string;
  sub_mchid?: string | undefined;
  amount: { total_amount: number };
}

export function gatewayError(kind: GatewayError['kind'], code: string): GatewayError {
  return Object.assign(new Error(code), { kind, code }) as GatewayError;
}

/** What WeChat Pay would know, as far as orders need it. */
export class FakeWechat {
  readonly gateway: PaymentGateway;
  /** Every request body that arrived, in order. */
  readonly bodies: string[] = [];
  /** By out_trade_no. */
  readonly orders = new Map<string, Transaction>();
  readonly calls = { prepay: 0, query: 0, close: 0 };
  /** Called around each request: may wait, or throw as a lost answer would. */
  interrupt: (when: 'before' | 'after', operation: Operation) => Promise<void> = async () => {};
  /** prepay_ids are told apart by this, as after a renewal. */
  generation = 1;
  readonly #payments = new Map<string, { body: string; numbers: string[] }>();
  readonly #nowMs: () => number;
  #paid = 0;

  constructor(account: AccountKind, nowMs: () => number) {
    this.#nowMs = nowMs;
    this.gateway = {
      account,
      appid: 'wx0123456789abcdef',
      mchid: '1900000001',
      prepay: (_path, body) => this.#run('prepay', () => this.#prepay(body)),
      query: ({ outTradeNo }) => this.#run('query', () => copy(this.orders.get(outTradeNo))),
      close: ({ outTradeNo }) => this.#run('close', () => this.#close([outTradeNo])),
      queryCombined: (no) => this.#run('query', () => this.#combined(no)),
      closeCombined: (_no, orders) =>
        this.#run('close', () => this.#close(orders.map(({ outTradeNo }) => outTradeNo))),
      paymentParams: (prepayId) => ({
        timeStamp: '1',
        nonceStr: 'n',
        package: `prepay_id=${prepayId}`,
        signType: 'RSA',
        paySign: 's',
      }),
    };
  }

  /** The payer pays. @returns what the callback says */
  pay(outTradeNo: string): Transaction {
    const order = this.orders.get(outTradeNo);
    if (order?.tradeState !== 'NOTPAY') throw new Error(`${outTradeNo} cannot be paid`);
    const paid: Transaction = {
      ...order,
      transactionId: `42${++this.#paid}`,
      successAtMs: this.#nowMs(),
      payerOpenid: 'payer',
      tradeState: 'SUCCESS',
    };
    this.orders.set(outTradeNo, paid);
    return copy(paid);
  }

  /** The money goes back, as from the merchant platform. */
  refund(outTradeNo: string): void {
    const order = this.orders.get(outTradeNo);
    if (order?.tradeState !== 'SUCCESS') throw new Error(`${outTradeNo} cannot be refunded`);
    this.orders.set(outTradeNo, { ...order, tradeState: 'REFUND' });
  }

  async #run<T>(operation: Operation, act: () => T): Promise<T> {
    this.calls[operation]++;
    await this.interrupt('before', operation);
    const result = act();
    await this.interrupt('after', operation);
    return result;
  }

  #prepay(text: string): { prepayId: string } {
    this.bodies.push(text);
    const body = JSON.parse(text) as Body;
    const no = body.out_trade_no ?? body.combine_out_trade_no ?? '';
    const earlier = this.#payments.get(no);
    if (earlier && earlier.body !== text) throw gatewayError('refused', 'INVALID_REQUEST');
    const parts: Part[] = body.sub_orders ?? [
      { out_trade_no: no, sub_mchid: body.sub_mchid, amount: { total_amount: body.amount?.total ?? 0 } },
    ];
    const numbers = parts.map((part) => part.out_trade_no);
    if (!earlier) for (const part of parts) this.orders.set(part.out_trade_no, this.#unpaid(part));
    this.#payments.set(no, { body: text, numbers });
    this.#refuseUnlessOpen(numbers);
    return { prepayId: `wx-${no.slice(0, 6)}-${this.generation}` };
  }

  #unpaid(part: Part): Transaction {
    return {
      appid: this.gateway.appid,
      mchid: this.gateway.mchid,
      ...(part.sub_mchid !== undefined && { subMchid: part.sub_mchid }),
      outTradeNo: part.out_trade_no,
      tradeState: 'NOTPAY',
      amountFen: part.amount.total_amount,
      currency: 'CNY',
    };
  }

  #refuseUnlessOpen(numbers: readonly string[]): void {
    const states = numbers.map((each) => this.orders.get(each)?.tradeState);
    if (states.includes('SUCCESS') || states.includes('REFUND')) throw gatewayError('refused', 'ORDERPAID');
    if (states.includes('CLOSED')) throw gatewayError('refused', 'ORDER_CLOSED');
  }

  #close(numbers: readonly string[]): void {
    if (numbers.some((each) => !this.orders.has(each))) throw gatewayError('refused', 'ORDER_NOT_EXIST');
    this.#refuseUnlessOpen(numbers);
    for (const each of numbers) this.orders.set(each, { ...this.orders.get(each)!, tradeState: 'CLOSED' });
  }

  #combined(no: string): CombinedTransaction | undefined {
    const payment = this.#payments.get(no);
    if (!payment) return undefined;
    const orders = payment.numbers.map((each) => copy(this.orders.get(each)!));
    return { combineOutTradeNo: no, appid: this.gateway.appid, mchid: this.gateway.mchid, orders };
  }
}

function copy<T>(value: T): T {
  return value === undefined ? value : structuredClone(value);
}
