/**
 * Outcomes that a program chooses through values it controls, like test card numbers: the last four digits of an amount
 * in fen, a marker in a text, or the end of an openid. Documented in docs/scenarios.md.
 */

/** How a callback is delivered, when not in the normal way. */
export interface Delivery {
  /** How much later the first attempt is made. */
  readonly delayMs?: number;
  /** It never comes. */
  readonly lost?: true;
  /** How many more times it is sent after it was acknowledged. */
  readonly copies?: number;
  /** Delivered only after the next callback about the same order. */
  readonly behindNext?: true;
}

export interface Scenario {
  readonly name: string;
  /** The last four digits of an amount in fen. */
  readonly ending: string;
  readonly meaning: { readonly en: string; readonly zh: string };
  /** What the payer does automatically, a second after the order was placed. */
  readonly payer: 'SUCCESS' | 'PAYERROR' | 'CANCELLED';
  readonly callback?: Delivery;
  readonly refund?: 'ABNORMAL' | 'CLOSED';
  /** The reason why every receiver's share fails. */
  readonly shareFailure?: string;
}

export const scenarios: readonly Scenario[] = [
  {
    name: 'pay',
    ending: '7700',
    meaning: { en: 'the payer pays', zh: '付款人支付成功' },
    payer: 'SUCCESS',
  },
  {
    name: 'cancel',
    ending: '7701',
    meaning: {
      en: 'the payer looks at the cashier and leaves; the order stays NOTPAY',
      zh: '付款人打开收银台后离开，订单仍为 NOTPAY',
    },
    payer: 'CANCELLED',
  },
  {
    name: 'no-balance',
    ending: '7702',
    meaning: {
      en: "the payer's balance is too low; the order is PAYERROR and can be paid again",
      zh: '付款人余额不足，订单为 PAYERROR，可再次支付',
    },
    payer: 'PAYERROR',
  },
  {
    name: 'late-callback',
    ending: '7703',
    meaning: { en: 'paid; the callback comes 10 minutes later', zh: '支付成功，回调晚到 10 分钟' },
    payer: 'SUCCESS',
    callback: { delayMs: 10 * 60_000 },
  },
  {
    name: 'lost-callback',
    ending: '7704',
    meaning: { en: 'paid; the callback never comes', zh: '支付成功，回调永不到达' },
    payer: 'SUCCESS',
    callback: { lost: true },
  },
  {
    name: 'double-callback',
    ending: '7705',
    meaning: {
      en: 'paid; the callback comes again after it was acknowledged',
      zh: '支付成功，回调得到确认后再来一次',
    },
    payer: 'SUCCESS',
    callback: { copies: 1 },
  },
  {
    name: 'late-after-refund',
    ending: '7706',
    meaning: {
      en: "paid; the payment's callback comes after the next one of the order, e.g. that of its refund",
      zh: '支付成功，支付回调在该订单的下一个回调（如退款回调）之后才到',
    },
    payer: 'SUCCESS',
    callback: { behindNext: true },
  },
  {
    name: 'refund-abnormal',
    ending: '7711',
    meaning: { en: 'paid; its refunds end ABNORMAL', zh: '支付成功，之后的退款以 ABNORMAL（退款异常）结束' },
    payer: 'SUCCESS',
    refund: 'ABNORMAL',
  },
  {
    name: 'refund-closed',
    ending: '7712',
    meaning: { en: 'paid; its refunds end CLOSED', zh: '支付成功，之后的退款以 CLOSED（退款关闭）结束' },
    payer: 'SUCCESS',
    refund: 'CLOSED',
  },
  {
    name: 'share-fails',
    ending: '7721',
    meaning: {
      en: 'paid; no receiver gets its share: each is CLOSED',
      zh: '支付成功，之后的分账全部失败，每个接收方为 CLOSED',
    },
    payer: 'SUCCESS',
    shareFailure: 'RECEIVER_REAL_NAME_NOT_VERIFIED',
  },
];

/** The values of a request that may select a scenario. */
export interface Chosen {
  /** attach, description, reason: `sandbox:cancel` anywhere in them. */
  readonly texts: readonly (string | undefined)[];
  /** `oPayer_cancel` */
  readonly openids: readonly (string | undefined)[];
  readonly amountFen: number;
}

/** A marker takes precedence over an openid, and an openid over an amount. */
export function scenarioOf({ texts, openids, amountFen }: Chosen): Scenario | undefined {
  const marked = texts.flatMap((text) => /\bsandbox:([a-z-]+)/.exec(text ?? '')?.[1] ?? []);
  const ended = openids.flatMap((openid) => /_([a-z-]+)$/.exec(openid ?? '')?.[1] ?? []);
  const named = [...marked, ...ended].map((name) => scenarios.find((one) => one.name === name));
  const ending = String(amountFen).padStart(5, '0').slice(-4);
  return named.find(Boolean) ?? scenarios.find((one) => one.ending === ending);
}
