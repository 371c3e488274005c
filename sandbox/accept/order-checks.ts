/** What a backend must do when answers are lost, late or not trustworthy. */
import { randomBytes } from 'node:crypto';
import type { Text } from '../text.ts';
import { until } from './steps.ts';
import { broken, type Check, held, notRun, type Stage, type Verdict } from './types.ts';

const noRequest = () => notRun('--place made no request to WeChat Pay', '--place 没有向微信支付发出请求');

const heldForPaid = (outTradeNo: string): Verdict =>
  broken(`order ${outTradeNo} is held for paid`, `订单 ${outTradeNo} 被视为已支付`);

const unpaid: Check = {
  id: 'order-begins-unpaid',
  title: { en: 'An order that nobody paid is not paid', zh: '无人付款的订单不会变为已支付' },
  why: { en: 'Placing an order would be enough to get the goods.', zh: '否则下单就能拿到货。' },
  fix: {
    en: 'Only a verified callback or a verified query makes an order paid, never the success of wx.requestPayment.',
    zh: '只有验签通过的回调或查单结果才能把订单改为已支付，wx.requestPayment 的 success 不算。',
  },
  needs: ['place', 'paid'],
  run: async ({ backend }) => {
    const outTradeNo = await backend.place();
    return (await backend.isPaid(outTradeNo)) ? heldForPaid(outTradeNo) : held(outTradeNo, outTradeNo);
  },
};

const doubleTap: Check = {
  id: 'order-double-tap',
  title: { en: 'A double tap makes one order', zh: '连点两次只产生一笔订单' },
  why: { en: 'The payer pays twice.', zh: '否则用户会付两次钱。' },
  fix: {
    en: 'Let the client send a token for each cart, and derive out_trade_no from it.',
    zh: '客户端为每次结算生成一个令牌，由它推导出 out_trade_no。',
  },
  needs: ['place'],
  run: async ({ sandbox, backend }) => {
    if (!backend.takesRequestToken) {
      return notRun('--place does not pass on $REQUEST_TOKEN', '--place 没有传递 $REQUEST_TOKEN');
    }
    const token = randomBytes(16).toString('hex');
    const before = await sandbox.orderCount();
    await Promise.all([backend.tryPlace(token), backend.tryPlace(token)]);
    const made = (await sandbox.orderCount()) - before;
    return made === 1 ? held('1 order', '1 笔订单') : broken(`${made} orders`, `${made} 笔订单`);
  },
};

/** Makes the backend place an order while WeChat Pay's answer fails. */
async function placeUnder(
  { sandbox, backend }: Stage,
  fault: { kind: string; afterEffect?: boolean },
): Promise<{ code: number | null; requests: number; orders: number }> {
  const [ordersBefore, lastBefore] = [await sandbox.orderCount(), await sandbox.lastExchange()];
  await sandbox.faults({ route: 'POST /v3/*', times: 1, ...fault });
  try {
    const { code } = await backend.tryPlace();
    const requests = await sandbox.createRequestsAfter(lastBefore);
    return { code, requests, orders: (await sandbox.orderCount()) - ordersBefore };
  } finally {
    await sandbox.faults();
  }
}

function oneOrder({ requests, orders }: { requests: number; orders: number }): Verdict {
  if (requests === 0) return noRequest();
  return orders <= 1
    ? held(`${requests} requests, ${orders} order`, `${requests} 次请求，${orders} 笔订单`)
    : broken(`${requests} requests made ${orders} orders`, `${requests} 次请求产生了 ${orders} 笔订单`);
}

const newNumber = {
  why: {
    en: 'The first order exists too, and can be paid: the payer pays twice.',
    zh: '第一笔订单其实已经存在，也可以付款，用户会付两次。',
  },
  fix: {
    en: 'After an unknown outcome send the very same request again, under the same out_trade_no, or query first.',
    zh: '结果未知时用同一个 out_trade_no 原样重试，或先查单。',
  },
};

const lostAnswer: Check = {
  id: 'order-lost-answer',
  title: { en: 'A lost answer is not followed by a second order', zh: '应答丢失后不会产生第二笔订单' },
  ...newNumber,
  needs: ['place'],
  run: async (stage) => oneOrder(await placeUnder(stage, { kind: 'reset', afterEffect: true })),
};

const serverError: Check = {
  id: 'order-server-error',
  title: { en: 'A 500 is not followed by a second order', zh: '收到 500 后不会产生第二笔订单' },
  ...newNumber,
  needs: ['place'],
  run: async (stage) => oneOrder(await placeUnder(stage, { kind: 'system-error', afterEffect: true })),
};

const unsignedAnswer: Check = {
  id: 'answer-unsigned',
  title: { en: 'An unsigned answer is not believed', zh: '未签名的应答不被采信' },
  why: {
    en: 'Whoever sits between you and WeChat Pay can tell you anything, a payment included.',
    zh: '中间人可以告诉你任何结果，包括“已支付”。',
  },
  fix: {
    en: 'Verify each answer of 2xx like a callback, by the headers Wechatpay-Timestamp, -Nonce, -Signature and -Serial.',
    zh: '每个 2xx 应答都要像回调一样验签。',
  },
  needs: ['place'],
  run: async (stage) => {
    const { code, requests } = await placeUnder(stage, { kind: 'unsigned' });
    if (requests === 0) return noRequest();
    if (code !== 0)
      return held(`--place failed after ${requests} requests`, `--place 在 ${requests} 次请求后失败`);
    return requests > 1
      ? held('asked again, and took the signed answer', '重新请求，采用了有签名的应答')
      : broken('--place succeeded by an unsigned answer', '--place 凭未签名的应答就成功了');
  },
};

