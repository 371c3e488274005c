import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Authority, type AuthorityState } from '../keys/authority.ts';
import { PlatformKeys, type PlatformKeysState } from '../keys/platform.ts';
import type { KeyMode } from '../types.ts';
import { readConfig } from './config.ts';
import {
  builtInMerchants,
  createMerchant,
  type MerchantPlan,
  parsed,
  type StoredMerchant,
  type SubMerchant,
  stored,
  usualFeeBasisPoints,
} from './merchants.ts';
import type { SeedData } from './state.ts';

export interface SeedOptions {
  readonly seed: string | undefined;
  readonly configFile: string | undefined;
  readonly keyMode: KeyMode;
  /** Of each RSA key: 2048 as WeChat Pay's, unless a simulation wants to sign faster. */
  readonly keyBits?: number;
}

/** Makes the authority, the merchants and the platform's keys. Keys are made in parallel. */
export async function createSeedData(options: SeedOptions): Promise<SeedData> {
  const seed = options.seed ?? randomBytes(16).toString('hex');
  const plans: readonly MerchantPlan[] =
    options.configFile === undefined
      ? builtInMerchants
      : readConfig(readText(options.configFile), options.configFile);
  const { keyBits } = options;
  const authority = Authority.create(seed, keyBits);
  const [issuer, platform, ...merchants] = await Promise.all([
    authority,
    PlatformKeys.create(authority, seed, options.keyMode, keyBits),
    ...plans.map((plan) => createMerchant(plan, authority, seed, keyBits)),
  ]);
  const subMerchants = plans.flatMap((plan) =>
    plan.subMerchants.map((sub) => ({
      ...sub,
      feeBasisPoints: sub.feeBasisPoints ?? usualFeeBasisPoints,
      providerMchid: plan.mchid,
      frozen: false,
    })),
  );
  return { seed, authority: issuer, platform, merchants, subMerchants };
}

/** @throws Error naming the file */
function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new Error(`${file} cannot be read: ${(cause as Error).message}.`, { cause });
  }
}

export interface StoredSeedData {
  readonly seed: string;
  readonly authority: AuthorityState;
  readonly platform: PlatformKeysState;
  readonly merchants: readonly StoredMerchant[];
  readonly subMerchants: readonly SubMerchant[];
}

export function storeSeedData(seedData: SeedData): StoredSeedData {
  return {
    seed: seedData.seed,
    authority: seedData.authority.snapshot(),
    platform: seedData.platform.snapshot(),
    merchants: seedData.merchants.map(stored),
    subMerchants: seedData.subMerchants,
  };
}

/** @param now epoch ms on the sandbox's clock */
export function restoreSeedData(state: StoredSeedData, now: () => number): SeedData {
  return {
    seed: state.seed,
    authority: Authority.restore(state.authority),
    platform: PlatformKeys.restore(state.platform, now),
    merchants: state.merchants.map(parsed),
    subMerchants: state.subMerchants,
  };
}
