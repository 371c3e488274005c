import type { CombinedTransaction, GatewayError, PaymentGateway, Transaction } from '../ports.ts';

/** What WeChat Pay would know, as far as orders need it. */
export interface FakeWechat {
  readonly gateway: PaymentGateway;
  /** Every request body that arrived, in order. */
  readonly bodies: string[];
  /** By out_trade_no. */
  readonly orders: Map<string, Transaction>;
  calls: { prepay: number; query: number; close: number };
  pay(outTradeNo: string): Transaction;
  /** Called around each request: may wait, or throw as a lost answer would. */
  interrupt: (when: 'before' | 'after', operation: string) => Promise<void>;
  /** prepay_ids are told apart by this, as after a renewal. */
  generation: number;
}

interface Body {
  out_trade_no?: string;
  combine_out_trade_no?: string;
  sub_mchid?: string;
  amount?: { total: number };
  sub_orders?: { out_trade_no: string; sub_mchid: string; amount: { total_amount: number } }[];
}

export function gatewayError(kind: GatewayError['kind'], code: string): GatewayError {
  return Object.assign(new Error(code), { kind, code }) as GatewayError;
}

export function fakeWechat(account: PaymentGateway['account'], nowMs: () => number): FakeWechat {
  const known = new Map<string, { body: string; numbers: string[] }>();
  let paid = 0;
  const run = async <T>(operation: 'prepay' | 'query' | 'close', act: () => T): Promise<T> => {
    wechat.calls[operation]++;
    await wechat.interrupt('before', operation);
    const result = act();
    await wechat.interrupt('after', operation);
    return result;
  };
  const gateway: PaymentGateway = {
    account,
    appid: 'wxappid',
    mchid: '1900000001',
    prepay: (_path, body) => run('prepay', () => prepay(body)),
    query: ({ outTradeNo }) => run('query', () => copy(wechat.orders.get(outTradeNo))),
    close: ({ outTradeNo }) => run('close', () => close([outTradeNo])),
    queryCombined: (no) => run('query', () => combined(no)),
    closeCombined: (_no, orders) => run('close', () => close(orders.map((order) => order.outTradeNo))),
    paymentParams: (prepayId) => ({
      timeStamp: '1',
      nonceStr: 'n',
      package: `prepay_id=${prepayId}`,
      signType: 'RSA',
      paySign: 's',
    }),
  };
  const wechat: FakeWechat = {
    gateway,
    bodies: [],
    orders: new Map(),
    calls: { prepay: 0, query: 0, close: 0 },
    interrupt: async () => {},
    generation: 1,
    pay(outTradeNo) {
      const order = wechat.orders.get(outTradeNo);
      if (order?.tradeState !== 'NOTPAY') throw new Error(`${outTradeNo} cannot be paid`);
      const facts = { transactionId: `42${++paid}`, successAtMs: nowMs(), payerOpenid: 'payer' };
      wechat.orders.set(outTradeNo, { ...order, ...facts, tradeState: 'SUCCESS' });
      return copy(wechat.orders.get(outTradeNo)!);
    },
  };

  function prepay(text: string): { prepayId: string } {
    wechat.bodies.push(text);
    const body = JSON.parse(text) as Body;
    const no = body.out_trade_no ?? body.combine_out_trade_no ?? '';
    const earlier = known.get(no);
    if (earlier && earlier.body !== text) throw gatewayError('refused', 'INVALID_REQUEST');
    const parts = body.sub_orders ?? [
      { out_trade_no: no, sub_mchid: body.sub_mchid, amount: { total_amount: body.amount?.total ?? 0 } },
    ];
    const numbers = parts.map((part) => part.out_trade_no);
    if (!earlier) for (const part of parts) wechat.orders.set(part.out_trade_no, fresh(part));
    known.set(no, { body: text, numbers });
    refuseUnlessOpen(numbers);
    return { prepayId: `wx-${no.slice(0, 6)}-${wechat.generation}` };
  }

  function fresh(part: {
    out_trade_no: string;
    sub_mchid?: string | undefined;
    amount: { total_amount: number };
  }): Transaction {
    return {
      appid: gateway.appid,
      mchid: gateway.mchid,
      ...(part.sub_mchid !== undefined && { subMchid: part.sub_mchid }),
      outTradeNo: part.out_trade_no,
      tradeState: 'NOTPAY',
      amountFen: part.amount.total_amount,
      currency: 'CNY',
    };
  }

  function refuseUnlessOpen(numbers: readonly string[]): void {
    const states = numbers.map((each) => wechat.orders.get(each)?.tradeState);
    if (states.includes('SUCCESS') || states.includes('REFUND')) throw gatewayError('refused', 'ORDERPAID');
    if (states.includes('CLOSED')) throw gatewayError('refused', 'ORDER_CLOSED');
  }

  function close(numbers: readonly string[]): void {
    if (numbers.some((each) => !wechat.orders.has(each))) throw gatewayError('refused', 'ORDER_NOT_EXIST');
    refuseUnlessOpen(numbers);
    for (const each of numbers)
      wechat.orders.set(each, { ...wechat.orders.get(each)!, tradeState: 'CLOSED' });
  }

  function combined(no: string): CombinedTransaction | undefined {
    const payment = known.get(no);
    if (!payment) return undefined;
    const orders = payment.numbers.map((each) => copy(wechat.orders.get(each)!));
    return { combineOutTradeNo: no, appid: gateway.appid, mchid: gateway.mchid, orders };
  }
  return wechat;
}

function copy<T>(value: T): T {
  return value === undefined ? value : structuredClone(value);
}
