import { generateKeyPairSync, randomBytes, sign, verify } from 'node:crypto';
import type { Account, AccountKind } from '../../core/account.ts';
import { parseApiV3Key } from '../../wechatpay/crypto/keys.ts';
import { createPlatformKeys } from '../../wechatpay/crypto/platform-keys.ts';
import { WechatpayError } from '../../wechatpay/errors.ts';
import { createClient } from '../../wechatpay/http/client.ts';
import type { HttpRequest, HttpResponse, WechatpayClient } from '../../wechatpay/http/client-types.ts';
import { TransportError } from '../../wechatpay/http/transport-error.ts';
import type { WechatpayNotification } from '../../wechatpay/notifications/types.ts';
import type { Transaction } from '../orders/transaction.ts';

type Operation = 'prepay' | 'query' | 'close';

/** Shorter than allowed, since thousands of requests are signed here. */
const keys = { modulusLength: 1024 };
export const merchantKeys = generateKeyPairSync('rsa', keys);
const platformKeys = generateKeyPairSync('rsa', keys);
const publicKeyId = 'PUB_KEY_ID_0119000000012026';

/**
 * For `interrupt` to throw: a refusal, signed or not; a signature that WeChat Pay does not accept; or a request or
 * answer that is lost on the way.
 */
export class Failure extends Error {
  readonly kind: 'refused' | 'unsigned' | 'denied' | 'lost';
  readonly code: string;

  constructor(kind: Failure['kind'], code = 'CONNECTION_LOST') {
    super(code);
    this.kind = kind;
    this.code = code;
  }
}

interface Body {
  appid?: string;
  sp_appid?: string;
  combine_appid?: string;
  mchid?: string;
  sp_mchid?: string;
  out_trade_no?: string;
  combine_out_trade_no?: string;
  sub_mchid?: string;
  amount?: { total: number };
  sub_orders?: { mchid: string; out_trade_no: string; sub_mchid: string; amount: { total_amount: number } }[];
}

/** What WeChat Pay would know, as far as orders need it, behind a client that signs and verifies. */
export class FakeWechat {
  /** What the shop is configured with; a test may change it. */
  readonly account: Account & { appid: string; mchid: string; subAppid?: string };
  /** Every order that arrived, in order, as its bytes. */
  readonly bodies: string[] = [];
  /** Every request to close, in order. */
  readonly closings: { readonly path: string; readonly body: unknown }[] = [];
  /** By out_trade_no. */
  readonly orders = new Map<string, Transaction>();
  readonly calls = { prepay: 0, query: 0, close: 0 };
  /** Called around each request: may wait, or throw a Failure. */
  interrupt: (when: 'before' | 'after', operation: Operation, outTradeNos: string[]) => Promise<void> =
    async () => {};
  /** Part of new prepay_ids, as after a renewal. */
  generation = 1;
  readonly #payments = new Map<string, { body: string; outTradeNos: string[] }>();
  readonly #nowMs: () => number;
  #paid = 0;

  constructor(kind: AccountKind, nowMs: () => number) {
    this.#nowMs = nowMs;
    const mchid = '1900000001';
    this.account = { kind, appid: 'wx0123456789abcdef', mchid, client: this.#client(mchid) };
  }

  /** The payer pays. @returns the transaction of the callback */
  pay(outTradeNo: string): Transaction {
    const order = this.orders.get(outTradeNo);
    if (order?.tradeState !== 'NOTPAY') throw new Error(`${outTradeNo} cannot be paid`);
    // Whole seconds, as on the wire.
    const successAtMs = Math.floor(this.#nowMs() / 1000) * 1000;
    const transactionId = `42${++this.#paid}`;
    const paid: Transaction = { ...order, transactionId, successAtMs, tradeState: 'SUCCESS' };
    this.orders.set(outTradeNo, paid);
    return structuredClone(paid);
  }

  /** A refund made in the merchant platform. */
  refund(outTradeNo: string): void {
    const order = this.orders.get(outTradeNo);
    if (order?.tradeState !== 'SUCCESS') throw new Error(`${outTradeNo} cannot be refunded`);
    this.orders.set(outTradeNo, { ...order, tradeState: 'REFUND' });
  }

  #client(mchid: string): WechatpayClient {
    return createClient({
      account: {
        mchid,
        serialNo: '5157F09EFDC096DE',
        privateKey: merchantKeys.privateKey,
        apiV3Key: parseApiV3Key('0123456789abcdef0123456789abcdef'),
      },
      platformKeys: createPlatformKeys({
        publicKey: { id: publicKeyId, key: platformKeys.publicKey },
        nowMs: () => this.#nowMs(),
      }),
      bases: ['https://pay.example'],
      nowMs: () => this.#nowMs(),
      nonce: () => randomBytes(16).toString('hex'),
      // No waiting between attempts.
      random: () => 0,
      transport: (request) => this.#answer(request),
    });
  }

  async #answer(request: HttpRequest): Promise<HttpResponse> {
    const { pathname } = new URL(request.url);
    const body = Buffer.from(request.body ?? '').toString();
    checkSignature(request, body);
    const [, no = '', action] = /\/out-trade-no\/([^/]+)(\/close)?$/.exec(pathname) ?? [];
    try {
      if (pathname.endsWith('/jsapi')) return await this.#run('prepay', [], () => this.#prepay(body));
      if (action) {
        this.closings.push({ path: pathname, body: JSON.parse(body) });
        return await this.#run('close', this.#numbersOf(no), () => this.#close(no));
      }
      return await this.#run('query', this.#numbersOf(no), () => this.#query(pathname, no));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      if (error.kind === 'lost') throw new TransportError('lost', error.code);
      const problem = { code: error.code, message: error.code };
      return this.#respond(error.kind === 'denied' ? 401 : 400, problem, error.kind === 'refused');
    }
  }