const unsignedQuery: Check = {
  id: 'query-unsigned',
  title: { en: 'An unsigned query does not pay an order', zh: '未签名的查单结果不能让订单变为已支付' },
  why: unsignedAnswer.why,
  fix: unsignedAnswer.fix,
  needs: ['place', 'paid'],
  run: async ({ sandbox, backend }) => {
    const outTradeNo = await backend.place();
    await sandbox.hold();
    try {
      await sandbox.faults({ route: 'GET /v3/*', kind: 'unsigned' });
      await sandbox.pay(outTradeNo);
      return (await backend.isPaid(outTradeNo)) ? heldForPaid(outTradeNo) : held('not paid', '未支付');
    } finally {
      await sandbox.faults();
      await sandbox.release();
    }
  },
};

const lostCallback: Check = {
  id: 'callback-lost',
  title: {
    en: 'A payment whose callback never comes is found by asking',
    zh: '回调没有到达时，主动查单发现付款',
  },
  why: {
    en: 'Callbacks are not guaranteed: the payer paid and gets nothing.',
    zh: '回调不保证到达，否则用户付了钱却什么也得不到。',
  },
  fix: {
    en: 'Query unpaid orders by out_trade_no: when the payer looks, and by a timer.',
    zh: '用户查看订单时和定时任务里，按 out_trade_no 查询未支付的订单。',
  },
  needs: ['place', 'paid'],
  run: async ({ sandbox, backend, waitMs }) => {
    const outTradeNo = await backend.place();
    await sandbox.hold();
    try {
      await sandbox.pay(outTradeNo);
      return (await until(() => backend.isPaid(outTradeNo), waitMs))
        ? held('found without a callback', '没有回调也发现了付款')
        : broken(
            `order ${outTradeNo} is not paid after ${waitMs / 1000} s; --wait gives it more time`,
            `${waitMs / 1000} 秒后订单 ${outTradeNo} 仍未支付；可用 --wait 延长等待`,
          );
    } finally {
      await sandbox.release();
    }
  },
};

const noRotation: Text = {
  en: 'The sandbox was started with --keys public-key, and a public key does not rotate: start it with --keys certificate or switching for this check.',
  zh: '沙箱以 --keys public-key 启动，公钥没有轮换：要执行此项，请用 --keys certificate 或 switching 启动。',
};

const phaseNames = {
  announce: ['announce', '公布'],
  switch: ['switch', '切换'],
  true: ['end', '结束'],
} as const;

const rotation: Check = {
  id: 'key-rotation',
  title: { en: 'A rotation of the platform certificate is survived', zh: '平台证书轮换期间收款正常' },
  why: {
    en: 'From one day to the next no callback is accepted any more.',
    zh: '否则从某一天起，所有回调都会验签失败。',
  },
  fix: {
    en: 'Fetch /v3/certificates regularly and when an unknown serial number appears, and keep all that are valid.',
    zh: '定期并在遇到未知序列号时重新获取平台证书（/v3/certificates），同时保留所有有效证书。',
  },
  needs: ['place', 'paid'],
  obstacle: async (sandbox) => ((await sandbox.keyMode()) === 'public-key' ? noRotation : undefined),
  run: async ({ sandbox, backend, waitMs }) => {
    for (const phase of ['announce', 'switch', true] as const) {
      await sandbox.rotate(phase);
      const outTradeNo = await backend.place();
      await sandbox.pay(outTradeNo);
      const isPaid = await until(() => backend.isPaid(outTradeNo), waitMs);
      const [en, zh] = phaseNames[String(phase) as keyof typeof phaseNames];
      if (!isPaid)
        return broken(
          `order ${outTradeNo} is not paid in phase ${en}`,
          `轮换的${zh}阶段，订单 ${outTradeNo} 未支付`,
        );
    }
    return held('announced, switched, ended', '公布、切换、结束均正常');
  },
};

const refundLostAnswer: Check = {
  id: 'refund-lost-answer',
  title: {
    en: 'A refund whose answer was lost is retried under one number',
    zh: '退款应答丢失后，用同一个退款单号重试',
  },
  why: { en: 'A new number refunds twice.', zh: '换一个单号重试，就会退两次款。' },
  fix: {
    en: 'Store out_refund_no and its parameters before the call, and repeat exactly that, or query by it.',
    zh: '调用前保存 out_refund_no 与参数，重试时原样发送，或按它查询。',
  },
  needs: ['place', 'paid', 'refund'],
  run: async ({ sandbox, backend, waitMs }) => {
    const outTradeNo = await backend.place();
    await sandbox.pay(outTradeNo);
    if (!(await until(() => backend.isPaid(outTradeNo), waitMs)))
      return broken(`order ${outTradeNo} is not paid`, `订单 ${outTradeNo} 未支付`);
    await sandbox.faults({ route: 'POST /v3/*', kind: 'reset', times: 1, afterEffect: true });
    try {
      await backend.refund(outTradeNo, 1);
      await backend.refund(outTradeNo, 1);
    } finally {
      await sandbox.faults();
    }
    const numbers = await sandbox.refundNumbers(outTradeNo);
    if (numbers.length === 0) {
      return notRun('--refund made no request to WeChat Pay', '--refund 没有向微信支付发出请求');
    }
    return numbers.length === 1
      ? held(numbers.join(), numbers.join())
      : broken(`asked for under ${numbers.join(' and ')}`, `用了不同的退款单号：${numbers.join('、')}`);
  },
};

export const orderChecks: readonly Check[] = [
  unpaid,
  doubleTap,
  lostAnswer,
  serverError,
  unsignedAnswer,
  unsignedQuery,
  lostCallback,
  refundLostAnswer,
];

/** The last check, since a backend that fails it fails all later ones. */
export const finalChecks: readonly Check[] = [rotation];
