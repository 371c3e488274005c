import { otherBank } from '../rules/parts.ts';
import { cityByCode } from './areas.ts';

/** A bank as the capital APIs list it. `cardPrefix` is one of its card BINs. */
export interface Bank {
  readonly alias: string;
  readonly aliasCode: string;
  readonly accountBank: string;
  readonly accountBankCode: number;
  readonly needsBranch: boolean;
  readonly serves: 'both' | 'personal' | 'corporate';
  readonly cardPrefix: string;
}

/** The 17 that take part directly, with their 开户银行编码 and one of their BINs. */
const direct: readonly (readonly [string, number, string])[] = [
  ['招商银行', 1001, '622588'],
  ['工商银行', 1002, '622202'],
  ['建设银行', 1003, '621700'],
  ['浦发银行', 1004, '622521'],
  ['农业银行', 1005, '622848'],
  ['民生银行', 1006, '622622'],
  ['兴业银行', 1009, '622909'],
  ['平安银行', 1010, '622155'],
  ['交通银行', 1020, '622260'],
  ['中信银行', 1021, '622690'],
  ['光大银行', 1022, '622660'],
  ['华夏银行', 1025, '622630'],
  ['中国银行', 1026, '621661'],
  ['广发银行', 1027, '622568'],
  ['宁波银行', 1056, '622318'],
  ['邮政储蓄银行', 1066, '621799'],
  ['北京银行', 4836, '622853'],
];

/** Some of the thousands that are 其他银行 and need a branch. */
const others: readonly (readonly [string, Bank['serves'], string])[] = [
  ['浙江网商银行', 'both', '621420'],
  ['招商永隆银行', 'corporate', '621421'],
  ['深圳前海微众银行', 'personal', '623663'],
  ['上海银行', 'both', '622892'],
  ['江苏银行', 'both', '621026'],
  ['杭州银行', 'both', '622281'],
  ['南京银行', 'both', '622595'],
  ['徽商银行', 'both', '622877'],
  ['深圳农村商业银行', 'both', '622128'],
  ['施秉县农村信用合作联社', 'both', '622149'],
];

const documentedAliasCodes: Readonly<Record<string, string>> = {
  招商银行: '1000009561',
  招商永隆银行: '1000009580',
  浙江网商银行: '1000009501',
};

const aliasCodeOf = (alias: string, at: number) => documentedAliasCodes[alias] ?? `${1_000_006_200 + at}`;

export const banks: readonly Bank[] = [
  ...direct.map(
    ([name, code, cardPrefix], at): Bank => ({
      alias: name,
      aliasCode: aliasCodeOf(name, at),
      accountBank: name,
      accountBankCode: code,
      needsBranch: false,
      serves: 'both',
      cardPrefix,
    }),
  ),
  ...others.map(
    ([name, serves, cardPrefix], at): Bank => ({
      alias: name,
      aliasCode: aliasCodeOf(name, direct.length + at),
      accountBank: otherBank,
      accountBankCode: 1099,
      needsBranch: true,
      serves,
      cardPrefix,
    }),
  ),
];

export interface Branch {
  readonly name: string;
  readonly id: string;
}

const branchNames = ['营业部', '城东支行', '城西支行', '城南支行', '城北支行', '科技园支行', '中心支行'];

/** Made-up branches, always the same for the same bank and city; between 1 and 7. */
export function branchesOf(bank: Bank, cityCode: number): Branch[] {
  const city = cityByCode.get(cityCode);
  if (!city) return [];
  const serial = Number(bank.aliasCode) % 1000;
  const count = 1 + ((serial * 7 + cityCode * 3) % branchNames.length);
  return branchNames.slice(0, count).map((name, at) => ({
    name: `${bank.alias}${city.name.replace(/市$/, '')}${name}`,
    id: `${`${300 + (serial % 700)}`}${`${cityCode}`.padStart(4, '0')}${`${at + 1}`.padStart(5, '0')}`,
  }));
}