  async #run(operation: Operation, outTradeNos: string[], act: () => unknown): Promise<HttpResponse> {
    this.calls[operation]++;
    await this.interrupt('before', operation, outTradeNos);
    const result = act();
    await this.interrupt('after', operation, outTradeNos);
    return this.#respond(result === undefined ? 204 : 200, result);
  }

  #respond(status: number, body: unknown, signed = true): HttpResponse {
    const text = body === undefined ? '' : JSON.stringify(body);
    const timestamp = String(Math.floor(this.#nowMs() / 1000));
    const nonce = randomBytes(16).toString('hex');
    const signature = sign(
      'sha256',
      Buffer.from(`${timestamp}\n${nonce}\n${text}\n`),
      platformKeys.privateKey,
    );
    const headers = {
      'wechatpay-timestamp': timestamp,
      'wechatpay-nonce': nonce,
      'wechatpay-serial': publicKeyId,
      'wechatpay-signature': signature.toString('base64'),
    };
    return { status, headers: signed ? headers : {}, body: Buffer.from(text) };
  }

  #numbersOf(no: string): string[] {
    return this.#payments.get(no)?.outTradeNos ?? [no];
  }

  #prepay(text: string): { prepay_id: string } {
    this.bodies.push(text);
    const body = JSON.parse(text) as Body;
    const no = body.out_trade_no ?? body.combine_out_trade_no ?? '';
    const earlier = this.#payments.get(no);
    if (earlier && earlier.body !== text) throw new Failure('refused', 'INVALID_REQUEST');
    const orders = unpaidOrders(body);
    const outTradeNos = orders.map(({ outTradeNo }) => outTradeNo);
    if (!earlier) for (const order of orders) this.orders.set(order.outTradeNo, order);
    this.#payments.set(no, { body: text, outTradeNos });
    this.#refuseUnlessOpen(outTradeNos);
    return { prepay_id: `wx-${no.slice(0, 6)}-${this.generation}` };
  }

  #query(pathname: string, no: string): unknown {
    const outTradeNos = this.#numbersOf(no);
    if (!outTradeNos.every((each) => this.orders.has(each))) throw new Failure('refused', 'ORDER_NOT_EXIST');
    const orders = outTradeNos.map((each) => this.orders.get(each)!);
    return pathname.includes('/combine-transactions/')
      ? { combine_out_trade_no: no, combine_appid: orders[0]!.appid, sub_orders: orders.map(subOrder) }
      : singleOrder(orders[0]!);
  }

  #close(no: string): undefined {
    const outTradeNos = this.#numbersOf(no);
    if (!outTradeNos.every((each) => this.orders.has(each))) throw new Failure('refused', 'ORDER_NOT_EXIST');
    this.#refuseUnlessOpen(outTradeNos);
    for (const each of outTradeNos) {
      this.orders.set(each, { ...this.orders.get(each)!, tradeState: 'CLOSED' });
    }
  }

  #refuseUnlessOpen(outTradeNos: readonly string[]): void {
    const states = outTradeNos.map((each) => this.orders.get(each)?.tradeState);
    if (states.includes('SUCCESS') || states.includes('REFUND')) throw new Failure('refused', 'ORDERPAID');
    if (states.includes('CLOSED')) throw new Failure('refused', 'ORDER_CLOSED');
  }
}

