/** 银行组件: what an application needs to name a bank. https://pay.weixin.qq.com/wiki/doc/apiv3_partner/Offline/apis/chapter11_2_1.shtml */
import type { WechatpayClient } from '../http/client-types.ts';
import { buildPath } from '../http/path.ts';

/** Two hundred is the most that a page may hold. */
export interface BankPage {
  offset: number;
  limit: number;
}

export interface Bank {
  bank_alias: string;
  bank_alias_code: string;
  /** 开户银行, as an application's account_bank takes it. */
  account_bank: string;
  account_bank_code: number;
  need_bank_branch: boolean;
}

export interface BankList {
  total_count: number;
  count: number;
  offset: number;
  data?: Bank[];
}

export interface BranchList {
  total_count: number;
  count: number;
  offset: number;
  account_bank: string;
  account_bank_code: number;
  bank_alias: string;
  bank_alias_code: string;
  data?: { bank_branch_name: string; bank_branch_id: string }[];
}

/** 查询省份列表. */
export function listProvinces(
  client: WechatpayClient,
): Promise<{ total_count: number; data?: { province_name: string; province_code: number }[] }> {
  return client.send({ method: 'GET', path: '/v3/capital/capitallhh/areas/provinces' });
}

/** 查询城市列表. */
export function listCities(
  client: WechatpayClient,
  provinceCode: number,
): Promise<{ total_count: number; data?: { city_name: string; city_code: number }[] }> {
  const path = buildPath('/v3/capital/capitallhh/areas/provinces/{province_code}/cities', {
    province_code: provinceCode,
  });
  return client.send({ method: 'GET', path });
}

/** 查询支持个人业务的银行列表. */
export function listPersonalBanks(client: WechatpayClient, page: BankPage): Promise<BankList> {
  return client.send({
    method: 'GET',
    path: buildPath('/v3/capital/capitallhh/banks/personal-banking', {}, { ...page }),
  });
}

/** 查询支持对公业务的银行列表. */
export function listCorporateBanks(client: WechatpayClient, page: BankPage): Promise<BankList> {
  return client.send({
    method: 'GET',
    path: buildPath('/v3/capital/capitallhh/banks/corporate-banking', {}, { ...page }),
  });
}

/**
 * 获取对私银行卡号开户银行.
 * @param accountNumber the card number as `encryptOaep` made it, with the key that `serial` names.
 */
export function searchBanksByAccount(
  client: WechatpayClient,
  accountNumber: { ciphertext: string; serial: string },
): Promise<{ total_count: number; data?: Bank[] }> {
  const path = buildPath(
    '/v3/capital/capitallhh/banks/search-banks-by-bank-account',
    {},
    { account_number: accountNumber.ciphertext },
  );
  return client.send({ method: 'GET', path, encryptedWithSerial: accountNumber.serial });
}

/** 查询支行列表, for a bank that needs one. */
export function listBranches(
  client: WechatpayClient,
  bankAliasCode: string,
  cityCode: number,
  page: BankPage,
): Promise<BranchList> {
  const path = buildPath(
    '/v3/capital/capitallhh/banks/{bank_alias_code}/branches',
    { bank_alias_code: bankAliasCode },
    { city_code: cityCode, offset: page.offset, limit: page.limit },
  );
  return client.send({ method: 'GET', path });
}
