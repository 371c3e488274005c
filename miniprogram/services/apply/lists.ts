/** The long lists of the form: banks and their branches. */
import { say } from '../../i18n/index';
import { type Api, api, errorText } from '../api';
import { answerOf } from './form';
import { type Field, type Questions, text, type Values } from './types';

export interface Row {
  readonly value: string;
  readonly label: string;
}

/** How a choice changes the draft. */
export interface Outcome {
  readonly values: Values;
  readonly labels: Readonly<Record<string, string>>;
}

export interface Sheet {
  readonly title: string;
  readonly load: () => Promise<{ readonly rows: readonly Row[] } | { readonly problem: string }>;
  readonly choose: (row: Row) => Outcome;
}

type Lists = Pick<Api, 'applyMerchant'>;
const pageSize = 200;
/** The example of https://pay.weixin.qq.com/docs/partner/apis/mch-bank-element/banks/list-banks-for-personal-banking.html counts 4,446. */
const mostPages = 40;
/** Calls under way at once. */
const pagesAtOnce = 5;

/** @returns the first sheet for a field, or a message saying what must be answered first. */
export function sheetFor(
  field: Field,
  form: Questions,
  values: Values,
  labels: Readonly<Record<string, string>>,
  via: Lists = api,
): Sheet | { readonly before: string } {
  const prefix = field.key.slice(0, field.key.lastIndexOf('.') + 1);
  if (field.kind === 'bank') {
    const type = accountType(form, values, prefix);
    if (!type) return { before: say(['请先选择账户类型', 'Choose the account type first']) };
    return bankSheet(field.key, prefix, type, via);
  }
  const place = (labels[`${prefix}bank_address_code`] ?? '').split(' ');
  if (!place[0]) return { before: say(['请先选择开户城市', 'Choose the city of the bank first']) };
  return branchSheet(field.key, text(values, '_bank_alias_code'), place, via);
}

function accountType(form: Questions, values: Values, prefix: string): 'corporate' | 'personal' | undefined {
  const keys = [`${prefix}bank_account_type`, `${prefix}account_type`];
  const field = form.steps.flatMap((step) => step.fields).find(({ key }) => keys.includes(key));
  const answer = field ? answerOf(field, values) : undefined;
  if (typeof answer !== 'string') return undefined;
  return answer === '75' || /(PERSONAL|PRIVATE)$/.test(answer) ? 'personal' : 'corporate';
}

function bankSheet(key: string, prefix: string, accountType: 'corporate' | 'personal', via: Lists): Sheet {
  const banks = new Map<string, { accountBank: string; needsBranch: boolean }>();
  return {
    title: say(['选择开户银行', 'Bank']),
    load: async () => {
      const loaded = await allPages(async (offset) => {
        const answer = await via.applyMerchant({ action: 'banks', accountType, offset, limit: pageSize });
        return answer.ok
          ? { items: answer.data.banks, total: answer.data.total }
          : { problem: errorText(answer.error) };
      });
      if ('problem' in loaded) return loaded;
      for (const bank of loaded.items) banks.set(bank.bankAliasCode, bank);
      return { rows: loaded.items.map((bank) => ({ value: bank.bankAliasCode, label: bank.bankAlias })) };
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

function branchSheet(key: string, bankAliasCode: string, place: readonly string[], via: Lists): Sheet {
  return {
    title: say(['选择支行', 'Branch']),
    load: async () => {
      const city = await cityCodeOf(place, via);
      if ('problem' in city) return city;
      const loaded = await allPages(async (offset) => {
        const request = { bankAliasCode, cityCode: city.code, offset, limit: pageSize };
        const answer = await via.applyMerchant({ action: 'branches', ...request });
        return answer.ok
          ? { items: answer.data.branches, total: answer.data.total }
          : { problem: errorText(answer.error) };
      });
      if ('problem' in loaded) return loaded;
      return { rows: loaded.items.map(({ id, name }) => ({ value: id, label: name })) };
    },
    choose: ({ value, label }) => ({ values: { [key]: value }, labels: { [key]: label } }),
  };
}

type Page<T> = { readonly items: readonly T[]; readonly total: number } | { readonly problem: string };

/** The first page contains the total; the others are fetched a few at a time. */
export async function allPages<T>(
  load: (offset: number) => Promise<Page<T>>,
): Promise<{ items: T[] } | { problem: string }> {
  const first = await load(0);
  if ('problem' in first) return first;
  const items = [...first.items];
  const pages = Math.min(Math.ceil(first.total / pageSize), mostPages);
  for (let next = 1; next < pages; next += pagesAtOnce) {
    const offsets = Array.from(
      { length: Math.min(pagesAtOnce, pages - next) },
      (_, index) => (next + index) * pageSize,
    );
    for (const page of await Promise.all(offsets.map(load))) {
      if ('problem' in page) return page;
      items.push(...page.items);
    }
  }
  return { items };
}

/**
 * The list of branches requires its own city code (https://pay.weixin.qq.com/doc/v3/partner/4012697673), which differs
 * from the form's region code; it is looked up by name.
 */
async function cityCodeOf(
  [province = '', city = '']: readonly string[],
  via: Lists,
): Promise<{ readonly code: number } | { readonly problem: string }> {
  const provinces = await via.applyMerchant({ action: 'provinces' });
  if (!provinces.ok) return { problem: errorText(provinces.error) };
  const inProvince = provinces.data.provinces.find(({ name }) => isSamePlace(name, province));
  if (!inProvince) return { problem: say(unknownCity) };
  const cities = await via.applyMerchant({ action: 'cities', provinceCode: inProvince.code });
  if (!cities.ok) return { problem: errorText(cities.error) };
  const found = cities.data.cities.find(({ name }) => isSamePlace(name, city));
  return found ? { code: found.code } : { problem: say(unknownCity) };
}

const unknownCity = [
  '没有查到这个城市的支行，请换一个开户城市',
  'No branches in this city: choose another one',
] as const;

/** 内蒙古 and 内蒙古自治区 are the same place. */
export function isSamePlace(a: string, b: string): boolean {
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  const core = short.replace(/(省|市|地区|盟)$/, '');
  return core !== '' && long.startsWith(core);
}
