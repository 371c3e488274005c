import { type Fields, field } from '../http/fields.ts';
import { refundBanks } from './types.ts';

/** Request fields of the refund APIs, with the limits of their official pages (named in docs/fidelity.md). */
const mchid = (label: string) => field.string(label, { min: 1, max: 32 });
const outRefundNo = field.string('商户退款单号', {
  min: 1,
  max: 64,
  unit: 'byte',
  pattern: /^[0-9a-zA-Z_\-|*@]+$/,
});
const refundId = field.string('微信支付退款单号', { min: 1, max: 32, unit: 'byte' });
const fen = (label: string, min = 1) => field.integer(label, { min, max: 1_000_000_000 });

const amountFields: Fields = {
  refund: fen('退款金额'),
  from: field.array(
    '退款出资账户及金额',
    field.object('出资账户', {
      account: field.string('出资账户类型', { oneOf: ['AVAILABLE', 'UNAVAILABLE'] }),
      amount: fen('出资金额'),
    }),
    { optional: true },
  ),
  total: fen('原订单金额'),
};
const amount = (currencyOptional: boolean) =>
  field.object('金额信息', {
    ...amountFields,
    currency: field.string('退款币种', { oneOf: ['CNY'], optional: currencyOptional }),
  });

const goods = field.object('退款商品', {
  merchant_goods_id: field.string('商户侧商品编码', { min: 1, max: 32 }),
  wechatpay_goods_id: field.string('微信支付商品编码', { min: 1, max: 32, optional: true }),
  goods_name: field.string('商品名称', { min: 1, max: 256, optional: true }),
  unit_price: fen('商品单价', 0),
  refund_amount: fen('商品退款金额', 0),
  refund_quantity: field.integer('商品退货数量', { min: 1 }),
});

const common: Fields = {
  transaction_id: field.string('微信支付订单号', { min: 1, max: 32, unit: 'byte', optional: true }),
  out_trade_no: field.string('商户订单号', { min: 2, max: 32, unit: 'byte', optional: true }),
  out_refund_no: outRefundNo,
  // 不可超过80个字节长度: page partner 4012886219.
  reason: field.string('退款原因', { min: 1, max: 80, unit: 'byte', optional: true }),
  notify_url: field.string('退款结果回调url', {
    min: 8,
    max: 256,
    unit: 'byte',
    pattern: /^https?:\/\/[^?#]+$/,
    optional: true,
  }),
};

/** POST /v3/refund/domestic/refunds */
export function domesticRefund(isProvider: boolean): Fields {
  return {
    ...(isProvider && { sub_mchid: mchid('子商户号') }),
    ...common,
    amount: amount(false),
    funds_account: field.string('退款资金来源', { oneOf: ['AVAILABLE', 'UNSETTLED'], optional: true }),
    goods_detail: field.array('退款商品', goods, { optional: true }),
  };
}

/** POST /v3/ecommerce/refunds/apply. The fields of repayments and personal receivers are accepted but not simulated. */
export const ecommerceRefund: Fields = {
  sub_mchid: mchid('二级商户号'),
  sp_appid: field.string('电商平台APPID', { min: 1, max: 32 }),
  sub_appid: field.string('二级商户APPID', { min: 1, max: 32, optional: true }),
  individual_auth_id: field.string('个人收款方受理授权ID', { min: 1, max: 64, optional: true }),
  combine_mchid: { ...mchid('还款服务商商户号'), optional: true },
  combine_out_trade_no: field.string('还款订单号', { min: 1, max: 32, optional: true }),
  combine_transaction_id: field.string('交易单微信支付订单号', { min: 1, max: 32, optional: true }),
  ...common,
  amount: amount(true),
  refund_account: field.string('退款出资商户', {
    oneOf: ['REFUND_SOURCE_SUB_MERCHANT', 'REFUND_SOURCE_PARTNER_ADVANCE'],
    optional: true,
  }),
  funds_account: field.string('资金账户', { oneOf: ['AVAILABLE', 'UNSETTLED', 'PREPAID'], optional: true }),
};

export const outRefundNoParam: Fields = { out_refund_no: outRefundNo };
export const refundIdParam: Fields = { refund_id: refundId };
export const subMchidQuery: Fields = { sub_mchid: mchid('子商户号') };

/** A platform may name the sub-merchant; an authorisation id stands for a personal receiver instead. */
export const ecommerceQuery: Fields = {
  sub_mchid: { ...mchid('二级商户号'), optional: true },
  individual_auth_id: field.string('个人收款方受理授权ID', { min: 1, max: 64, optional: true }),
};

/** POST …/apply-abnormal-refund */
export function abnormalRefund(isProvider: boolean): Fields {
  return {
    ...(isProvider && { sub_mchid: mchid('子商户号') }),
    out_refund_no: outRefundNo,
    type: field.string('异常退款处理方式', { oneOf: ['USER_BANK_CARD', 'MERCHANT_BANK_CARD'] }),
    bank_type: field.string('开户银行', { oneOf: Object.keys(refundBanks), optional: true }),
    bank_account: field.string('收款银行卡号', {
      min: 8,
      max: 32,
      pattern: /^\d+$/,
      sensitive: true,
      optional: true,
    }),
    real_name: field.string('收款用户姓名', { min: 1, max: 100, sensitive: true, optional: true }),
  };
}
