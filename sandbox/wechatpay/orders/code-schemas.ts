import { type Fields, field } from '../http/fields.ts';

/** Request fields of payments by code, after doc/v3/merchant/4012382150. **Own**: lengths that the page does not name. */
const text = (label: string, max: number) => field.string(label, { min: 1, max });
const optionalText = (label: string, max: number) => field.string(label, { min: 1, max, optional: true });

const common: Fields = {
  description: text('商品描述', 127),
  out_trade_no: field.string('商户订单号', { min: 1, max: 32, unit: 'byte', pattern: /^[0-9a-zA-Z_\-|*]+$/ }),
  attach: optionalText('附加数据', 128),
  goods_tag: optionalText('订单优惠标记', 32),
  support_fapiao: field.boolean('电子发票入口开放标识', { optional: true }),
  payer: field.object('支付者', { auth_code: text('授权码', 32) }),
  amount: field.object('订单金额', {
    total: field.integer('总金额', { min: 1, max: 1_000_000_000 }),
    currency: field.string('货币类型', { oneOf: ['CNY'], optional: true }),
  }),
  scene_info: field.object('场景信息', {
    device_id: optionalText('商户端设备号', 32),
    device_ip: optionalText('商户端设备IP', 45),
    store_info: field.object('商户门店信息', {
      id: optionalText('门店编号', 32),
      out_id: optionalText('商家自定义编码', 32),
    }),
  }),
  detail: field.object(
    '优惠功能',
    {
      cost_price: field.integer('订单原价', { min: 0, optional: true }),
      invoice_id: optionalText('商品小票ID', 32),
      goods_detail: field.array(
        '单品列表',
        field.object('单品', {
          merchant_goods_id: text('商品编码', 32),
          wxpay_goods_id: optionalText('微信支付商品编码', 32),
          goods_name: optionalText('商品名称', 256),
          quantity: field.integer('商品数量', { min: 1 }),
          unit_price: field.integer('商品单价', { min: 0 }),
        }),
      ),
    },
    { optional: true },
  ),
  settle_info: field.object(
    '结算信息',
    { profit_sharing: field.boolean('是否指定分账', { optional: true }) },
    { optional: true },
  ),
};

const directParties: Fields = { appid: text('应用AppID', 32), mchid: text('直连商户号', 32) };

const partnerParties: Fields = {
  sp_appid: optionalText('合作伙伴应用AppID', 32),
  sp_mchid: text('合作伙伴商户号', 32),
  sub_appid: optionalText('特约商户应用AppID', 32),
  sub_mchid: text('特约商户商户号', 32),
};

export const codePayFields = {
  direct: { ...directParties, ...common },
  partner: { ...partnerParties, ...common },
} as const;

export const reverseFields = { direct: directParties, partner: partnerParties } as const;