/** The callback about one order, verified and decrypted. */
export function paymentNotification(transaction: Transaction, id = 'n1'): WechatpayNotification {
  const kind = transaction.subMchid === undefined ? 'direct-payment' : 'partner-payment';
  const base = { id, createTime: '2026-01-02T11:04:05+08:00', eventType: 'TRANSACTION.SUCCESS' };
  return { ...base, kind, resource: singleOrder(transaction) } as unknown as WechatpayNotification;
}

export function combinedNotification(
  paymentNo: string,
  orders: readonly Transaction[],
): WechatpayNotification {
  const [first] = orders;
  const resource = {
    combine_appid: first?.appid,
    combine_mchid: first?.mchid,
    combine_out_trade_no: paymentNo,
    sub_orders: orders.map(subOrder),
  };
  const base = { id: 'n1', createTime: '2026-01-02T11:04:05+08:00', eventType: 'TRANSACTION.SUCCESS' };
  return { ...base, kind: 'combined-payment', resource } as unknown as WechatpayNotification;
}

/** A refund made in the merchant platform: of 6800 fen, all that the first test product costs. */
export function refundNotification(
  outTradeNo: string,
  status: 'SUCCESS' | 'CLOSED' = 'SUCCESS',
  id = 'r1',
  fen = 6800,
): WechatpayNotification {
  const base = { id, createTime: '2026-01-02T11:04:05+08:00', eventType: `REFUND.${status}` };
  const resource = {
    out_trade_no: outTradeNo,
    transaction_id: '4200000001',
    out_refund_no: `R-${outTradeNo}`.slice(0, 64),
    refund_id: '50300000001',
    refund_status: status,
    amount: { total: fen, refund: fen, payer_total: fen, payer_refund: fen },
  };
  return { ...base, kind: 'refund', resource };
}

function unpaidOrders(body: Body): Transaction[] {
  const appid = body.appid ?? body.sp_appid ?? body.combine_appid ?? '';
  const state = { appid, tradeState: 'NOTPAY', currency: 'CNY' } as const;
  if (body.sub_orders) {
    return body.sub_orders.map((order) => ({
      ...state,
      mchid: order.mchid,
      subMchid: order.sub_mchid,
      outTradeNo: order.out_trade_no,
      amountFen: order.amount.total_amount,
    }));
  }
  const order = {
    ...state,
    mchid: body.mchid ?? body.sp_mchid ?? '',
    outTradeNo: body.out_trade_no ?? '',
    amountFen: body.amount?.total ?? 0,
  };
  return [body.sub_mchid === undefined ? order : { ...order, subMchid: body.sub_mchid }];
}

/** The answer to a query. */
export function singleOrder(order: Transaction): Record<string, unknown> {
  const { appid, mchid, subMchid } = order;
  const owner = subMchid === undefined ? { appid, mchid } : { sp_appid: appid, sp_mchid: mchid };
  return { ...owner, ...commonFields(order), amount: { total: order.amountFen, currency: order.currency } };
}

function subOrder(order: Transaction): Record<string, unknown> {
  const amount = { total_amount: order.amountFen, payer_amount: order.amountFen, currency: order.currency };
  return { mchid: order.mchid, ...commonFields(order), amount };
}

function commonFields({ subMchid, outTradeNo, tradeState, transactionId, successAtMs }: Transaction) {
  return {
    ...(subMchid !== undefined && { sub_mchid: subMchid }),
    out_trade_no: outTradeNo,
    trade_state: tradeState,
    trade_state_desc: 'x',
    ...(transactionId !== undefined && { transaction_id: transactionId }),
    ...(successAtMs !== undefined && { success_time: new Date(successAtMs).toISOString() }),
  };
}

function checkSignature({ method, url, headers }: HttpRequest, body: string): void {
  const { pathname, search } = new URL(url);
  const field = (name: string) =>
    new RegExp(`${name}="([^"]*)"`).exec(headers.Authorization ?? '')?.[1] ?? '';
  const message = `${method}\n${pathname}${search}\n${field('timestamp')}\n${field('nonce_str')}\n${body}\n`;
  const signature = Buffer.from(field('signature'), 'base64');
  if (!verify('sha256', Buffer.from(message), merchantKeys.publicKey, signature)) {
    throw new WechatpayError('fault', 'SIGN_ERROR', 'The request is not signed as it should be.');
  }
}
