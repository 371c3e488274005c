/** Which functions a shop deploys and what each of them is given, by cloudbaserc.json. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AccountKind, providerKinds } from '../../shared/core/account.ts';
import { definitionOf, isUsedBy } from './variables.ts';

export interface FunctionEntry {
  readonly name: string;
  readonly envVariables?: Readonly<Record<string, string>>;
}

/** The part of cloudbaserc.json that says what a function is given. */
export interface FunctionList {
  readonly functions: readonly FunctionEntry[];
}

/** Functions of one account only. All others are deployed in any case. */
const onlyFor: Readonly<Record<string, readonly AccountKind[]>> = {
  createOrder: ['direct'],
  createPartnerOrder: providerKinds,
  partnerOrders: providerKinds,
  applyMerchant: providerKinds,
  uploadMedia: providerKinds,
  sellerFunds: providerKinds,
  sellerProducts: providerKinds,
  transferMoney: ['direct'],
  receiveTransfer: ['direct'],
};

/** Bytes of environment variables that one function may have. https://cloud.tencent.com/document/product/583/11637 */
export const environmentLimitBytes = 4096;

/** What a function would be deployed with. */
export interface FunctionEnvironment {
  readonly name: string;
  /** Without empty ones. */
  readonly variables: Readonly<Record<string, string>>;
  /** Required by the accounts of the shop, but not set. */
  readonly missing: readonly string[];
  readonly sizeBytes: number;
}

export function readFunctionList(root: string): FunctionList {
  return JSON.parse(readFileSync(join(root, 'cloudbaserc.json'), 'utf8')) as FunctionList;
}

/**
 * The accounts of a shop, its own merchant number, a service provider's, or both, by what is set:
 * WECHATPAY_DIRECT_MCHID, WECHATPAY_PROVIDER_MCHID and WECHATPAY_PROVIDER_KIND.
 */
export function accountsOf(values: Readonly<Record<string, string | undefined>>): AccountKind[] {
  const isSet = (name: string) => Boolean(values[name]?.trim());
  const hasProvider = isSet('WECHATPAY_PROVIDER_MCHID') || isSet('WECHATPAY_PROVIDER_KIND');
  const provider = values.WECHATPAY_PROVIDER_KIND?.trim() === 'partner' ? 'partner' : 'ecommerce';
  return [
    ...(isSet('WECHATPAY_DIRECT_MCHID') ? (['direct'] as const) : []),
    ...(hasProvider ? ([provider] as const) : []),
  ];
}

/** Names of the functions that these accounts need, in the order of cloudbaserc.json. */
export function functionsFor(list: FunctionList, accounts: readonly AccountKind[]): string[] {
  return list.functions.map(({ name }) => name).filter((name) => isUsedBy(accounts, onlyFor[name]));
}

/** @param values what `.env.local` and the shell give, by name */
export function environmentOf(
  entry: FunctionEntry,
  values: Readonly<Record<string, string | undefined>>,
  accounts: readonly AccountKind[],
): FunctionEnvironment {
  const variables: Record<string, string> = {};
  const missing = new Set<string>();
  for (const [name, template] of Object.entries(entry.envVariables ?? {})) {
    if (!isUsedBy(accounts, definitionOf(name)?.kinds)) continue;
    const { text, unset } = fill(template, values);
    if (text !== '') variables[name] = text;
    for (const each of unset) if (isRequired(each, accounts)) missing.add(each);
  }
  return { name: entry.name, variables, missing: [...missing], sizeBytes: sizeOf(variables) };
}

/** Whether a deployment with these accounts requires the variable. */
export function isRequired(name: string, accounts: readonly AccountKind[]): boolean {
  const { use, kinds } = definitionOf(name) ?? {};
  return (use === 'required' || use === 'command') && isUsedBy(accounts, kinds);
}

/** Names and values as the platform counts them, with one separator each. */
function sizeOf(variables: Readonly<Record<string, string>>): number {
  return Object.entries(variables).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value) + 2,
    0,
  );
}

function fill(template: string, values: Readonly<Record<string, string | undefined>>) {
  const unset: string[] = [];
  const text = template.replace(/\{\{\s*env\.([A-Za-z0-9_]+)\s*\}\}/g, (_, variable: string) => {
    const value = values[variable]?.trim() ?? '';
    if (value === '') unset.push(variable);
    return value;
  });
  return { text, unset };
}
