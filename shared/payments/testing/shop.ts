import type { AccountKind } from '../../core/account.ts';
import { defaultPolicy } from '../../core/policy.ts';
import type { Log } from '../../core/ports.ts';
import { type MemoryDocuments, memoryDocuments } from '../../core/testing/documents.ts';
import { type SellerRecord, sellersCollection } from '../../merchants/sellers.ts';
import type { ProductRecord } from '../../shop/products.ts';
import { productsCollection } from '../../shop/products.ts';
import { type FulfilmentPorts, fulfilOnce } from '../fulfilment/outbox.ts';
import type { CreateOrderPorts } from '../orders/ports.ts';
import type { QueryOrderPorts } from '../orders/query.ts';
import { type OrderRecord, ordersCollection } from '../orders/records.ts';
import { expectSoundMoney } from './expect-sound-money.ts';
import { watchMoneyOfTest } from './watched-money.ts';
import { FakeWechat } from './wechat.ts';

/** A shop with products, sellers and a WeChat Pay, all in memory. */
export interface Shop {
  readonly ports: CreateOrderPorts & FulfilmentPorts & QueryOrderPorts;
  readonly documents: MemoryDocuments;
  readonly wechat: FakeWechat;
  readonly logged: { level: string; event: string; fields: Record<string, unknown> }[];
  /** Calls of the fulfilment function; `answer` is what it gives. */
  readonly fulfilments: Record<string, unknown>[];
  answer: () => Promise<unknown>;
  nowMs: number;
  order(outTradeNo: string): OrderRecord;
}

export const payer = { openid: 'opayer' };
export const stranger = { openid: 'ostranger' };

export const products: ProductRecord[] = [
  { _id: 'tea', title: '龙井', price: { kind: 'fixed', amountFen: 6800 }, onSale: true },
  { _id: 'cup', title: '杯子', price: { kind: 'fixed', amountFen: 1 }, onSale: true },
  {
    _id: 'tip',
    title: '打赏',
    price: { kind: 'free', minAmountFen: 100, maxAmountFen: 20000 },
    onSale: true,
  },
  { _id: 'gone', title: '下架', price: { kind: 'fixed', amountFen: 5 }, onSale: false },
  { _id: 'bread', title: '面包', price: { kind: 'fixed', amountFen: 2600 }, sellerId: 's1', onSale: true },
  { _id: 'honey', title: '蜂蜜', price: { kind: 'fixed', amountFen: 4500 }, sellerId: 's2', onSale: true },
  { _id: 'ice', title: '冰', price: { kind: 'fixed', amountFen: 10 }, sellerId: 's3', onSale: true },
  { _id: 'new', title: '新', price: { kind: 'fixed', amountFen: 10 }, sellerId: 's4', onSale: true },
];

export function createShop(account: AccountKind = 'direct'): Shop {
  const documents = memoryDocuments();
  documents.put(productsCollection, ...products);
  documents.put(sellersCollection, ...sellersOf(account === 'direct' ? 'ecommerce' : account));
  const logged: Shop['logged'] = [];
  const level =
    (name: string) =>
    (event: string, fields: Record<string, unknown> = {}) =>
      void logged.push({ level: name, event, fields });
  const log: Log = { info: level('info'), warn: level('warn'), error: level('error') };
  const clock = { nowMs: () => shop.nowMs };
  const wechat = new FakeWechat(account, clock.nowMs);
  const fulfilments: Shop['fulfilments'] = [];
  const shop: Shop = {
    documents,
    wechat,
    logged,
    fulfilments,
    answer: async () => ({ done: true }),
    nowMs: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
    order: (outTradeNo) => {
      const found = documents.peek<OrderRecord>(ordersCollection, outTradeNo);
      if (!found) throw new Error(`no order ${outTradeNo}`);
      return found;
    },
    ports: {
      clock,
      documents,
      log,
      policy: defaultPolicy,
      notifyUrl: 'https://shop.example/pay-notify',
      accounts: { find: (kind) => (kind === account ? wechat.account : undefined) },
      nonce: () => 'n'.repeat(32),
      deliver: (order) => fulfilOnce(shop.ports, order),
      fulfilmentFunction: 'fulfil',
      functions: {
        call: async (_name, data) => {
          fulfilments.push(data);
          return shop.answer();
        },
      },
    },
  };
  watchMoneyOfTest(() => expectSoundMoney(documents));
  return shop;
}

function sellersOf(account: SellerRecord['account']): SellerRecord[] {
  const seller = (id: string, state: SellerRecord['state'], profitSharing = false): SellerRecord => ({
    _id: id,
    name: `店 ${id}`,
    ownerOpenid: `oowner-${id}`,
    account,
    subMchid: `19000001${id.slice(1).padStart(2, '0')}`,
    state,
    profitSharing,
    applicationId: null,
    createdAtMs: 0,
    updatedAtMs: 0,
  });
  return [seller('s1', 'ACTIVE', true), seller('s2', 'ACTIVE'), seller('s3', 'FROZEN')];
}

export const token = (name: string) => name.padEnd(16, '0');
