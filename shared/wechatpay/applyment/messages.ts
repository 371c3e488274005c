/** A text for the person filling in a form, in both languages. */
export interface Text {
  readonly zh: string;
  readonly en: string;
}

/**
 * The message of each broken rule, for the person filling in the form. Keys are the `error`s of the schemas and rules.
 */
export const messages = {
  required: { zh: '必填', en: 'Required' },
  unknownField: { zh: '微信支付没有这个字段，请去掉', en: 'WeChat Pay has no such field; leave it out' },
  type: { zh: '类型不对', en: 'Wrong type' },
  choice: { zh: '不是允许的取值', en: 'Not one of the allowed values' },
  tooLong: { zh: '超出长度或数量上限', en: 'Too long, or too many items' },
  tooShort: { zh: '至少要有一项', en: 'At least one is needed' },
  notJson: { zh: '不是对象', en: 'Not an object' },
  length: { zh: '字数不在允许的范围内', en: 'The number of characters is out of range' },
  bytes: {
    zh: '太长：最多 64 字节（约 21 个汉字）',
    en: 'Too long: at most 64 bytes (about 21 Chinese characters)',
  },
  tooLongToEncrypt: {
    zh: '太长：加密字段最多 214 字节（约 71 个汉字）',
    en: 'Too long: an encrypted field takes at most 214 bytes (about 71 Chinese characters)',
  },
  trim: {
    zh: '前后不能有空格、制表符或换行',
    en: 'It must not begin or end with a space, tab or line break',
  },
  printable: { zh: '不能含换行或控制字符', en: 'No line breaks or control characters' },
  letters: { zh: '不能只有数字和符号', en: 'It cannot consist of digits and symbols only' },
  digits: { zh: '只能填写数字，且位数须正确', en: 'Digits only, of the required length' },
  mediaId: { zh: '不是上传文件得到的 media_id', en: 'Not a media_id of an uploaded file' },
  idNumber: {
    zh: '身份证号码有误：应为 17 位数字加 1 位校验码（X 大写），请核对',
    en: 'Wrong ID number: 17 digits and a check character (capital X) are expected; check it',
  },
  docNumber: {
    zh: '证件号码只能是数字、字母和连字符',
    en: 'A document number has digits, letters and hyphens only',
  },
  docNumberForType: {
    zh: '证件号码与证件类型的格式不符',
    en: 'The number does not have the form of this document type',
  },
  mobilePhone: { zh: '手机号码是 11 位数字', en: 'A mobile number has 11 digits' },
  servicePhone: {
    zh: '客服电话只能是数字和“-”，5 到 32 位',
    en: 'Service phone: digits and "-" only, 5 to 32',
  },
  email: { zh: '邮箱格式不对', en: 'Not an e-mail address' },
  accountNumber: { zh: '银行账号是 8 到 30 位数字', en: 'A bank account number has 8 to 30 digits' },
  openid: { zh: '不是 openid', en: 'Not an openid' },
  date: {
    zh: '日期格式应为 YYYY-MM-DD，且不早于 1900-01-01',
    en: 'Write the date as YYYY-MM-DD, not before 1900-01-01',
  },
  dateOrLongTerm: { zh: '日期格式应为 YYYY-MM-DD，或填“长期”', en: 'Write the date as YYYY-MM-DD, or 长期' },
  period: {
    zh: '格式应为 ["YYYY-MM-DD","YYYY-MM-DD 或 长期"]',
    en: 'Write ["YYYY-MM-DD","YYYY-MM-DD or 长期"]',
  },
  notBegun: { zh: '开始日期须早于今天', en: 'The first day must be before today' },
  endBeforeBegin: { zh: '结束日期须晚于开始日期', en: 'The last day must be after the first' },
  expired: { zh: '证件已过期', en: 'The document has expired' },
  licenceNumber: { zh: '证件号须为 18 位数字或大写字母', en: '18 digits or capital letters' },
  certNumber: { zh: '证书号只能是数字、字母和连字符', en: 'Digits, letters and hyphens only' },
  companySuffix: {
    zh: '这种主体的名称不能以“公司”结尾',
    en: 'The name of this kind of subject cannot end in 公司',
  },
  appid: { zh: '不是 AppID', en: 'Not an AppID' },
  url: { zh: '网址须以 http:// 或 https:// 开头', en: 'A URL must start with http:// or https://' },
  rate: { zh: '费率最多两位小数', en: 'A rate has at most two decimals' },
  activityId: { zh: '不是活动 ID', en: 'Not an activity id' },
  degrees: { zh: '不是经纬度', en: 'Not a longitude or latitude' },
  notForSubject: { zh: '这种主体或类型不填这一项', en: 'Not for this kind of subject or type; leave it out' },
  choiceForSubject: { zh: '这种主体不能选这个值', en: 'Not an allowed value for this kind of subject' },
  requiredForSubject: { zh: '这种主体或类型必填', en: 'Required for this kind of subject or type' },
  exactlyOne: { zh: '二选一：请只填其中一项', en: 'Give exactly one of the two' },
  notBoth: { zh: '两项不能同时填', en: 'The two cannot both be given' },
  duplicate: { zh: '有重复', en: 'It appears more than once' },
  tooManyOwners: {
    zh: '法人本身是受益人时，最多再填 3 个受益人',
    en: 'At most 3 more beneficial owners when the legal person is one',
  },
  sameAsId: {
    zh: '须与经营者/法人证件上的一致',
    en: 'Must match the document of the operator or legal person',
  },
  accountNameOfMerchant: {
    zh: '对公账户的开户名称须与商户名称一致',
    en: "A corporate account must be in the merchant's name",
  },
  accountNameOfPerson: {
    zh: '个人账户的开户名称须与经营者证件姓名一致',
    en: "A personal account must be in the operator's name",
  },
  needsActivity: {
    zh: '填写优惠费率前须先选择活动 ID',
    en: 'Choose the activity id before giving a promotional rate',
  },
} as const satisfies Record<string, Text>;

export type MessageKey = keyof typeof messages;

export function messageFor(key: string): Text {
  return key in messages ? messages[key as MessageKey] : messages.type;
}
