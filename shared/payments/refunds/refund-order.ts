/** refundOrder: what operators do. */
import * as z from 'zod/mini';
import type { RefundOrderAnswers, RefundOrderRequest } from '../../contract/index.ts';
import type { Account } from '../../core/account.ts';
import { CommerceError } from '../../core/errors.ts';
import { parseInput } from '../../core/input.ts';
import type { OrderRecord } from '../orders/records.ts';
import { isPaid } from '../orders/transitions.ts';
import { applyRefundStatus } from './apply-status.ts';
import { accept, declineRequest, openRequests } from './buyer-request.ts';
import { findOrder, loadRefund, refundsOf } from './find.ts';
import type { RefundPorts } from './ports.ts';
import type { RefundRecord } from './records.ts';
import { deliverRest } from './release-delivery.ts';
import { refundNumber, storeRefund } from './request.ts';
import { refundableFen, refusalOf } from './reserve.ts';
import { checkLoss, keepShares, preview } from './shared-orders.ts';
import { viewRefund } from './view.ts';
import { refundElsewhere, returnAdvance } from './wire.ts';
import { workOnRefund } from './work.ts';

const no = z.string().check(z.regex(/^[A-Za-z0-9_|*-]{1,64}$/));
const short = (most: number) => z.string().check(z.minLength(1), z.maxLength(most));

const schema = z.discriminatedUnion('action', [
  z.strictObject({
    action: z.literal('refund'),
    outTradeNo: no,
    requestToken: z.string().check(z.regex(/^[\w-]{16,64}$/)),
    amountFen: z.optional(z.int().check(z.positive())),
    reason: z.optional(short(80)),
    platformAdvance: z.optional(z.boolean()),
    keepShares: z.optional(z.boolean()),
    acceptedLossFen: z.optional(z.int().check(z.positive())),
  }),
  z.strictObject({
    action: z.literal('preview'),
    outTradeNo: no,
    amountFen: z.optional(z.int().check(z.positive())),
  }),
  z.strictObject({ action: z.literal('keepShares'), outRefundNo: no }),
  z.strictObject({ action: z.literal('query'), outTradeNo: no }),
  z.strictObject({
    action: z.literal('refundElsewhere'),
    outRefundNo: no,
    type: z.enum(['USER_BANK_CARD', 'MERCHANT_BANK_CARD']),
    bankType: z.optional(z.string().check(z.regex(/^[A-Z_]{3,32}$/))),
    bankAccount: z.optional(z.string().check(z.regex(/^\d{8,32}$/))),
    realName: z.optional(short(70)),
  }),
  z.strictObject({ action: z.literal('returnAdvance'), outRefundNo: no }),
  z.strictObject({ action: z.literal('requests') }),
  z.strictObject({ action: z.literal('decline'), outTradeNo: no, reply: z.optional(short(200)) }),
  z.strictObject({ action: z.literal('deliverRest'), outTradeNo: no }),
]);

type Answer = RefundOrderAnswers[keyof RefundOrderAnswers];

/**
 * @param operator openid of who acts; undefined for another function of the shop
 * @throws CommerceError ORDER_NOT_FOUND, ORDER_NOT_PAID, REFUND_EXCEEDS, REFUND_NOT_FOUND, REFUND_STATE, TOKEN_REUSED, …
 */
export async function refundOrder(
  ports: RefundPorts,
  operator: string | undefined,
  event: unknown,
): Promise<Answer> {
  const request = parseInput(schema, event) as RefundOrderRequest;
  switch (request.action) {
    case 'refund':
      return refund(ports, operator ?? null, request);
    case 'preview':
      return preview(ports, request.outTradeNo, request.amountFen);
    case 'keepShares':
      return keepShares(ports, request.outRefundNo);
    case 'query':
      return query(ports, request.outTradeNo);
    case 'refundElsewhere':
    case 'returnAdvance':
      return onEndedRefund(ports, request);
    case 'requests':
      return { requests: await openRequests(ports) };
    case 'decline':
      return { request: await declineRequest(ports, request.outTradeNo, request.reply ?? null) };
    case 'deliverRest':
      return deliverRest(ports, request.outTradeNo);
  }
}

async function refund(
  ports: RefundPorts,
  operatorOpenid: string | null,
  request: Extract<RefundOrderRequest, { action: 'refund' }>,
): Promise<RefundOrderAnswers['refund']> {
  const order = await findOrder(ports.documents, request.outTradeNo);
  const outRefundNo = refundNumber(order._id, request.requestToken);
  const known = await loadRefund(ports.documents, outRefundNo);
  const amountFen = request.amountFen ?? known?.amountFen ?? refundableFen(order);
  if (!known) {
    checkRoom(ports, order, amountFen);
    if (!request.keepShares) await checkLoss(ports, order, amountFen, request.acceptedLossFen);
  }
  const platformAdvance = request.platformAdvance === true;
  if (platformAdvance && order.account !== 'ecommerce')
    throw new CommerceError('REFUND_STATE', { texts: advanceTexts });
  const stored =
    known ??
    (await storeRefund(ports, order, outRefundNo, {
      amountFen,
      reason: request.reason ?? null,
      requestedBy: 'operator',
      operatorOpenid,
      platformAdvance,
      ...(request.keepShares && { keepShares: true }),
    }));
  // The same token with another amount would be another refund, which needs a token of its own.
  if (stored.amountFen !== amountFen) throw new CommerceError('TOKEN_REUSED', { texts: tokenTexts });
  const worked = await workNow(ports, stored);
  if (worked.state === 'REFUSED') throw refusedError(worked);
  await accept(ports, order._id);
  const { refundableFen: left } = await query(ports, order._id);
  return { refund: viewRefund(worked, 'operator'), refundableFen: left };
}

