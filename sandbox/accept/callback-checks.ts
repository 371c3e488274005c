/** What a backend must do with callbacks: doc/v3/merchant/4012791902 and 4012791903. */
import type { Text } from '../text.ts';
import type { Attempt } from './sandbox-client.ts';
import { aheadOfQueries, type PaidOrder, until } from './steps.ts';
import { broken, type Check, held, notRun, type Stage, type Verdict } from './types.ts';

interface Forgery {
  readonly tamper: string;
  readonly title: Text;
  readonly fix: Text;
}

const forgeries: readonly Forgery[] = [
  {
    tamper: 'unsigned',
    title: { en: 'A callback without a signature is refused', zh: '未签名的回调被拒绝' },
    fix: {
      en: 'Answer 401 when any of the four Wechatpay-* headers is missing, before the body is parsed.',
      zh: '四个 Wechatpay-* 请求头缺少任何一个都应答 401，并且不解析正文。',
    },
  },
  {
    tamper: 'signature',
    title: { en: 'A wrong signature is refused', zh: '签名错误的回调被拒绝' },
    fix: {
      en: 'Verify with RSA-SHA256 and the platform key; refuse on false.',
      zh: '用微信支付公钥（或平台证书）按 RSA-SHA256 验签，失败即拒绝。',
    },
  },
  {
    tamper: 'body',
    title: { en: 'A body that was changed after signing is refused', zh: '签名之后正文被改动的回调被拒绝' },
    fix: {
      en: 'Verify the raw bytes that arrived, not a parsed and serialised copy.',
      zh: '对收到的原始字节验签，不要对解析后重新序列化的 JSON 验签。',
    },
  },
  {
    tamper: 'timestamp',
    title: {
      en: 'A callback with a timestamp six minutes off is refused',
      zh: '时间戳偏差六分钟的回调被拒绝',
    },
    fix: {
      en: 'Refuse when Wechatpay-Timestamp differs from the present by more than 5 minutes: it may be a replay.',
      zh: 'Wechatpay-Timestamp 与当前时间相差超过 5 分钟即拒绝，防止重放。',
    },
  },
  {
    tamper: 'serial',
    title: { en: 'A signature under an unknown serial number is refused', zh: '序列号未知的回调被拒绝' },
    fix: {
      en: 'Choose the key by Wechatpay-Serial, and refuse when you do not have it.',
      zh: '按 Wechatpay-Serial 选择公钥或证书，没有对应的即拒绝。',
    },
  },
  {
    tamper: 'signtest',
    title: { en: "WeChat Pay's signature probe is refused", zh: '微信支付的签名探测流量被拒绝' },
    fix: {
      en: 'Signatures that begin with WECHATPAY/SIGNTEST/ are probes: they must fail verification like any other.',
      zh: '以 WECHATPAY/SIGNTEST/ 开头的签名是探测流量，必须验签失败。',
    },
  },
  {
    tamper: 'wrong-key',
    title: {
      en: "A signature by a key that is not the platform's is refused",
      zh: '不是用微信支付私钥签名的回调被拒绝',
    },
    fix: {
      en: 'Verify with the key that you hold for Wechatpay-Serial, never with one that came with the request.',
      zh: '只用自己保存的、与 Wechatpay-Serial 对应的公钥验签，不要使用请求中携带的公钥。',
    },
  },
  {
    tamper: 'resource',
    title: { en: 'A damaged ciphertext is refused', zh: '密文损坏的回调被拒绝' },
    fix: {
      en: 'AES-GCM authenticates: use a library call that checks the tag, and answer an error when it does not fit.',
      zh: 'AES-GCM 自带校验：使用会校验 tag 的接口，校验失败即应答错误。',
    },
  },
];

const why: Text = {
  en: 'Whoever can send an accepted forgery is delivered goods without paying.',
  zh: '伪造的回调一旦被接受，不付款也能拿到货。',
};

const answerOf = (attempt: Attempt | undefined): string => `HTTP ${attempt?.status ?? attempt?.error}`;

const noAnswer = (attempt: Attempt | undefined): Verdict =>
  broken(`no answer to the callback: ${attempt?.error}`, `回调没有得到应答：${attempt?.error}`);

function forgeryCheck({ tamper, title, fix }: Forgery): Check {
  return {
    id: `callback-forged-${tamper}`,
    title,
    why,
    fix,
    needs: ['place'],
    takesOwnOrders: true,
    run: (stage) =>
      aheadOfQueries(stage, async (order) => {
        const [attempt] = await stage.sandbox.replay(order.callbackId, tamper);
        if (attempt?.status === undefined) return noAnswer(attempt);
        const answer = `HTTP ${attempt.status}`;
        if (attempt.ok) return broken(`acknowledged with ${answer}`, `应答 ${answer}，视为接收成功`);
        if (!order.isKnown) return comparedWithGenuine(stage, order, attempt.status);
        if (stage.backend.gives('paid') && (await stage.backend.isPaid(order.outTradeNo))) {
          return broken(
            `${answer}, and yet order ${order.outTradeNo} is held for paid`,
            `应答 ${answer}，订单 ${order.outTradeNo} 却被视为已支付`,
          );
        }
        return held(answer, answer);
      }),
  };
}

