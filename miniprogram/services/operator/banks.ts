/**
 * Banks whose cards a refund can be sent to when the payer's own card is gone.
 * https://pay.weixin.qq.com/doc/v3/merchant/4012810603 (发起异常退款)
 */
import { currentLanguage } from '../../i18n/index';

const banks: readonly (readonly [code: string, zh: string, en: string])[] = [
  ['ICBC_DEBIT', '工商银行', 'ICBC'],
  ['ABC_DEBIT', '农业银行', 'Agricultural Bank'],
  ['BOC_DEBIT', '中国银行', 'Bank of China'],
  ['CCB_DEBIT', '建设银行', 'Construction Bank'],
  ['COMM_DEBIT', '交通银行', 'Bank of Communications'],
  ['PSBC_DEBIT', '邮储银行', 'Postal Savings Bank'],
  ['CMB_DEBIT', '招商银行', 'China Merchants Bank'],
  ['PAB_DEBIT', '平安银行', 'Ping An Bank'],
  ['SPDB_DEBIT', '浦发银行', 'SPD Bank'],
  ['CITIC_DEBIT', '中信银行', 'CITIC Bank'],
  ['CEB_DEBIT', '光大银行', 'Everbright Bank'],
  ['CMBC_DEBIT', '民生银行', 'Minsheng Bank'],
  ['CIB_DEBIT', '兴业银行', 'Industrial Bank'],
  ['GDB_DEBIT', '广发银行', 'Guangfa Bank'],
  ['NBCB_DEBIT', '宁波银行', 'Bank of Ningbo'],
];

export const refundBanks: readonly { readonly value: string; readonly label: string }[] = banks.map(
  ([value, zh, en]) => ({ value, label: currentLanguage() === 'zh' ? zh : `${en} · ${zh}` }),
);
