/** What instances of the functions, the payer and the merchant do to orders. */

import type { OrderView, PaymentParams } from '../../shared/contract/index.ts';
import { providerKinds } from '../../shared/core/account.ts';
import { fulfilDue } from '../../shared/payments/fulfilment/outbox.ts';
import { answerNotification } from '../../shared/payments/notifications/endpoint.ts';
import { closeOrder } from '../../shared/payments/orders/close.ts';
import { createOrder, createPartnerOrder } from '../../shared/payments/orders/create.ts';
import { queryOrder } from '../../shared/payments/orders/query.ts';
import type { OrderRecord } from '../../shared/payments/orders/records.ts';
import { checkDueOrders, hasDueOrders } from '../../shared/payments/reconcile/check-orders.ts';
import { workOnDueRefunds } from '../../shared/payments/refunds/find.ts';
import { isOpen } from './orders-model.ts';
import { cartOf, describeCart, type Instance, type OrdersShop, payer, type Whose } from './orders-shop.ts';
import { refundElsewhere, tokenOf } from './refund-instances.ts';
import { codeOf } from './runs.ts';

/** An instance of which nothing fails. */
export const well = (shop: OrdersShop): Instance => shop.instance({}, async () => undefined);

export interface Cart {
  readonly whose: Whose;
  readonly name: string;
  readonly cart: number;
}

/** @returns why the payer's WeChat does not take what was answered, if it does not */
export async function create(shop: OrdersShop, instance: Instance, { whose, name, cart }: Cart) {
  const items = cartOf(whose, cart);
  const answer = await functionOf(instance, whose)({ requestToken: tokenOf(name), items });
  const inCart = describeCart(answer.orders.flatMap((order) => order.items));
  if (inCart !== describeCart(items)) shop.news.wrong.push(`${inCart} is paid for another cart`);
  return payable(shop, answer);
}

export async function payAgain(shop: OrdersShop, instance: Instance, paymentNo: string) {
  const whose =
    shop.documents.peek<OrderRecord>('orders', paymentNo)?.account === 'direct' ? 'own' : 'sellers';
  return payable(shop, await functionOf(instance, whose)({ paymentNo }));
}

const functionOf =
  ({ ports, provider }: Instance, whose: Whose) =>
  (request: object) =>
    whose === 'own' ? createOrder(ports, payer, request) : createPartnerOrder(provider, payer, request);

const settledCodes: ReadonlySet<string> = new Set(['ORDERPAID', 'ORDER_CLOSED', 'ORDER_EXPIRED']);

async function payable(
  shop: OrdersShop,
  { orders, payment }: { readonly orders: readonly OrderView[]; readonly payment?: PaymentParams },
): Promise<void> {
  shop.news.told.push(...orders);
  if (!payment) return;
  const closed = orders.filter(({ state }) => !isOpen(state));
  shop.news.wrong.push(...closed.map(({ outTradeNo }) => `${outTradeNo} is closed, and can be paid`));
  shop.tickets.push(payment);
  const code = await openCashier(shop, payment);
  // What others have paid or closed meanwhile cannot be paid any more.
  if (code !== 'OK' && !settledCodes.has(code)) shop.news.wrong.push(`the cashier: ${code}`);
  if (code !== 'OK') throw Object.assign(new Error(code), { code: `the cashier: ${code}` });
}

export async function query(shop: OrdersShop, { ports }: Instance, paymentNo: string): Promise<void> {
  const { orders } = await queryOrder(ports, payer, { paymentNo });
  shop.news.told.push(...orders);
}

/** @param isKnownThere WeChat Pay has the payment, so that it closes there too */
export async function close(
  shop: OrdersShop,
  { ports }: Instance,
  paymentNo: string,
  isKnownThere: boolean,
): Promise<void> {
  const { orders } = await closeOrder(ports, payer, { paymentNo });
  shop.news.told.push(...orders);
  if (isKnownThere) shop.news.closed.push(paymentNo);
}