/** A backend that refuses every callback of an order that it does not know has not shown that it verifies. */
async function comparedWithGenuine(
  { sandbox }: Stage,
  { callbackId }: PaidOrder,
  refusedBy: number,
): Promise<Verdict> {
  const [genuine] = await sandbox.replay(callbackId);
  if (genuine?.status !== refusedBy) {
    const other = answerOf(genuine);
    return held(`HTTP ${refusedBy}; the genuine one ${other}`, `HTTP ${refusedBy}；真实回调为 ${other}`);
  }
  return notRun(
    `the genuine callback of an unknown order gets HTTP ${refusedBy} too: give --place`,
    `未知订单的真实回调也得到 HTTP ${refusedBy}：需要 --place`,
  );
}

/** A callback that is genuine but for one thing must not pay the order, whatever it is answered. */
function mismatchCheck(tamper: 'amount' | 'merchant', texts: Pick<Check, 'title' | 'why' | 'fix'>): Check {
  return {
    id: `callback-other-${tamper}`,
    ...texts,
    needs: ['place', 'paid'],
    run: (stage) =>
      aheadOfQueries(stage, async ({ callbackId, outTradeNo }) => {
        const [attempt] = await stage.sandbox.replay(callbackId, tamper);
        if (attempt?.status === undefined) return noAnswer(attempt);
        return (await stage.backend.isPaid(outTradeNo))
          ? broken(`order ${outTradeNo} is held for paid`, `订单 ${outTradeNo} 被视为已支付`)
          : held(`HTTP ${attempt.status}, not paid`, `HTTP ${attempt.status}，未支付`);
      }),
  };
}

const otherAmount = mismatchCheck('amount', {
  title: {
    en: 'A genuine callback with another amount does not pay the order',
    zh: '金额不符的真实回调不能让订单变为已支付',
  },
  why: {
    en: 'A payment of 1 fen for an expensive order would be delivered.',
    zh: '付 1 分钱就能买走贵重商品。',
  },
  fix: {
    en: 'Compare amount.total, currency, appid and mchid with the stored order before you record it; set aside what differs.',
    zh: '入账前比对 amount.total、币种、appid、mchid 与库中订单；不符的单独记录，不发货。',
  },
});

const otherMerchant = mismatchCheck('merchant', {
  title: {
    en: "A genuine callback of another merchant's payment does not pay the order",
    zh: '其他商户的真实回调不能让订单变为已支付',
  },
  why: {
    en: 'Someone else was paid, under an order number that you use too.',
    zh: '款项付给了别的商户，只是商户订单号碰巧相同。',
  },
  fix: {
    en: 'Compare mchid and appid (sp_mchid and sub_mchid of providers) with the stored order before you record it.',
    zh: '入账前比对 mchid、appid（服务商为 sp_mchid、sub_mchid）与库中订单。',
  },
});

const acknowledged: Check = {
  id: 'callback-pays',
  title: {
    en: 'A genuine callback is acknowledged within 5 seconds, and pays the order',
    zh: '真实回调在 5 秒内应答，订单变为已支付',
  },
  why: {
    en: 'WeChat Pay repeats what is not acknowledged for 24 hours; an order that stays unpaid is a complaint.',
    zh: '没有应答的回调会重发 24 小时；付了款却显示未付款就是投诉。',
  },
  fix: {
    en: 'Record the payment, answer 200 or 204 with an empty body, and do everything slow afterwards.',
    zh: '先入账，立即应答 200 或 204（应答体为空），耗时的事情放到之后做。',
  },
  needs: ['place', 'paid'],
  run: (stage) =>
    aheadOfQueries(stage, async ({ outTradeNo }) => {
      if (await stage.backend.isPaid(outTradeNo))
        return broken(
          'it was paid before any callback or query could say so',
          '回调和查单都还没有结果，订单就已支付',
        );
      await stage.sandbox.release();
      const [attempt] = (await stage.sandbox.paymentCallback(outTradeNo)).attempts;
      const en = `${answerOf(attempt)} after ${attempt?.ms} ms`;
      const zh = `${attempt?.ms} 毫秒后 ${answerOf(attempt)}`;
      if (!attempt?.ok) return broken(en, zh);
      const isPaid = await until(() => stage.backend.isPaid(outTradeNo), stage.waitMs);
      return isPaid
        ? held(`${en}, paid`, `${zh}，已支付`)
        : broken(`${en}, but order ${outTradeNo} is not paid`, `${zh}，但订单 ${outTradeNo} 未支付`);
    }),
};

