import type { ErrorCode, FieldError } from '../contract/index.ts';

/** A text for people in both languages. */
export interface Text {
  readonly zh: string;
  readonly en: string;
}

/** The default texts of each code, used unless the caller gives more specific ones. */
export const errorTexts: Readonly<Record<ErrorCode, Text>> = {
  NO_IDENTITY: {
    zh: '无法确认您的微信身份，请在小程序内重新打开后再试。',
    en: 'Your WeChat identity could not be confirmed. Open the mini-program again and retry.',
  },
  SOURCE_NOT_ALLOWED: {
    zh: '此功能不能以这种方式调用。',
    en: 'This function cannot be called in this way.',
  },
  NOT_ALLOWED: { zh: '您没有权限进行此操作。', en: 'You are not allowed to do this.' },
  BAD_REQUEST: {
    zh: '请求格式不正确，请更新小程序后再试。',
    en: 'The request is malformed. Update the mini-program and retry.',
  },
  AMOUNT_NOT_ACCEPTED: {
    zh: '金额、价格和收款方由服务器决定，请求中不能携带。',
    en: 'Amounts, prices and payees are decided by the server; a request must not carry them.',
  },
  AMOUNT_OUT_OF_RANGE: {
    zh: '金额超出允许范围，请修改后再试。',
    en: 'The amount is outside the permitted range. Change it and retry.',
  },
  QUANTITY_INVALID: {
    zh: '数量必须是 1 到 999 的整数。',
    en: 'A quantity must be a whole number from 1 to 999.',
  },
  TOKEN_REUSED: {
    zh: '此请求标识已用于另一个购物车，请重新提交订单。',
    en: 'This request token was already used for another cart. Use a new token for a new cart.',
  },
  PRODUCT_NOT_FOUND: {
    zh: '商品不存在，请刷新后重新选择。',
    en: 'There is no such product. Refresh and choose again.',
  },
  PRODUCT_OFF_SALE: {
    zh: '商品已下架，请从购物车中移除。',
    en: 'The product is no longer on sale. Take it out of the cart.',
  },
  CART_MIXED: {
    zh: '自营商品与商家商品不能一起结算，请分开下单。',
    en: "The shop's own goods and sellers' goods cannot be paid together. Place two orders.",
  },
  SELLER_NOT_READY: {
    zh: '商家尚未完成入驻，暂不能收款。',
    en: 'The seller has not finished onboarding and cannot take payments yet.',
  },
  SELLER_FROZEN: {
    zh: '商家已被冻结，暂不能收款。',
    en: 'The seller is frozen and cannot take payments now.',
  },
  ORDER_NOT_FOUND: {
    zh: '没有找到该订单，请核对订单号。',
    en: 'There is no such order. Check the order number.',
  },
  ORDER_PAID: {
    zh: '订单已支付，不能关闭。',
    en: 'The order is paid; it can no longer be closed.',
  },
  ORDER_CLOSED: {
    zh: '订单已关闭或已过期，请重新下单。',
    en: 'The order is closed or has expired. Place a new order.',
  },
  TOO_MANY_UNPAID: {
    zh: '您有太多未支付的订单，请先支付或关闭其中一些再下单。',
    en: 'You have too many unpaid orders. Pay or close some of them, then order again.',
  },
  ORDER_NOT_PAID: {
    zh: '订单尚未支付，请在支付成功后再试。',
    en: 'The order is not paid yet. Retry once it is paid.',
  },
  REFUND_EXCEEDS: {
    zh: '退款金额超过可退金额，请减少金额后再试。',
    en: 'The refund exceeds what is left to refund. Lower the amount and retry.',
  },
  REFUND_NOT_FOUND: {
    zh: '没有找到该退款，请核对退款单号。',
    en: 'There is no such refund. Check the refund number.',
  },
  REFUND_STATE: {
    zh: '订单或退款的当前状态不允许此操作，请刷新后查看。',
    en: 'The current state of the order or refund does not allow this. Refresh to see it.',
  },
  SELLER_NOT_FOUND: {
    zh: '没有找到该商家，或该商家不属于您。',
    en: 'There is no such seller, or it is not yours.',
  },
  BALANCE_TOO_LOW: {
    zh: '可提现余额不足，请减少提现金额。',
    en: 'The balance available for withdrawal is too low. Lower the amount.',
  },
  WITHDRAWAL_UNFINISHED: {
    zh: '还有一笔提现未完成，完成后才能再次提现。',
    en: 'Another withdrawal is not finished yet. Withdraw again once it is.',
  },
  TRANSFER_NOT_FOUND: {
    zh: '没有找到该转账，请核对转账单号。',
    en: 'There is no such transfer. Check the transfer number.',
  },
  TRANSFER_LIMIT: {
    zh: '超过当日转账限额，请减少金额或次日再试。',
    en: 'The daily transfer limit is exceeded. Lower the amount, or retry tomorrow.',
  },
  TRANSFER_STATE: {
    zh: '转账的当前状态不允许此操作，请刷新后查看。',
    en: 'The current state of the transfer does not allow this. Refresh to see it.',
  },
  TRANSFER_SCENE: {
    zh: '未开通此转账场景。请在商户平台「产品中心 → 商家转账」申请，并写入 WECHATPAY_TRANSFER_SCENES。',
    en: 'This transfer scene is not enabled. Apply for it in the merchant platform, then add it to WECHATPAY_TRANSFER_SCENES.',
  },
  TRANSFER_NOT_AUTHORIZED: {
    zh: '收款人没有授权免确认收款，或授权已解除。请改用需要确认的转账，或重新请收款人授权。',
    en: 'The person has not authorised transfers without confirmation, or has ended the authorisation. Transfer with a confirmation, or ask for the authorisation again.',
  },
  SHARING_NOT_FOUND: {
    zh: '该订单不是分账订单，或尚未支付。',
    en: 'The order was not placed for profit sharing, or is not paid yet.',
  },
  SHARING_STATE: {
    zh: '订单当前的分账状态不允许此操作，请刷新后查看。',
    en: 'The current profit-sharing state of the order does not allow this. Refresh to see it.',
  },
  SHARING_EXCEEDS: {
    zh: '分账金额超过可分金额或最大分账比例，请减少金额。',
    en: 'The amount exceeds what can be shared, or the maximum sharing ratio. Lower the amount.',
  },
  SHARING_RULE_INVALID: {
    zh: '分账规则有误，请按提示修改。',
    en: 'The sharing rule has errors. Correct the fields listed.',
  },
  RECEIVER_NOT_ADDED: {
    zh: '分账接收方尚未添加，请先添加分账接收方。',
    en: 'The receiver has not been added. Add it first.',
  },
  SHARES_NOT_RETURNABLE: {
    zh: '部分已分账资金无法回退，需确认由商家承担。',
    en: 'Part of the shared money cannot be returned. Confirm that the seller bears the loss.',
  },
  SHIPMENT_INVALID: {
    zh: '发货信息有误，请按提示修改。',
    en: 'The shipping information has errors. Correct the fields listed.',
  },
  SHIPMENT_NOT_FOUND: { zh: '该订单还没有发货信息。', en: 'This order has no shipping information yet.' },
  SHIPMENT_STATE: {
    zh: '订单或发货的当前状态不允许此操作，请刷新后查看。',
    en: 'The current state of the order or of its shipment does not allow this. Refresh to see it.',
  },
  COMPLAINT_NOT_FOUND: { zh: '没有找到该投诉单。', en: 'There is no such complaint.' },
  COMPLAINT_CHANGED: {
    zh: '已有其他人处理了该投诉，请刷新后再操作。',
    en: 'Somebody else has handled this complaint. Refresh it before you continue.',
  },
  COMPLAINT_STATE: {
    zh: '当前投诉状态不允许此操作，请刷新后查看。',
    en: 'The current state of the complaint does not allow this. Refresh to see it.',
  },
  FILE_NOT_YOURS: { zh: '您只能使用自己上传的文件。', en: 'You can only use files that you uploaded.' },
  FILE_NOT_FOUND: { zh: '文件不存在，请重新上传。', en: 'The file does not exist. Upload it again.' },
  FILE_EMPTY: { zh: '文件为空，请重新上传。', en: 'The file is empty. Upload it again.' },
  FILE_TOO_LARGE: { zh: '文件过大，请压缩后重新上传。', en: 'The file is too large. Upload a smaller one.' },
  FILE_TYPE_NOT_ALLOWED: {
    zh: '不支持此文件类型，请更换格式后重新上传。',
    en: 'This file type is not supported. Upload the file in another format.',
  },
  APPLICATION_INVALID: {
    zh: '进件资料有误，请按提示修改。',
    en: 'The application has errors. Correct the fields listed.',
  },
  APPLICATION_NOT_FOUND: { zh: '没有找到该进件申请。', en: 'There is no such application.' },
  APPLICATION_IN_PROGRESS: {
    zh: '已有进件申请在处理中，请等待处理完成。',
    en: 'An application is already in progress. Wait until it is finished.',
  },
  APPLICATION_STATE: {
    zh: '当前申请状态不允许此操作，请刷新后查看。',
    en: 'The current state of the application does not allow this. Refresh to see it.',
  },
  WECHATPAY_REFUSED: {
    zh: '微信支付未接受此请求，请核对后再试。',
    en: 'WeChat Pay refused the request. Check the details and retry.',
  },
  OUTCOME_UNKNOWN: {
    zh: '微信支付没有返回明确结果，请稍后用相同内容重试，不会重复扣款。',
    en: 'WeChat Pay gave no clear answer. Send the same request again in a moment; you will not be charged twice.',
  },
  BUSY: { zh: '系统繁忙，请稍后再试。', en: 'The system is busy. Retry in a moment.' },
  CONFIG_INVALID: {
    zh: '商户配置有误，请联系商家。',
    en: 'The shop is not configured correctly. Please contact the shop.',
  },
  INTERNAL: { zh: '系统出错，请稍后再试。', en: 'Something went wrong. Retry in a moment.' },
};

/** @param path dotted path into the request, e.g. `items.0.quantity` */
export function fieldError(path: string, text: Text): FieldError {
  return { path, message: text.zh, messageEn: text.en };
}