/** As reconcile does it: orders of both accounts, and refunds, first; then what is to be delivered. */
export async function runTimer({ ports, refunds }: Instance): Promise<void> {
  const always = () => true;
  const ofProvider = async () => {
    if (await hasDueOrders(ports, providerKinds)) await ports.providerRpc!.reconcile();
  };
  const ofRefunds = workOnDueRefunds(refunds, always);
  await Promise.all([checkDueOrders(ports, ['direct'], always), ofProvider(), ofRefunds]);
  await fulfilDue(ports, always);
}

export async function isKnownThere({ sandbox }: OrdersShop, paymentNo: string): Promise<boolean> {
  return (await sandbox.control('GET', `/orders/${paymentNo}`)).status === 200;
}

/** @returns `OK`, or why it does not open */
export async function openCashier({ sandbox, cashiers }: OrdersShop, ticket: object): Promise<string> {
  const { status, json } = await sandbox.control('POST', '/cashier', ticket);
  if (status !== 200) return json.error;
  cashiers.push(json.order.outTradeNo);
  return 'OK';
}

/** In a cashier that is open, however long ago it was opened. @returns `OK`, or why it cannot be paid */
export async function pay({ sandbox }: OrdersShop, paymentNo: string, result: string): Promise<string> {
  const { status, json } = await sandbox.control('POST', `/orders/${paymentNo}/pay`, { result });
  return status === 200 ? 'OK' : json.error;
}

/** What is stored is paid at once, and the callback may come. */
export async function buy(
  shop: OrdersShop,
  instance: Instance,
  paymentNo: string,
  isHeard: boolean,
): Promise<void> {
  await payAgain(shop, instance, paymentNo);
  await pay(shop, paymentNo, 'SUCCESS');
  const callback = await signedCallback(shop, 0, 'TRANSACTION');
  if (isHeard && callback) await receive(shop, instance, callback);
}

/** Paid; nobody here knows of it yet. */
export async function paid(shop: OrdersShop, cart: Cart): Promise<void> {
  await create(shop, well(shop), cart);
  await pay(shop, shop.cashiers[0]!, 'SUCCESS');
}

export async function paidAndKnown(shop: OrdersShop, cart: Cart): Promise<void> {
  await paid(shop, cart);
  await receive(shop, well(shop), (await signedCallback(shop, 0))!);
}

export interface Refunded {
  readonly isDelivered: boolean;
  readonly ends: Refunding['ends'];
  /** The callback of the refund has come. */
  readonly isHeard: boolean;
}

/** In the merchant platform. */
export async function refunded(shop: OrdersShop, cart: Cart, how: Refunded): Promise<void> {
  await paidAndKnown(shop, cart);
  if (how.isDelivered) await runTimer(well(shop));
  await refund(shop, { which: 0, isWhole: true, ends: how.ends });
  const callback = how.isHeard ? await signedCallback(shop, 0, 'REFUND') : undefined;
  if (callback) await receive(shop, well(shop), callback);
}

/** By an instance that died then, perhaps halfway: nobody was answered, and WeChat Pay was not asked. */
export async function stored(shop: OrdersShop, cart: Cart, isWhole = true): Promise<void> {
  const whole = { writes: cart.whose === 'own' ? 0 : 1, when: 'after' } as const;
  const half = { writes: 2, when: 'before' } as const;
  const dies = isWhole || cart.whose === 'own' ? whole : half;
  await codeOf(
    create(
      shop,
      shop.instance({ dies }, async () => undefined),
      cart,
    ),
  );
  // Its first check is due.
  await shop.sandbox.clock.advance(90_000);
}

/** And asked for again shortly before its prepay_id is over. */
export async function askedAgain(shop: OrdersShop, cart: Cart): Promise<void> {
  await create(shop, well(shop), cart);
  await shop.sandbox.clock.advance(112 * 60_000);
  await create(shop, well(shop), cart);
}

export async function asked(shop: OrdersShop, cart: Cart): Promise<void> {
  await create(shop, well(shop), cart);
}

