/** Form parts that both kinds share, differing in names and in the family of identity documents. */
import { accountNumberRule, areaCodeRule, nameRule } from './clear.ts';
import { image, images, object, optional, secret, text } from './form.ts';

/** 长度为2-100个字符; older pages said 2～30 for the holder of a document. */
export const personNameRule = nameRule(2, 100);

/** 17 banks take part directly; every other is 其他银行 and needs its branch. */
const directBanks: readonly string[] = [
  '工商银行',
  '交通银行',
  '招商银行',
  '民生银行',
  '中信银行',
  '浦发银行',
  '兴业银行',
  '光大银行',
  '广发银行',
  '平安银行',
  '北京银行',
  '华夏银行',
  '农业银行',
  '建设银行',
  '邮政储蓄银行',
  '中国银行',
  '宁波银行',
];
export const otherBank = '其他银行';

const bankRule = (value: string): string | undefined =>
  value === otherBank || directBanks.includes(value)
    ? undefined
    : '开户银行取值有误，不在微信支付提供的银行对照表中，请检查后再试';

export const bankFields = {
  account_bank: text('开户银行', { max: 128, check: bankRule }),
  bank_address_code: text('开户银行省市编码', { max: 12, check: areaCodeRule }),
  bank_branch_id: optional(text('开户银行联行号', { max: 64, pattern: /^\d{12}$/ })),
  bank_name: optional(text('开户银行全称（含支行）', { max: 128 })),
  account_number: secret('银行账号', { check: accountNumberRule }),
};

export const accountCertificate = object('银行账户证明材料', {
  settlement_cert_pic: image('结算证明函'),
  relation_cert_pic: image('关系证明函'),
  other_cert_pics: images('其他补充证明', 3),
});
