import type { ApplyMerchantAnswers } from '../contract/index.ts';
import type { Document } from '../core/ports.ts';
import { WechatpayError } from '../wechatpay/errors.ts';
import type { OnboardingPorts } from './ports.ts';

interface Page {
  readonly offset: number;
  /** 1 to 200. */
  readonly limit: number;
}

export const bankCacheCollection = 'bank_cache';

interface CacheDocument extends Document {
  readonly value: unknown;
  readonly fetchedAtMs: number;
}

/** Areas and banks change rarely, and WeChat Pay limits how often they may be queried. */
const freshMs = 24 * 3_600_000;

/** 查询省份列表. https://pay.weixin.qq.com/doc/v3/partner/4012720575 */
export async function listProvinces(ports: OnboardingPorts): Promise<ApplyMerchantAnswers['provinces']> {
  const ask = async () => {
    const { data = [] } = await ports.account.client.request('GET /v3/capital/capitallhh/areas/provinces');
    return data.map(({ province_name, province_code }) => ({ name: province_name, code: province_code }));
  };
  return { provinces: await cached(ports, 'provinces', ask) };
}

/** 查询城市列表. */
export async function listCities(
  ports: OnboardingPorts,
  provinceCode: number,
): Promise<ApplyMerchantAnswers['cities']> {
  const ask = async () => {
    const route = 'GET /v3/capital/capitallhh/areas/provinces/{province_code}/cities';
    const { data = [] } = await ports.account.client.request(route, { province_code: provinceCode });
    return data.map(({ city_name, city_code }) => ({ name: city_name, code: city_code }));
  };
  return { cities: await cached(ports, `cities:${provinceCode}`, ask) };
}

const bankRoutes = {
  corporate: 'GET /v3/capital/capitallhh/banks/corporate-banking',
  personal: 'GET /v3/capital/capitallhh/banks/personal-banking',
} as const;

/** 查询支持对公 / 个人业务的银行列表. */
export async function listBanks(
  ports: OnboardingPorts,
  accountType: 'corporate' | 'personal',
  page: Page,
): Promise<ApplyMerchantAnswers['banks']> {
  const key = `banks:${accountType}:${page.offset}:${page.limit}`;
  const ask = async () => {
    const { total_count, data = [] } = await ports.account.client.request(bankRoutes[accountType], page);
    return {
      total: total_count,
      banks: data.map((bank) => ({
        bankAlias: bank.bank_alias,
        bankAliasCode: bank.bank_alias_code,
        accountBank: bank.account_bank,
        accountBankCode: bank.account_bank_code,
        needsBranch: bank.need_bank_branch,
      })),
    };
  };
  return isKept(page) ? cached(ports, key, ask) : ask();
}

/** 查询支行列表, for a bank that requires a branch. */
export async function listBranches(
  ports: OnboardingPorts,
  bankAliasCode: string,
  cityCode: number,
  page: Page,
): Promise<ApplyMerchantAnswers['branches']> {
  const key = `branches:${bankAliasCode}:${cityCode}:${page.offset}:${page.limit}`;
  const ask = async () => {
    const route = 'GET /v3/capital/capitallhh/banks/{bank_alias_code}/branches';
    const parameters = { bank_alias_code: bankAliasCode, city_code: cityCode, ...page };
    const { total_count, data = [] } = await ports.account.client.request(route, parameters);
    return {
      total: total_count,
      branches: data.map(({ bank_branch_name, bank_branch_id }) => ({
        name: bank_branch_name,
        id: bank_branch_id,
      })),
    };
  };
  return isKept(page) ? cached(ports, key, ask) : ask();
}

const wholePage = 200;
const longestList = 10_000;

/** Only full, aligned pages are cached: otherwise a caller could create millions of documents. */
function isKept({ offset, limit }: Page): boolean {
  return limit === wholePage && offset % wholePage === 0 && offset < longestList;
}

/** From the cache while it is fresh; an old entry is used when WeChat Pay does not answer. */
async function cached<T extends object>(
  ports: OnboardingPorts,
  id: string,
  fetch: () => Promise<T>,
): Promise<T> {
  const nowMs = ports.clock.nowMs();
  const entry = await ports.documents.get<CacheDocument>(bankCacheCollection, id);
  if (entry && nowMs - entry.fetchedAtMs < freshMs) return entry.value as T;
  try {
    const value = await fetch();
    if (!isEmpty(value)) await store(ports, id, value, nowMs, entry !== undefined);
    return value;
  } catch (error) {
    if (!entry || !(error instanceof WechatpayError)) throw error;
    ports.log.warn('bank_cache_stale', { entry: id, code: error.code });
    return entry.value as T;
  }
}

/** Such a list is not kept: anybody may invent codes, and each would be a document. */
function isEmpty(list: object): boolean {
  const parts: unknown[] = Object.values(list).flat();
  return parts.every((part) => part === 0);
}

async function store(
  ports: OnboardingPorts,
  id: string,
  value: unknown,
  fetchedAtMs: number,
  exists: boolean,
): Promise<void> {
  if (exists) {
    await ports.documents.update(bankCacheCollection, id, {}, { value, fetchedAtMs });
    return;
  }
  await ports.documents.insertIfAbsent<CacheDocument>(bankCacheCollection, { _id: id, value, fetchedAtMs });
}