export interface Refunding {
  /** Of what is paid. */
  readonly which: number;
  readonly isWhole: boolean;
  /** As soon as it is made; or later, by itself. */
  readonly ends: 'SUCCESS' | 'CLOSED' | 'later';
}

/** Of what can be refunded there, in the merchant platform. */
export async function refund(shop: OrdersShop, { which, isWhole, ends }: Refunding): Promise<void> {
  const { json } = await shop.sandbox.control('GET', '/orders');
  const paid = (json.orders as { orders: { outTradeNo: string; transactionId?: string }[] }[])
    .flatMap(({ orders }) => orders)
    .filter(({ transactionId }) => transactionId !== undefined);
  const { outTradeNo } = paid[which % paid.length] ?? {};
  if (outTradeNo === undefined) return;
  const order = shop.documents.peek<OrderRecord>('orders', outTradeNo)!;
  const of = { order: () => order, account: shop.account(order.account) };
  const no = `PLATFORM${which}${isWhole}${outTradeNo.slice(0, 20)}`;
  await refundElsewhere(of, outTradeNo, no, isWhole ? order.amountFen : 1);
  if (ends !== 'later') await shop.sandbox.control('POST', `/refunds/${no}/settle`, { result: ends });
}

/** One of the refunds that are on their way comes to nothing. */
export async function closeRefund({ sandbox }: OrdersShop, index: number): Promise<void> {
  const { json } = await sandbox.control('GET', '/refunds');
  const open = (json.refunds as { outRefundNo: string; status: string }[]).filter(
    ({ status }) => status === 'PROCESSING',
  );
  const { outRefundNo } = open[index % open.length] ?? {};
  if (outRefundNo) await sandbox.control('POST', `/refunds/${outRefundNo}/settle`, { result: 'CLOSED' });
}

export interface SignedCallback {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly paid: readonly string[];
  readonly refunded: readonly string[];
}

/** One of the callbacks, signed now; in any order, and as often as wanted. */
export async function signedCallback(
  shop: OrdersShop,
  index: number,
  type = '',
): Promise<SignedCallback | undefined> {
  const { sandbox, signed } = shop;
  const { json } = await sandbox.control('GET', '/notifications');
  const all = (json.notifications as Notification[]).filter(({ eventType }) => eventType.startsWith(type));
  const one = all[index % all.length];
  if (!one) return undefined;
  await sandbox.control('POST', `/notifications/${one.id}/replay`, {});
  // Others are signed at the same time.
  const { headers, rawBody } = signed.findLast((each) => JSON.parse(each.rawBody).id === one.id)!;
  const nos = one.resource.sub_orders?.map((each) => each.out_trade_no) ?? [one.resource.out_trade_no!];
  const isPayment = one.eventType === 'TRANSACTION.SUCCESS';
  return {
    // Of a refund that was made in the merchant platform, where the same address is set.
    path: `/${shop.kindOf(one.mchid)}`,
    headers,
    body: Buffer.from(rawBody),
    paid: isPayment ? nos : [],
    refunded: isPayment ? [] : nos,
  };
}

interface Notification {
  readonly id: string;
  readonly eventType: string;
  readonly mchid: string;
  readonly resource: {
    readonly out_trade_no?: string;
    readonly sub_orders?: readonly { readonly out_trade_no: string }[];
  };
}

/** Verified, decrypted, recorded and acknowledged, as payNotify does. @throws with the status when it is not acknowledged */
export async function receive(
  { news }: OrdersShop,
  { ports }: Instance,
  callback: SignedCallback,
): Promise<void> {
  const { path, headers, body, paid, refunded } = callback;
  const { statusCode } = await answerNotification(ports, { method: 'POST', path, headers, body });
  if (statusCode !== 204) throw Object.assign(new Error(), { code: String(statusCode) });
  news.paymentsAcknowledged.push(...paid);
  news.refundsAcknowledged.push(...refunded);
}
