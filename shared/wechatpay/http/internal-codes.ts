/**
 * What the internal error code at the end of a Request-Id means. The public `code` groups many reasons (INVALID_REQUEST
 * alone has dozens); this number identifies the exact one.
 */
export interface InternalCodeExplanation {
  readonly zh: string;
  readonly en: string;
}

const explanations: Readonly<Record<string, InternalCodeExplanation>> = {
  '268443699': {
    zh: '签名验证失败。请检查：商户私钥与证书序列号是否配对、签名串是否以换行符结尾、请求体是否与签名时逐字节一致、URL 是否包含查询参数。',
    en: 'The request signature does not verify. Check that the private key belongs to the serial number, that every line of the signed message ends in a newline, that the body is sent byte for byte as signed, and that the URL includes the query.',
  },
  '268512771': {
    zh: '订单不存在：该商户号下没有这个订单号，或下单时用了另一个商户号。',
    en: 'There is no such order under this merchant number; it may have been placed with another one.',
  },
  '268449538': {
    zh: '订单已支付，不能再次下单或关单。',
    en: 'The order is already paid; it can neither be placed again nor closed.',
  },
  '268498688': {
    zh: '同一商户订单号重复下单，但参数与首次不一致。请用首次的全部参数重试（包括 time_expire），或更换订单号。',
    en: 'The same out_trade_no was sent before with other parameters. Repeat it with exactly the first parameters (time_expire too), or use a new number.',
  },
  '268445527': {
    zh: 'appid 与商户号没有绑定。请在商户平台「产品中心 → AppID 账号管理」中绑定。',
    en: 'The appid is not bound to the merchant number. Bind it in the merchant platform under AppID management.',
  },
  '268447914': {
    zh: '订单已过期或已关闭，请换一个新的商户订单号重新下单。',
    en: 'The order has expired or is closed. Place a new one under a new out_trade_no.',
  },
  '268435461': {
    zh: '参数错误：某个字段的格式、长度或取值不符合文档，见应答中的 field。',
    en: 'A parameter is wrong: format, length or value of a field is not as documented; see the field in the response.',
  },
  '270924358': {
    zh: '请求里有接口未定义的参数，请删除文档之外的字段。',
    en: 'The request has a parameter that this API does not know. Remove fields that are not documented.',
  },
  '268447840': {
    zh: '请求过于频繁，请稍后用原参数重试。',
    en: 'Too many requests. Wait, then repeat with the same parameters.',
  },
  '268501013': {
    zh: '缺少 openid：JSAPI 下单必须传支付者的 openid。',
    en: 'The openid is missing: a JSAPI order needs the openid of the payer.',
  },
  '268443704': {
    zh: '缺少 sub_mchid：服务商接口必须传子商户号。',
    en: 'The sub_mchid is missing: the partner APIs need the sub-merchant number.',
  },
  '268443701': {
    zh: '服务商与该子商户没有受理关系，请检查 sub_mchid，或重新建立授权。',
    en: 'The service provider has no relation to this sub-merchant. Check sub_mchid, or set the relation up.',
  },
  '268448010': {
    zh: '商户的收款功能受限，请登录商户平台查看并处理风险提示。',
    en: 'The merchant may not collect money at present. See the notice in the merchant platform.',
  },
};

/** @returns undefined for a code that is not in the table. */
export function explainInternalCode(internalCode: string): InternalCodeExplanation | undefined {
  return Object.hasOwn(explanations, internalCode) ? explanations[internalCode] : undefined;
}
