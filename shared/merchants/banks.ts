import type { ApplyMerchantAnswers } from '../contract/index.ts';
import { isGatewayError } from '../core/errors.ts';
import type { Document } from '../core/ports.ts';
import type { OnboardingPorts, Page } from './ports.ts';

export const bankCacheCollection = 'bank_cache';

interface CacheDocument extends Document {
  readonly value: unknown;
  readonly fetchedAtMs: number;
}

/** Areas and banks change rarely, and WeChat Pay limits how often they may be asked for. */
const freshMs = 24 * 3_600_000;

/** 查询省份列表. https://pay.weixin.qq.com/doc/v3/partner/4012720575 */
export async function listProvinces(ports: OnboardingPorts): Promise<ApplyMerchantAnswers['provinces']> {
  return { provinces: await cached(ports, 'provinces', () => ports.gateway.provinces()) };
}

/** 查询城市列表. */
export async function listCities(
  ports: OnboardingPorts,
  provinceCode: number,
): Promise<ApplyMerchantAnswers['cities']> {
  return { cities: await cached(ports, `cities:${provinceCode}`, () => ports.gateway.cities(provinceCode)) };
}

/** 查询支持对公 / 个人业务的银行列表. */
export async function listBanks(
  ports: OnboardingPorts,
  accountType: 'corporate' | 'personal',
  page: Page,
): Promise<ApplyMerchantAnswers['banks']> {
  const key = `banks:${accountType}:${page.offset}:${page.limit}`;
  const ask = () => ports.gateway.banks(accountType, page);
  const { total, banks } = await (isKept(page) ? cached(ports, key, ask) : ask());
  return {
    total,
    banks: banks.map(({ needBankBranch, ...bank }) => ({ ...bank, needsBranch: needBankBranch })),
  };
}

/** 查询支行列表, for a bank that needs one. */
export async function listBranches(
  ports: OnboardingPorts,
  bankAliasCode: string,
  cityCode: number,
  page: Page,
): Promise<ApplyMerchantAnswers['branches']> {
  const key = `branches:${bankAliasCode}:${cityCode}:${page.offset}:${page.limit}`;
  const ask = () => ports.gateway.branches(bankAliasCode, cityCode, page);
  return isKept(page) ? cached(ports, key, ask) : ask();
}

const wholePage = 200;
const longestList = 10_000;

/** Only whole pages are kept, one after another: of the others somebody could make millions of documents. */
function isKept({ offset, limit }: Page): boolean {
  return limit === wholePage && offset % wholePage === 0 && offset < longestList;
}

/** From the cache while it is fresh; an old entry still serves when WeChat Pay does not answer. */
async function cached<T>(ports: OnboardingPorts, id: string, fetch: () => Promise<T>): Promise<T> {
  const nowMs = ports.clock.nowMs();
  const entry = await ports.documents.get<CacheDocument>(bankCacheCollection, id);
  if (entry && nowMs - entry.fetchedAtMs < freshMs) return entry.value as T;
  try {
    const value = await fetch();
    await store(ports, id, value, nowMs, entry !== undefined);
    return value;
  } catch (error) {
    if (!entry || !isGatewayError(error)) throw error;
    ports.log.warn('bank_cache_stale', { entry: id, code: error.code });
    return entry.value as T;
  }
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
