import { type FieldRule, type Fields, field } from '../http/fields.ts';
import type { AccountKind } from '../state/merchants.ts';
import type { TradeType } from './types.ts';

/** Request fields of the order APIs, with the limits of their official pages (named in docs/fidelity.md). */
const orderNo = (min: number, label = '商户订单号') =>
  field.string(label, { min, max: 32, unit: 'byte', pattern: /^[0-9a-zA-Z_\-|*]+$/ });
export const notifyUrl = field.string('通知地址', {
  min: 1,
  max: 255,
  unit: 'byte',
  pattern: /^https?:\/\/([^\s/?#[\]@]+@)?([^\s/?#@:]+)(?::\d{2,5})?([^\s?#[\]]*)$/,
});
const description = field.string('商品描述', { min: 1, max: 127 });
/** According to developers' reports, WeChat Pay counts bytes here, whatever the page says. */
const attach = field.string('附加数据', { min: 1, max: 128, unit: 'byte' });
const mchid = (label: string) => field.string(label, { min: 1, max: 32 });
const openid = (label: string) => field.string(label, { min: 1, max: 128, optional: true });
const timeExpire = field.string('交易结束时间', { min: 1, max: 64, optional: true });
/** No document names the largest amount; ten million yuan is the sandbox's own limit. */
const total = (label: string) => field.integer(label, { min: 1, max: 1_000_000_000 });
const currency = (optional: boolean) => field.string('货币类型', { oneOf: ['CNY'], optional });

const identity = field.object(
  '实名信息',
  {
    type: field.string('证件类型', {
      oneOf: [
        'IDCARD',
        'HONGKONG_MACAO',
        'HONGKONG_MACAO_RESIDENT',
        'TAIWAN_RESIDENT',
        'FOREIGN_RESIDENT',
        'OVERSEA_PASSPORT',
        'PHONE_NUMBER',
      ],
    }),
    number: field.string('证件号', { min: 1, max: 64, sensitive: true }),
    name: field.string('姓名', { min: 1, max: 100, sensitive: true }),
  },
  { optional: true },
);

const subsidyInfo = field.object(
  '贴息信息',
  {
    subsidy_detail: field.array(
      '贴息详情列表',
      field.object('贴息详情', {
        subsidy_period_type: field.string('贴息方案类型', { oneOf: ['DAILY', 'PERIOD'] }),
        subsidy_plan: field.array(
          '贴息方案列表',
          field.object('贴息方案', {
            subsidy_installment_num: field.integer('贴息期数', { oneOf: [3, 6, 12] }),
            subsidy_percent: field.integer('贴息比例', { oneOf: [0, 100] }),
          }),
        ),
      }),
      { optional: true },
    ),
  },
  { optional: true },
);

const settleInfo = (subsidyAllowed: boolean) =>
  field.object(
    '结算信息',
    {
      profit_sharing: field.boolean('是否指定分账', { optional: true }),
      ...(subsidyAllowed && { subsidy_amount: field.integer('补差金额', { min: 0, optional: true }) }),
    },
    { optional: true },
  );

const goodsDetail = field.object('单品', {
  merchant_goods_id: field.string('商户侧商品编码', { min: 1, max: 32 }),
  wechatpay_goods_id: field.string('微信侧商品编码', { min: 1, max: 32, optional: true }),
  goods_name: field.string('商品名称', { min: 1, max: 256, optional: true }),
  quantity: field.integer('商品数量', { min: 1 }),
  unit_price: field.integer('商品单价', { min: 0 }),
});

const amount = field.object('订单金额', { total: total('总金额'), currency: currency(true) });

const common: Fields = {
  description,
  attach: { ...attach, optional: true },
  out_trade_no: orderNo(6),
  amount,
  time_expire: timeExpire,
  notify_url: notifyUrl,
  goods_tag: field.string('订单优惠标记', { min: 1, max: 32, optional: true }),
  limit_pay: field.array(
    '指定支付方式',
    field.string('支付方式', { oneOf: ['no_balance', 'no_credit', 'no_debit', 'balance_only'] }),
    { optional: true },
  ),
  support_fapiao: field.boolean('电子发票入口开放标识', { optional: true }),
  detail: field.object(
    '优惠功能',
    {
      cost_price: field.integer('订单原价', { min: 0, optional: true }),
      invoice_id: field.string('商品小票ID', { min: 1, max: 32, optional: true }),
      goods_detail: field.array('单品列表', goodsDetail, { optional: true }),
    },
    { optional: true },
  ),
  scene_info: field.object(
    '场景信息',
    {
      payer_client_ip: field.string('用户终端IP', { min: 1, max: 45 }),
      device_id: field.string('商户端设备号', { min: 1, max: 32, optional: true }),
      store_info: field.object(
        '商户门店信息',
        {
          id: field.string('门店编号', { min: 1, max: 32 }),
          name: field.string('门店名称', { min: 1, max: 256, optional: true }),
          area_code: field.string('地区编码', { min: 1, max: 32, optional: true }),
          address: field.string('详细地址', { min: 1, max: 512, optional: true }),
        },
        { optional: true },
      ),
    },
    { optional: true },
  ),
  subsidy_info: subsidyInfo,
};

/** The payer is not named where anyone who scans or opens it can pay; payer restrictions may still be given. */
const anybody = field.object('支付者', { identity }, { optional: true });

/** H5 requires scene information: doc/v3/merchant/4012791834. */
const h5Info = field.object('H5场景信息', {
  type: field.string('场景类型', { min: 1, max: 32 }),
  app_name: field.string('应用名称', { min: 1, max: 64, optional: true }),
  app_url: field.string('网站URL', { min: 1, max: 128, optional: true }),
  bundle_id: field.string('iOS平台BundleID', { min: 1, max: 128, optional: true }),
  package_name: field.string('Android平台PackageName', { min: 1, max: 128, optional: true }),
});

function withH5Info(scene: FieldRule): FieldRule {
  return scene.type === 'object'
    ? { ...scene, optional: false, fields: { ...scene.fields, h5_info: h5Info } }
    : scene;
}

const commonOf = (tradeType: TradeType): Fields =>
  tradeType === 'MWEB' ? { ...common, scene_info: withH5Info(common.scene_info!) } : common;

/** POST /v3/pay/transactions/jsapi, native, app, h5 */
export const directPrepay = (tradeType: TradeType): Fields => ({
  appid: field.string('公众号ID', { min: 1, max: 32 }),
  mchid: mchid('直连商户号'),
  ...commonOf(tradeType),
  payer:
    tradeType === 'JSAPI'
      ? field.object('支付者', { openid: field.string('用户标识', { min: 1, max: 128 }), identity })
      : anybody,
  settle_info: settleInfo(false),
});

/** POST /v3/pay/partner/transactions/jsapi, native, app, h5 */
export function partnerPrepay(kind: AccountKind, tradeType: TradeType): Fields {
  return {
    sp_appid: field.string('服务商应用ID', { min: 1, max: 32 }),
    sp_mchid: mchid('服务商户号'),
    sub_appid: field.string('子商户应用ID', { min: 1, max: 32, optional: true }),
    sub_mchid: mchid('子商户号'),
    ...commonOf(tradeType),
    payer:
      tradeType === 'JSAPI'
        ? field.object('支付者', {
            sp_openid: openid('用户服务标识'),
            sub_openid: openid('用户子标识'),
            identity,
          })
        : anybody,
    settle_info: settleInfo(kind === 'ecommerce'),
  };
}

/** A person who receives in place of a sub-merchant: accepted, but not simulated. */
const personalReceiver: Fields = {
  individual_auth_id: field.string('个人收款方受理授权ID', { min: 1, max: 64, optional: true }),
  individual_name: field.string('个人收款方平台昵称', { min: 1, max: 64, optional: true }),
};

const combineScene = field.object(
  '场景信息',
  {
    device_id: field.string('商户端设备号', { min: 1, max: 16, optional: true }),
    payer_client_ip: field.string('用户终端IP', { min: 1, max: 45 }),
  },
  { optional: true },
);

/** POST /v3/combine-transactions/jsapi, native, app, h5: 2–10 sub-orders for 普通商户, 1–50 for providers. */
export function combinePrepay(kind: AccountKind, tradeType: TradeType): Fields {
  const shortest = kind === 'ecommerce' ? 2 : 6;
  const providers: Fields = {
    sub_mchid: { ...mchid('二级商户号'), optional: kind === 'ecommerce' },
    sub_appid: field.string('子商户应用ID', { min: 1, max: 32, optional: true }),
  };
  const subOrder = field.object('子单', {
    mchid: mchid('子单商户号'),
    attach,
    amount: field.object('订单金额', { total_amount: total('标价金额'), currency: currency(false) }),
    out_trade_no: orderNo(shortest, '子单商户订单号'),
    ...(kind !== 'direct' && providers),
    ...(kind === 'ecommerce' && personalReceiver),
    detail: field.string('商品详情', { max: 6000, optional: true }),
    goods_tag: field.string('订单优惠标记', { min: 1, max: 32, optional: true }),
    description,
    settle_info: settleInfo(kind === 'ecommerce'),
    profit_sharing: field.boolean('是否指定分账', { optional: true }),
  });
  return {
    combine_appid: field.string('合单商户appid', { min: 1, max: 32 }),
    combine_mchid: mchid('合单商户号'),
    combine_out_trade_no: orderNo(shortest, '合单商户订单号'),
    scene_info: tradeType === 'MWEB' ? withH5Info(combineScene) : combineScene,
    sub_orders: field.array('子单信息', subOrder, {
      min: kind === 'direct' ? 2 : 1,
      max: kind === 'direct' ? 10 : 50,
    }),
    combine_payer_info: field.object(
      '支付者',
      { openid: openid('用户标识'), sub_openid: openid('用户子标识'), identity },
      { optional: tradeType !== 'JSAPI' },
    ),
    time_start: field.string('交易起始时间', { min: 1, max: 64, optional: true }),
    time_expire: timeExpire,
    notify_url: notifyUrl,
    limit_pay: field.array(
      '指定支付方式',
      field.string('支付方式', { oneOf: ['no_balance', 'no_debit', 'balance_only'] }),
      { optional: true },
    ),
    subsidy_info: subsidyInfo,
  };
}

export const outTradeNoParam: Fields = { out_trade_no: orderNo(6) };
export const combineNoParam: Fields = { combine_out_trade_no: orderNo(2, '合单商户订单号') };
export const transactionIdParam: Fields = {
  transaction_id: field.string('微信支付订单号', { min: 1, max: 32, unit: 'byte' }),
};
export const directCaller: Fields = { mchid: mchid('直连商户号') };
export const partnerCaller: Fields = { sp_mchid: mchid('服务商户号'), sub_mchid: mchid('子商户号') };

export function combineClose(kind: AccountKind): Fields {
  return {
    combine_appid: field.string('合单商户appid', { min: 1, max: 32 }),
    sub_orders: field.array(
      '子单信息',
      field.object('子单', {
        mchid: mchid('子单商户号'),
        out_trade_no: orderNo(2, '子单商户订单号'),
        ...(kind !== 'direct' && {
          sub_mchid: { ...mchid('二级商户号'), optional: kind === 'ecommerce' },
          sub_appid: field.string('子商户应用ID', { min: 1, max: 32, optional: true }),
        }),
        ...(kind === 'ecommerce' && { individual_auth_id: personalReceiver.individual_auth_id! }),
      }),
      { min: 1, max: 50 },
    ),
  };
}
