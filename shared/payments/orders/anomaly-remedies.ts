/** What an anomaly means and what a person does about it, in both languages. */
import type { Text } from '../../core/messages.ts';
import type { AnomalyKind } from './anomalies.ts';

interface Remedy {
  readonly meaning: Text;
  readonly remedy: Text;
}

export const anomalyRemedies: Readonly<Record<AnomalyKind, Remedy>> = {
  UNKNOWN_ORDER: {
    meaning: {
      zh: '收到一笔付款，但数据库里没有这个订单号。',
      en: 'A payment arrived for an order number that is not in the database.',
    },
    remedy: {
      zh: '确认该商户号是否被另一个系统或另一个环境使用，或订单集合被还原到了更早的备份。确属本店的，在商户平台按订单号退款，或补录后人工发货。',
      en: 'Check whether another system or environment uses this merchant number, or the orders collection was restored from an older backup. If the payment is for this shop, refund it in the merchant platform by order number, or add the missing order and deliver by hand.',
    },
  },
  WRONG_ACCOUNT: {
    meaning: {
      zh: '付款来自另一种账号（直连、服务商或电商平台）。',
      en: 'The payment came through another kind of account than the order was placed with.',
    },
    remedy: {
      zh: '核对部署的账号变量；在商户平台查明这笔钱在哪个商户号，退款或人工发货。',
      en: 'Check the account variables of the deployment; find out in the merchant platform which merchant number has the money, then refund it or deliver by hand.',
    },
  },
  WRONG_APPID: {
    meaning: {
      zh: '付款的 AppID 与订单不同。',
      en: 'The appid of the payment differs from that of the order.',
    },
    remedy: {
      zh: '多半是在有未付订单时更换过 WECHATPAY_APPID。两边商户号与金额一致时，可人工发货；否则退款。',
      en: 'Most likely WECHATPAY_APPID was changed while orders were unpaid. If merchant number and amount agree, deliver by hand; otherwise refund.',
    },
  },
  WRONG_MCHID: {
    meaning: {
      zh: '付款的商户号与订单不同。',
      en: 'The merchant number of the payment differs from that of the order.',
    },
    remedy: {
      zh: '钱在「收到」一侧的商户号里。更换商户号时有未付订单就会出现这种情况：请人工发货，或在该商户号下退款。',
      en: 'The money is with the merchant number on the received side. This happens when the merchant number is changed while orders are unpaid: deliver by hand, or refund under that number.',
    },
  },
  WRONG_SUB_MCHID: {
    meaning: {
      zh: '付款的子商户与订单不同。',
      en: 'The sub-merchant of the payment differs from that of the order.',
    },
    remedy: {
      zh: '钱在「收到」一侧的子商户名下。核对 sellers 集合里的 subMchid；向该子商户退款后让顾客重新付款。',
      en: 'The money is with the sub-merchant on the received side. Check subMchid in the sellers collection; refund under that sub-merchant and let the customer pay again.',
    },
  },
  WRONG_AMOUNT: {
    meaning: { zh: '付款金额与订单不同。', en: 'The amount paid differs from the order.' },
    remedy: {
      zh: '金额由服务器写入预支付请求，不应不同：请先全额退款，再查是否有别的程序用了同一商户号和订单号。',
      en: 'The server sets the amount, so this should not happen: refund in full, then check whether another program uses the same merchant and order numbers.',
    },
  },
  WRONG_CURRENCY: {
    meaning: { zh: '付款币种不是人民币。', en: 'The payment is not in CNY.' },
    remedy: { zh: '在商户平台核对后退款。', en: 'Check it in the merchant platform, then refund it.' },
  },
  PAID_TWICE: {
    meaning: {
      zh: '同一订单有两笔微信支付单号不同的付款。',
      en: 'One order has two payments with different transaction ids.',
    },
    remedy: {
      zh: '在商户平台按「收到」一侧的 transactionId 退回第二笔。',
      en: 'Refund the second one in the merchant platform by the transactionId on the received side.',
    },
  },
  TRANSACTION_REUSED: {
    meaning: {
      zh: '这笔微信支付单号已经属于另一个订单。',
      en: 'This transaction id already belongs to another order.',
    },
    remedy: {
      zh: '在商户平台按 transactionId 查明它属于哪个订单；另一个订单不要发货。',
      en: 'Find out in the merchant platform which order the transactionId belongs to; do not deliver the other one.',
    },
  },
  REFUNDED_BEFORE_FULFILMENT: {
    meaning: {
      zh: '发货之前钱已退回，因此没有自动发货。',
      en: 'The money was refunded before delivery, so nothing was delivered automatically.',
    },
    remedy: {
      zh: '全额退款成功的订单无需处理。部分退款的，请与顾客确认后，在订单页选择「继续发货」。退款已关闭（钱没有退给顾客）的，重新退款，或同样选择发货。',
      en: "A full refund that succeeded needs no action. After a partial one, agree with the customer, then deliver the rest from the order's page. After one that was closed (the customer got nothing back), refund again or deliver in the same way.",
    },
  },
  TRANSFER_MISMATCH: {
    meaning: {
      zh: '微信支付以本店的单号报告了一笔转账，但金额或收款人与本店发起的不同。',
      en: 'WeChat Pay reports a transfer under a number of this shop, but with another amount or payee.',
    },
    remedy: {
      zh: '在商户平台按商户单号（outTradeNo 一栏）查看这笔转账，确认是否有别的系统使用了同一商户号；查清前不要另发一笔。',
      en: 'Look up the transfer in the merchant platform by its number (shown as outTradeNo) and check whether another system uses this merchant number; do not send another transfer until this is resolved.',
    },
  },
  ACCOUNT_CHANGED: {
    meaning: {
      zh: '订单是用现在已不再配置的商户号、AppID 或账号类型下的。',
      en: 'The order was placed with a merchant number, appid or account kind that is no longer configured.',
    },
    remedy: {
      zh: '在旧商户号的商户平台查这笔订单：已付款则人工发货或退款，未付款无需处理。',
      en: 'Look up the order in the merchant platform of the old merchant number: if it was paid, deliver by hand or refund; if not, there is nothing to do.',
    },
  },
  SHARING_EXPIRES: {
    meaning: {
      zh: '订单的分账资金即将到期解冻（普通商户 30 天，电商 180 天），而分账还没有完成。',
      en: 'The money of the order is about to be unfrozen (after 30 days, for e-commerce 180), and sharing is not complete.',
    },
    remedy: {
      zh: '在小程序的分账页面查看该订单为何没有分账：没有规则、未发货，或接收方失败。到期后资金归收款商户，不能再分账。',
      en: 'The sharing page of the mini-program shows why: no rule, not shipped, or a failing receiver. After that the money goes to the payee and can no longer be shared.',
    },
  },
  SHARES_RETURNED_WITHOUT_REFUND: {
    meaning: {
      zh: '为一笔退款已从分账接收方收回资金，但微信支付拒绝或关闭了这笔退款：「收到」一侧的金额现在在收款商户手中。',
      en: 'Receivers returned their shares for a refund that WeChat Pay then refused or closed: the payee now has the amount on the received side.',
    },
    remedy: {
      zh: '在退款记录中查看失败原因，排除后重新退款：已收回的部分会计入，不会再次收回。若不再退款，剩余资金尚未解冻时，在小程序的分账页面将该金额重新分给接收方；已解冻的，由收款商户另行支付。',
      en: 'See the refund for the reason, then refund again: what was returned counts and is not taken back twice. If there will be no refund, share the amount again by hand on the sharing page of the mini-program while the rest is frozen; after that the payee has to pay the receivers itself.',
    },
  },
  NOT_SHIPPED: {
    meaning: {
      zh: '微信提醒：订单已支付多日，仍未录入发货信息。',
      en: 'WeChat reminder: the order was paid days ago and has no shipping information yet.',
    },
    remedy: {
      zh: '用 shipOrder 发货，或退款；否则货款一直冻结。',
      en: 'Ship it with shipOrder, or refund it; until then the money stays frozen.',
    },
  },
  REFUND_MISMATCH: {
    meaning: {
      zh: '微信支付上的退款与本店记录的不同（金额、订单或次数）。',
      en: 'A refund at WeChat Pay differs from the record of this shop (amount, order or count).',
    },
    remedy: {
      zh: '以商户平台的退款记录为准；如有人在商户平台手工退过款，核对金额后标记为已处理。',
      en: 'The refund records of the merchant platform are authoritative. If somebody refunded there by hand, compare the amounts, then mark this as resolved.',
    },
  },
};
