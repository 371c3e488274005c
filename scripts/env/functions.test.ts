import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { AccountKind } from '../../shared/core/account.ts';
import {
  accountsOf,
  environmentLimitBytes,
  environmentOf,
  functionsFor,
  readFunctionList,
} from './functions.ts';
import { definitionOf, variables } from './variables.ts';

const list = readFunctionList(join(fileURLToPath(import.meta.url), '../../..'));
const entry = (name: string) => list.functions.find((each) => each.name === name)!;
const direct: AccountKind[] = ['direct'];
const ecommerce: AccountKind[] = ['ecommerce'];
const both: AccountKind[] = ['direct', 'partner'];

/** As long as real ones. */
const full = Object.fromEntries(
  variables.map(({ name }) => [
    name,
    'x'.repeat(/PRIVATE_KEY|CERTIFICATE/.test(name) ? 1624 : /PUBLIC_KEY$/.test(name) ? 392 : 32),
  ]),
);

describe('cloudbaserc.json', () => {
  it.each(list.functions.map(({ name }) => name))('gives %s only variables that are explained', (name) => {
    for (const [variable, template] of Object.entries(entry(name).envVariables ?? {})) {
      expect(definitionOf(variable), variable).toBeDefined();
      expect(template).toBe(`{{env.${variable}}}`);
    }
  });

  it.each(list.functions.map(({ name }) => name))('lets %s accept two API v3 keys, if it has one', (name) => {
    const names = Object.keys(entry(name).envVariables ?? {});
    const keys = names.filter((variable) => variable.endsWith('_API_V3_KEY'));
    expect(names).toEqual(expect.arrayContaining(keys.map((key) => `${key}_OTHER`)));
  });

  it.each(list.functions.map(({ name }) => name))('leaves %s below 4 KB', (name) => {
    expect(environmentOf(entry(name), full, both).sizeBytes).toBeLessThan(environmentLimitBytes);
  });
});

describe('the functions of a shop', () => {
  it('with its own merchant number are none of a provider', () => {
    const names = functionsFor(list, direct);
    expect(names).toEqual(expect.arrayContaining(['createOrder', 'payNotify', 'reconcile', 'queryOrder']));
    for (const name of ['createPartnerOrder', 'partnerOrders', 'applyMerchant', 'uploadMedia']) {
      expect(names).not.toContain(name);
    }
  });

  it('of a provider do not take money for itself', () => {
    const names = functionsFor(list, ecommerce);
    expect(names).toEqual(expect.arrayContaining(['createPartnerOrder', 'partnerOrders', 'applyMerchant']));
    expect(names).not.toContain('createOrder');
  });

  it('with both are all', () => {
    expect(functionsFor(list, both)).toEqual(list.functions.map(({ name }) => name));
  });
});

describe('the environment of a function', () => {
  it('holds no variable of an account that the shop does not have, and none that is empty', () => {
    const { variables: given, missing } = environmentOf(
      entry('payNotify'),
      { ...full, WECHATPAY_DIRECT_PUBLIC_KEY: '' },
      direct,
    );
    expect(Object.keys(given).filter((name) => name.includes('PROVIDER'))).toEqual([]);
    expect(Object.values(given)).not.toContain('');
    expect(missing).toEqual([]);
  });

  it('names what is required and not set', () => {
    const { missing } = environmentOf(entry('createOrder'), { WECHATPAY_DIRECT_MCHID: '1900000001' }, direct);
    expect(missing).toEqual([
      'WECHATPAY_APPID',
      'WECHATPAY_NOTIFY_URL',
      'WECHATPAY_DIRECT_SERIAL_NO',
      'WECHATPAY_DIRECT_PRIVATE_KEY',
      'WECHATPAY_DIRECT_API_V3_KEY',
    ]);
  });
});

describe('the accounts', () => {
  it.each([
    [{}, []],
    [{ WECHATPAY_DIRECT_MCHID: '1' }, direct],
    [{ WECHATPAY_PROVIDER_MCHID: '1' }, ecommerce],
    [{ WECHATPAY_DIRECT_MCHID: '1', WECHATPAY_PROVIDER_KIND: 'partner' }, both],
    [{ WECHATPAY_DIRECT_MCHID: ' ' }, []],
  ])('of %j are %j', (values: Record<string, string>, accounts) => {
    expect(accountsOf(values)).toEqual(accounts);
  });
});