const duplicates: Check = {
  id: 'callback-duplicates',
  title: {
    en: 'Duplicates are acknowledged, and have one effect',
    zh: '重复的回调得到应答，且只产生一次效果',
  },
  why: {
    en: 'WeChat Pay sends callbacks more than once: goods or credit would be given twice.',
    zh: '同一回调会到达多次：不去重就会重复发货或重复充值。',
  },
  fix: {
    en: 'Change the order by compare-and-set from unpaid to paid, and do the effect only when you were the one.',
    zh: '用条件更新把订单从未支付改为已支付，只有更新成功的那次才执行业务。',
  },
  needs: ['place', 'effects'],
  run: async (stage) => {
    const { sandbox, backend } = stage;
    const outTradeNo = await backend.place();
    await sandbox.pay(outTradeNo);
    const count = () => backend.effects(outTradeNo);
    if (!(await until(async () => (await count()) > 0, stage.waitMs))) {
      return broken(
        `order ${outTradeNo} was paid and had no effect`,
        `订单 ${outTradeNo} 已付款，业务却没有执行`,
      );
    }
    const { id } = await sandbox.paymentCallback(outTradeNo);
    const rounds = await Promise.all([sandbox.replay(id, undefined, 3), sandbox.replay(id, undefined, 3)]);
    const refused = rounds.flat().filter(({ ok }) => !ok).length;
    const effects = await count();
    if (effects !== 1)
      return broken(
        `${effects} effects after 7 deliveries of one callback`,
        `同一回调送达 7 次，业务执行了 ${effects} 次`,
      );
    return refused === 0
      ? held('7 deliveries, 1 effect', '送达 7 次，业务执行 1 次')
      : broken(
          `${refused} of 6 duplicates were not acknowledged`,
          `6 次重复回调中有 ${refused} 次没有应答成功`,
        );
  },
};

const reordered: Check = {
  id: 'callback-order',
  title: { en: 'Callbacks in another order than the payments are all taken', zh: '回调乱序到达也全部入账' },
  why: { en: 'One of two payments would be lost.', zh: '否则会丢掉其中一笔。' },
  fix: {
    en: 'Find the order by out_trade_no, and keep no state between callbacks.',
    zh: '按 out_trade_no 找订单，回调之间不要有先后依赖。',
  },
  needs: ['place', 'paid'],
  run: async ({ sandbox, backend, waitMs }) => {
    await sandbox.hold();
    const numbers = [await backend.place(), await backend.place()];
    try {
      for (const no of numbers) await sandbox.pay(no);
    } finally {
      await sandbox.release('reversed');
    }
    const arePaid = async () => (await Promise.all(numbers.map((no) => backend.isPaid(no)))).every(Boolean);
    return (await until(arePaid, waitMs))
      ? held('both paid', '两笔都已支付')
      : broken(`not both of ${numbers.join(', ')} are paid`, `${numbers.join('、')} 没有都变为已支付`);
  },
};

const late: Check = {
  id: 'callback-late',
  title: {
    en: 'A callback that comes after a query has found the payment changes nothing',
    zh: '查单入账之后才到的回调得到应答，且不再产生效果',
  },
  why: {
    en: 'Goods or credit would be given twice, or WeChat Pay repeats the callback for 24 hours.',
    zh: '否则会重复发货，或者微信支付会重发 24 小时。',
  },
  fix: {
    en: 'Let query and callback take the same path: the first to change the order does the effect, the other answers 2xx.',
    zh: '查单和回调走同一条入账逻辑：先更新成功的执行业务，后到的直接应答 2xx。',
  },
  needs: ['place', 'paid', 'effects'],
  run: async ({ sandbox, backend, waitMs }) => {
    const outTradeNo = await backend.place();
    await sandbox.hold();
    try {
      await sandbox.pay(outTradeNo);
      if (!(await until(() => backend.isPaid(outTradeNo), waitMs)))
        return notRun(
          `order ${outTradeNo} is not found paid by asking; see callback-lost`,
          `订单 ${outTradeNo} 没有通过查单发现已支付，见 callback-lost`,
        );
      await until(async () => (await backend.effects(outTradeNo)) > 0, waitMs);
    } finally {
      await sandbox.release();
    }
    const [attempt] = (await sandbox.paymentCallback(outTradeNo)).attempts;
    const effects = await backend.effects(outTradeNo);
    if (!attempt?.ok) return broken(`answered with ${answerOf(attempt)}`, `应答为 ${answerOf(attempt)}`);
    return effects === 1
      ? held('acknowledged, 1 effect', '应答成功，业务执行 1 次')
      : broken(`${effects} effects`, `业务执行了 ${effects} 次`);
  },
};

export const callbackChecks: readonly Check[] = [
  ...forgeries.map(forgeryCheck),
  otherAmount,
  otherMerchant,
  acknowledged,
  duplicates,
  reordered,
  late,
];
