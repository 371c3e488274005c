/** The long lists of the form: cities, banks, branches. Each question is one or two sheets, one after the other. */
import { say } from '../../i18n/index';
import { type Api, api, errorText } from '../api';
import { answerOf } from './form';
import { type ApplicationForm, type Field, text, type Values } from './types';

export interface Row {
  readonly value: string;
  readonly label: string;
}

/** What choosing means for the draft, or the next sheet. */
export type Outcome =
  | { readonly next: Sheet }
  | { readonly values: Values; readonly labels: Readonly<Record<string, string>> };

export interface Sheet {
  readonly title: string;
  readonly load: () => Promise<{ readonly rows: readonly Row[] } | { readonly problem: string }>;
  readonly choose: (row: Row) => Outcome;
}

type Lists = Pick<Api, 'applyMerchant'>;
const pageSize = 200;
/** WeChat Pay lists about 1,200 banks for personal accounts. */
const mostPages = 12;

/** @returns the first sheet for a field, or a sentence saying what must be answered before. */
export function sheetFor(
  field: Field,
  form: ApplicationForm,
  values: Values,
  via: Lists = api,
): Sheet | { readonly before: string } {
  const prefix = field.key.slice(0, field.key.lastIndexOf('.') + 1);
  if (field.kind === 'city') return provinceSheet(field.key, via);
  if (field.kind === 'bank') {
    const type = accountType(form, values, prefix);
    if (!type) return { before: say(['请先选择账户类型', 'Choose the account type first']) };
    return bankSheet(field.key, prefix, type, via);
  }
  const city = text(values, `${prefix}bank_address_code`);
  if (!city) return { before: say(['请先选择开户城市', 'Choose the city of the bank first']) };
  return branchSheet(field.key, text(values, '_bank_alias_code'), Number(city), via);
}

function accountType(
  form: ApplicationForm,
  values: Values,
  prefix: string,
): 'corporate' | 'personal' | undefined {
  const key = `${prefix}bank_account_type`;
  const field = form.steps.flatMap((step) => step.fields).find((candidate) => candidate.key === key);
  const answer = field ? answerOf(field, values) : undefined;
  if (typeof answer !== 'string') return undefined;
  return answer === '75' || answer.endsWith('PERSONAL') ? 'personal' : 'corporate';
}

function provinceSheet(key: string, via: Lists): Sheet {
  return {
    title: say(['选择省份', 'Province']),
    load: async () => {
      const answer = await via.applyMerchant({ action: 'provinces' });
      if (!answer.ok) return { problem: errorText(answer.error) };
      return { rows: answer.data.provinces.map(({ name, code }) => ({ value: String(code), label: name })) };
    },
    choose: (province) => ({ next: citySheet(key, province, via) }),
  };
}

function citySheet(key: string, province: Row, via: Lists): Sheet {
  return {
    title: province.label,
    load: async () => {
      const answer = await via.applyMerchant({ action: 'cities', provinceCode: Number(province.value) });
      if (!answer.ok) return { problem: errorText(answer.error) };
      return { rows: answer.data.cities.map(({ name, code }) => ({ value: String(code), label: name })) };
    },
    choose: (city) => ({
      values: { [key]: city.value },
      labels: { [key]: city.label === province.label ? city.label : `${province.label} ${city.label}` },
    }),
  };
}

function bankSheet(key: string, prefix: string, accountType: 'corporate' | 'personal', via: Lists): Sheet {
  const banks = new Map<string, { accountBank: string; needsBranch: boolean }>();
  return {
    title: say(['选择开户银行', 'Bank']),
    load: async () => {
      const rows: Row[] = [];
      for (let page = 0; page < mostPages; page += 1) {
        const answer = await via.applyMerchant({
          action: 'banks',
          accountType,
          offset: page * pageSize,
          limit: pageSize,
        });
        if (!answer.ok) return { problem: errorText(answer.error) };
        for (const bank of answer.data.banks) {
          banks.set(bank.bankAliasCode, bank);
          rows.push({ value: bank.bankAliasCode, label: bank.bankAlias });
        }
        if (answer.data.banks.length === 0 || rows.length >= answer.data.total) break;
      }
      return { rows };
    },
    choose: ({ value, label }) => {
      const bank = banks.get(value);
      return {
        values: {
          [key]: bank?.accountBank ?? label,
          _bank_alias_code: value,
          _needs_branch: bank?.needsBranch ?? false,
          [`${prefix}bank_branch_id`]: '',
        },
        labels: { [key]: label, [`${prefix}bank_branch_id`]: '' },
      };
    },
  };
}

function branchSheet(key: string, bankAliasCode: string, cityCode: number, via: Lists): Sheet {
  return {
    title: say(['选择支行', 'Branch']),
    load: async () => {
      const rows: Row[] = [];
      for (let page = 0; page < mostPages; page += 1) {
        const answer = await via.applyMerchant({
          action: 'branches',
          bankAliasCode,
          cityCode,
          offset: page * pageSize,
          limit: pageSize,
        });
        if (!answer.ok) return { problem: errorText(answer.error) };
        rows.push(...answer.data.branches.map(({ id, name }) => ({ value: id, label: name })));
        if (answer.data.branches.length === 0 || rows.length >= answer.data.total) break;
      }
      return { rows };
    },
    choose: ({ value, label }) => ({ values: { [key]: value }, labels: { [key]: label } }),
  };
}