/** With many operators on one order, the timer does what cannot be done immediately. */
async function workNow(ports: RefundPorts, stored: RefundRecord): Promise<RefundRecord> {
  try {
    return await workOnRefund(ports, stored);
  } catch (error) {
    if (!(error instanceof CommerceError) || error.code !== 'BUSY') throw error;
    return (await loadRefund(ports.documents, stored._id)) ?? stored;
  }
}

/** Fails early if the reservation would be refused; the reservation itself decides. */
function checkRoom(ports: RefundPorts, order: OrderRecord, amountFen: number): void {
  if (!isPaid(order.state)) throw new CommerceError('ORDER_NOT_PAID');
  const refusal = amountFen === 0 ? 'EXCEEDS_PAID' : refusalOf(order, amountFen, ports.clock.nowMs());
  if (refusal) throw refusalError(refusal, order);
}

function refusedError(refund: RefundRecord): CommerceError {
  const { code = '', message = '' } = refund.failure ?? {};
  if (code === 'NOT_PAID' || code === 'EXCEEDS_PAID' || code === 'TOO_MANY' || code === 'TOO_OLD') {
    return refusalError(code);
  }
  return new CommerceError('WECHATPAY_REFUSED', {
    wechatPay: { code },
    texts: {
      zh: `微信支付没有接受这笔退款（${code}）。${message}`,
      en: `WeChat Pay did not accept the refund (${code}). ${message}`,
    },
  });
}

function refusalError(
  refusal: NonNullable<ReturnType<typeof refusalOf>>,
  order?: OrderRecord,
): CommerceError {
  if (refusal === 'NOT_PAID') return new CommerceError('ORDER_NOT_PAID');
  if (refusal === 'TOO_MANY' || refusal === 'TOO_OLD') {
    return new CommerceError('REFUND_STATE', { texts: limitTexts[refusal] });
  }
  if (!order) return new CommerceError('REFUND_EXCEEDS');
  const left = (refundableFen(order) / 100).toFixed(2);
  return new CommerceError('REFUND_EXCEEDS', {
    texts: {
      zh: `超过可退金额：还可退 ${left} 元。`,
      en: `The amount exceeds what is left: ¥${left} can still be refunded.`,
    },
  });
}

async function query(ports: RefundPorts, outTradeNo: string): Promise<RefundOrderAnswers['query']> {
  const order = await findOrder(ports.documents, outTradeNo);
  const refunds = await refundsOf(ports.documents, outTradeNo);
  return {
    refunds: refunds.map((each) => viewRefund(each, 'operator')),
    refundableFen: refundableFen(order),
  };
}

type OnEnded = Extract<RefundOrderRequest, { action: 'refundElsewhere' | 'returnAdvance' }>;

/** Actions that need the account's key, and are sent to the function that holds it. */
async function onEndedRefund(ports: RefundPorts, request: OnEnded): Promise<Answer> {
  const stored = await loadRefund(ports.documents, request.outRefundNo);
  if (!stored) throw new CommerceError('REFUND_NOT_FOUND');
  const account = ports.accounts.find(stored.account);
  if (!account && ports.provider) return (await ports.provider.forward(request)) as Answer;
  if (account?.mchid !== stored.mchid) throw new CommerceError('CONFIG_INVALID');
  return request.action === 'refundElsewhere'
    ? { refund: await toAnotherAccount(ports, account, stored, request) }
    : claimAdvance(account, stored);
}

async function toAnotherAccount(
  ports: RefundPorts,
  account: Account,
  stored: RefundRecord,
  to: Extract<OnEnded, { action: 'refundElsewhere' }>,
) {
  if (stored.state !== 'ABNORMAL') throw new CommerceError('REFUND_STATE');
  const complete = to.type === 'MERCHANT_BANK_CARD' || (to.bankType && to.bankAccount && to.realName);
  if (!complete) throw new CommerceError('BAD_REQUEST', { texts: cardTexts });
  const status = await refundElsewhere(account, stored, to);
  return viewRefund(await applyRefundStatus(ports, stored, status), 'operator');
}

async function claimAdvance(
  account: Account,
  stored: RefundRecord,
): Promise<RefundOrderAnswers['returnAdvance']> {
  if (stored.state !== 'SUCCESS') throw new CommerceError('REFUND_STATE');
  if (!stored.platformAdvance) throw new CommerceError('REFUND_STATE', { texts: advanceTexts });
  return returnAdvance(account, stored);
}

const tokenTexts = {
  zh: '此请求标识已用于另一笔退款，请重新发起。',
  en: 'This request token was used for another refund. Use a new token for a new refund.',
};
const advanceTexts = {
  zh: '只有电商收付通的退款可以由平台垫付。',
  en: 'Only 电商收付通 refunds can be advanced by the platform.',
};
const cardTexts = {
  zh: '退款到用户银行卡需要银行类型、卡号和姓名。',
  en: "A refund to the payer's bank card needs bank type, card number and name.",
};
const limitTexts = {
  TOO_MANY: { zh: '一笔订单最多退款 50 次。', en: 'An order can be refunded at most 50 times.' },
  TOO_OLD: {
    zh: '支付超过一年的订单不能退款。',
    en: 'An order paid more than a year ago cannot be refunded.',
  },
};
