import type { ErrorCode, FieldError } from '../contract/index.ts';

/** A text for people in both languages. */
export interface Text {
  readonly zh: string;
  readonly en: string;
}

/** The one catalogue: what each code says unless the place that refuses knows more. */
export const errorTexts: Readonly<Record<ErrorCode, Text>> = {
  NO_IDENTITY: {
    zh: '无法确认您的微信身份，请在小程序内重新打开后再试。',
    en: 'WeChat did not say who you are. Open the mini-program again and retry.',
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
    en: 'This request token was used for another cart. Make a new token for a new cart.',
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
  ORDER_NOT_FOUND: { zh: '没有找到该订单。', en: 'There is no such order.' },
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
  ORDER_NOT_PAID: { zh: '订单未支付。', en: 'The order is not paid.' },
  REFUND_EXCEEDS: {
    zh: '超过可退金额。',
    en: 'This is more than is left to refund.',
  },
  REFUND_NOT_FOUND: { zh: '没有找到该退款。', en: 'There is no such refund.' },
  REFUND_STATE: {
    zh: '当前状态不允许此操作。',
    en: 'The state of the order or refund does not permit this.',
  },
  SELLER_NOT_FOUND: {
    zh: '没有找到该商家，或者它不是您的。',
    en: 'There is no such seller, or it is not yours.',
  },
  BALANCE_TOO_LOW: { zh: '可提现余额不足。', en: 'This is more than can be withdrawn.' },
  WITHDRAWAL_UNFINISHED: {
    zh: '还有一笔提现未完成，完成后才能再次提现。',
    en: 'Another withdrawal is not finished yet. Withdraw again once it is.',
  },
  TRANSFER_NOT_FOUND: { zh: '没有找到该转账。', en: 'There is no such transfer.' },
  TRANSFER_LIMIT: {
    zh: '超过当日转账限额。',
    en: 'This is more than may be transferred today.',
  },
  TRANSFER_STATE: {
    zh: '转账的当前状态不允许此操作。',
    en: 'The state of the transfer does not permit this.',
  },
  TRANSFER_SCENE: {
    zh: '未开通此转账场景。请在商户平台「产品中心 → 商家转账」申请，并写入 WECHATPAY_TRANSFER_SCENES。',
    en: 'This transfer scene is not enabled. Apply for it at the merchant platform, then name it in WECHATPAY_TRANSFER_SCENES.',
  },
  SHARING_NOT_FOUND: {
    zh: '该订单不是分账订单，或尚未支付。',
    en: 'The order was not placed for profit sharing, or is not paid.',
  },
  SHARING_STATE: {
    zh: '订单当前的分账状态不允许此操作。',
    en: 'The state of the profit sharing does not permit this.',
  },
  SHARING_EXCEEDS: {
    zh: '分账金额超过可分金额或最大分账比例。',
    en: 'This is more than may be shared of the order.',
  },
  SHARING_RULE_INVALID: {
    zh: '分账规则有误，请按提示修改。',
    en: 'The sharing rule has mistakes. Correct the fields named.',
  },
  RECEIVER_NOT_ADDED: {
    zh: '分账接收方尚未添加，请先添加分账接收方。',
    en: 'The receiver was not added. Add it first.',
  },
  SHARES_NOT_RETURNABLE: {
    zh: '部分已分账资金无法回退，需确认由商家承担。',
    en: 'Some of what was shared cannot be given back. Confirm that the seller bears it.',
  },
  SHIPMENT_INVALID: {
    zh: '发货信息有误，请按提示修改。',
    en: 'The shipping information has mistakes. Correct the fields named.',
  },
  SHIPMENT_NOT_FOUND: { zh: '该订单还没有发货信息。', en: 'Nothing was shipped for this order yet.' },
  SHIPMENT_STATE: {
    zh: '订单或发货的当前状态不允许此操作。',
    en: 'The state of the order or of its shipment does not permit this.',
  },
  COMPLAINT_NOT_FOUND: { zh: '没有找到该投诉单。', en: 'There is no such complaint.' },
  COMPLAINT_CHANGED: {
    zh: '已有其他人处理了该投诉，请刷新后再操作。',
    en: 'Somebody else has answered this complaint. Look at it again before you answer.',
  },
  COMPLAINT_STATE: {
    zh: '当前投诉状态不允许此操作。',
    en: 'The state of the complaint does not permit this.',
  },
  FILE_NOT_YOURS: { zh: '您只能使用自己上传的文件。', en: 'You can only use files that you uploaded.' },
  FILE_NOT_FOUND: { zh: '文件不存在，请重新上传。', en: 'The file does not exist. Upload it again.' },
  FILE_EMPTY: { zh: '文件为空，请重新上传。', en: 'The file is empty. Upload it again.' },
  FILE_TOO_LARGE: { zh: '文件过大。', en: 'The file is too large.' },
  FILE_TYPE_NOT_ALLOWED: { zh: '不支持此文件类型。', en: 'Files of this type are not accepted.' },
  APPLICATION_INVALID: {
    zh: '进件资料有误，请按提示修改。',
    en: 'The application has mistakes. Correct the fields named.',
  },
  APPLICATION_NOT_FOUND: { zh: '没有找到该进件申请。', en: 'There is no such application.' },
  APPLICATION_IN_PROGRESS: {
    zh: '已有进件申请在处理中。',
    en: 'An application is already in progress.',
  },
  APPLICATION_STATE: {
    zh: '当前申请状态不允许此操作。',
    en: 'The state of the application does not permit this.',
  },
  WECHATPAY_REFUSED: {
    zh: '微信支付未接受此请求。',
    en: 'WeChat Pay did not accept the request.',
  },
  OUTCOME_UNKNOWN: {
    zh: '微信支付没有给出明确结果，请稍后原样重试，不会重复扣款。',
    en: 'WeChat Pay gave no clear answer. Retry the same in a moment; you will not be charged twice.',
  },
  BUSY: { zh: '系统繁忙，请稍后再试。', en: 'The system is busy. Retry in a moment.' },
  CONFIG_INVALID: {
    zh: '商户配置有误，请联系商家。',
    en: 'The shop is not configured correctly. Please tell the shop.',
  },
  INTERNAL: { zh: '系统出错，请稍后再试。', en: 'Something went wrong. Retry in a moment.' },
};

/** @param path dotted path into the request, e.g. `items.0.quantity` */
export function fieldError(path: string, text: Text): FieldError {
  return { path, message: text.zh, messageEn: text.en };
}
