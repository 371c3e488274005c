/**
 * A shop whose WeChat Pay answers what a test says, without signatures: for what a process makes of each answer. The same
 * processes run against the simulator, signatures and all, in tests/payments.
 */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { Account, AccountKind } from '../../core/account.ts';
import { defaultPolicy } from '../../core/policy.ts';
import type { Log } from '../../core/ports.ts';
import { memoryDocuments } from '../../core/testing/documents.ts';
import { WechatpayError, type WechatpayErrorKind } from '../../wechatpay/errors.ts';
import type { WechatpayClient } from '../../wechatpay/http/client-types.ts';
import { type OrderRecord, ordersCollection } from '../orders/records.ts';
import { paidOrder } from './paid-order.ts';

type Fields = Record<string, unknown>;
const own = { subMchid: null, sellerId: null };
const ofSeller = { subMchid: '1900000109', sellerId: 's1' };
type Answer = (route: string, parameters: Fields) => unknown;

export type ScriptedShop = ReturnType<typeof scriptedShop>;

export function scriptedShop(kind: AccountKind = 'direct') {
  const documents = memoryDocuments();
  const calls: { route: string; parameters: Fields }[] = [];
  const logged: { level: string; event: string; fields: Fields }[] = [];
  const level =
    (name: string) =>
    (event: string, fields: Fields = {}) =>
      void logged.push({ level: name, event, fields });
  const log: Log = { info: level('info'), warn: level('warn'), error: level('error') };
  const request = async (route: string, parameters: Fields) => {
    calls.push({ route, parameters });
    return shop.answer(route, parameters);
  };
  // What is sent as bytes that were stored before.
  const send = ({ method, path, body = '{}' }: { method: string; path: string; body?: string }) =>
    request(`${method} ${path}`, JSON.parse(body));
  const encryptionKey = async () => ({ serial: 'PUB_KEY_ID_0119000000012026', key: nameKey() });
  const account: Account = {
    kind,
    appid: 'wx0123456789abcdef',
    mchid: '1900000001',
    client: { request, send, platformKeys: { encryptionKey } } as unknown as WechatpayClient,
  };
  const shop = {
    nowMs: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
    documents,
    /** Every request, in order. */
    calls,
    logged,
    account,
    /** What WeChat Pay answers; throws what {@link refusal} makes. */
    answer: ((route) => {
      throw new Error(`unexpected ${route}`);
    }) as Answer,
    ports: {
      clock: { nowMs: (): number => shop.nowMs },
      documents,
      log,
      policy: defaultPolicy,
      accounts: { find: (wanted: AccountKind) => (wanted === kind ? account : undefined) },
      notifyUrlOf: (): string | undefined => 'https://shop.example/notify',
    },
    /** Stores a paid order of 1000 fen. */
    putOrder(changes: Partial<OrderRecord> = {}): OrderRecord {
      const sale = { openid: 'oPayer', ...(kind === 'direct' ? own : ofSeller) };
      const order = { ...paidOrder(account, 'T1', sale, shop.nowMs), ...changes };
      shop.documents.put(ordersCollection, order);
      return order;
    },
    order: (outTradeNo = 'T1') => shop.documents.peek<OrderRecord>(ordersCollection, outTradeNo)!,
  };
  return shop;
}

let key: KeyObject | undefined;

/** Shorter than allowed: nobody decrypts what it encrypts. */
function nameKey(): KeyObject {
  key ??= generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey;
  return key;
}

/** What WeChat Pay answers instead of a result, or what kept its answer from arriving. */
export function refusal(code: string, kind: WechatpayErrorKind = 'refused'): WechatpayError {
  return new WechatpayError(kind, code, `${code} 说明`);
}
